import { assert, describe, it } from "@effect/vitest"
import type { Scope } from "effect"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { makeKeyedMutex } from "../src/Resilience.ts"

/** A mutex, and calls that note when they begin and end, on the virtual clock. */
const logged = Effect.gen(function* () {
  const { withMutex, names } = yield* makeKeyedMutex
  const log: Array<string> = []
  const call = (object: string, name: string): Effect.Effect<Fiber.Fiber<void>, never, Scope.Scope> =>
    Effect.sync(() => log.push(`${name} begins`)).pipe(
      Effect.andThen(Effect.sleep("10 seconds")),
      Effect.andThen(Effect.sync(() => log.push(`${name} ends`))),
      Effect.asVoid,
      (running) => withMutex(object, running),
      Effect.forkScoped({ startImmediately: true }),
    )
  return { log, call, size: Effect.map(names, (all) => Array.from(all).length), withMutex }
})

describe("calls for one object", () => {
  it.effect("go one at a time, in the order in which they came", () =>
    Effect.gen(function* () {
      const { log, call } = yield* logged
      yield* call("S1", "a")
      yield* call("S1", "b")
      yield* call("S1", "c")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(log, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"])
    }),
  )

  it.effect("hold up none for another object", () =>
    Effect.gen(function* () {
      const { log, call } = yield* logged
      yield* call("S1", "a")
      yield* call("S2", "b")
      assert.deepStrictEqual(log, ["a begins", "b begins"])
    }),
  )

  it.effect("make way when they are interrupted, whether they run or wait", () =>
    Effect.gen(function* () {
      const { log, call } = yield* logged
      const running = yield* call("S1", "a")
      const waiting = yield* call("S1", "b")
      yield* call("S1", "c")
      yield* Fiber.interrupt(waiting)
      yield* Fiber.interrupt(running)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(log, ["a begins", "c begins", "c ends"])
    }),
  )

  it.effect("are forgotten with their object when none is left, failed ones too", () =>
    Effect.gen(function* () {
      const { call, size, withMutex } = yield* logged
      yield* call("S1", "a")
      yield* call("S1", "b")
      yield* Effect.flip(withMutex("S2", Effect.fail("broken")))
      assert.strictEqual(yield* size, 1)
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(yield* size, 1)
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(yield* size, 0)
    }),
  )
})
