// What becomes of a sync that fails, on a test clock.
import { assert, describe, it } from "@effect/vitest"
import { SyncError } from "@rollcall/connector"
import { Clock, Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { FirstRetry, retrySync } from "../src/standalone/retrySync.ts"

const reasons = {
  refused: "Refused",
  interrupted: "Interrupted",
  shrank: "Shrank",
  configuration: "BadRequest",
} as const

/** The minutes at which a sync was attempted that fails so often, and how it ended. */
const attempts = (kind: keyof typeof reasons, failures: number) =>
  Effect.gen(function* () {
    const minutes: Array<number> = []
    const planned: Array<number> = []
    const plan = (millis: number) => Effect.sync(() => void planned.push(millis / 60_000))
    const sync = Effect.gen(function* () {
      minutes.push((yield* Clock.currentTimeMillis) / 60_000)
      if (minutes.length <= failures)
        return yield* new SyncError({ reason: reasons[kind], message: "No.", hint: "Mend it." })
    })
    const fiber = yield* Effect.forkChild(Effect.exit(retrySync(sync, plan)))
    yield* TestClock.adjust("2 hours")
    return { minutes, planned, exit: yield* Fiber.join(fiber) }
  })

describe("a sync that fails", () => {
  it.effect("is retried after ever longer pauses, until it succeeds", () =>
    Effect.gen(function* () {
      const { minutes, planned, exit } = yield* attempts("interrupted", 3)
      assert.deepStrictEqual(minutes, [0, 1, 3, 7])
      assert.deepStrictEqual(planned, [1, 3, 7], "the time of each attempt is known before it begins")
      assert.strictEqual(exit._tag, "Success")
    }),
  )

  it.effect("is retried sooner where the first pause is shorter", () =>
    Effect.gen(function* () {
      const { minutes } = yield* attempts("interrupted", 3).pipe(
        Effect.provideService(FirstRetry, Duration.seconds(15)),
      )
      assert.deepStrictEqual(minutes, [0, 0.25, 0.75, 1.75])
    }),
  )

  it.effect("six times is left to the schedule, because a token may be replaced in the meantime", () =>
    Effect.gen(function* () {
      const { minutes, exit } = yield* attempts("refused", Infinity)
      assert.deepStrictEqual(minutes, [0, 1, 3, 7, 15, 31])
      assert.strictEqual(exit._tag, "Success")
    }),
  )

  it.effect("because it lost too much waits for the schedule, because a retry would read everything again", () =>
    Effect.gen(function* () {
      const { minutes, exit } = yield* attempts("shrank", Infinity)
      assert.deepStrictEqual(minutes, [0])
      assert.strictEqual(exit._tag, "Success")
    }),
  )

  it.effect("because of a wrong setting ends the worker immediately", () =>
    Effect.gen(function* () {
      const { minutes, exit } = yield* attempts("configuration", Infinity)
      assert.deepStrictEqual(minutes, [0])
      assert.strictEqual(exit._tag, "Failure")
    }),
  )
})
