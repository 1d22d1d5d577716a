// What workers tell each other while one of them runs into a bug.
import { assert, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import { exchange } from "../../src/connections/exchange.ts"
import { makeWorkGate } from "../../src/connections/WorkGate.ts"

it.effect("a bug in what is told to the others is logged once, and does not keep syncs that are asked for", () =>
  Effect.gen(function* () {
    const lines: Array<ReadonlyArray<unknown>> = []
    const log = Logger.make(({ message, cause }) => void lines.push([message, cause]))
    let said = 0
    let isBroken = true
    const say = () =>
      Effect.suspend(() => {
        said += 1
        return isBroken ? Effect.die(new Error("odd")) : Effect.void
      })
    const gate = yield* makeWorkGate(false)
    let begun = 0
    yield* Effect.forkScoped(
      Effect.forever(
        Effect.andThen(
          gate.asked,
          Effect.sync(() => void (begun += 1)),
        ),
      ),
    )
    yield* exchange(
      { say, requests: Effect.succeed(["gone", "sales"]) },
      { all: Effect.succeed([]) },
      new Map([["sales", { gate }]]),
    ).pipe(Effect.provide(Logger.layer([log])))
    yield* TestClock.adjust("5 seconds")
    assert.strictEqual(said, 3)
    assert.strictEqual(begun, 3)
    assert.lengthOf(lines, 1)
    assert.match(String(lines[0]?.[0]), /^The other workers are not told .* This is a bug in Rollcall/u)
    assert.match(inspect(lines[0]?.[1]), /odd/u)

    isBroken = false
    yield* TestClock.adjust("4 seconds")
    isBroken = true
    yield* TestClock.adjust("4 seconds")
    assert.strictEqual(said, 7)
    assert.lengthOf(lines, 2)
  }).pipe(Effect.scoped),
)
