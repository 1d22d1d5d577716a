import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { type Budget, defaultRetryPolicy, type Limits, Resilience, type Verdict } from "../src/index.ts"

const limit = (key: string, callsPerMinute: number, more: Partial<Budget> = {}) => ({
  key,
  budget: { callsPerMinute, ...more },
})
const wide = limit("organisation", 60)
const quick = limit("reads", 60)
const slow = limit("lists", 6)

const steady = { ...defaultRetryPolicy, backoff: { ...defaultRetryPolicy.backoff, jitter: 0 } }

/** Calls that note at which second they were sent. */
const logged = () => {
  const log: Array<string> = []
  const call = (name: string, limits: Limits, verdicts: ReadonlyArray<Verdict> = [], mutex?: string) => {
    let attempt = 0
    const send = Effect.flatMap(Clock.currentTimeMillis, (millis) => {
      log.push(`${millis / 1000} s ${name}`)
      const verdict = verdicts[attempt++]
      return verdict === undefined ? Effect.void : Effect.fail(verdict)
    })
    return Resilience.use((resilience) =>
      resilience.call({ limits, mutex, retry: steady, classify: (verdict) => verdict }, send),
    )
  }
  return { log, call }
}

const finish = <A, E, R>(effects: ReadonlyArray<Effect.Effect<A, E, R>>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.all(effects, { concurrency: "unbounded" }))
    yield* TestClock.adjust("1 hour")
    yield* Fiber.join(fiber)
    return yield* Resilience.use(({ state }) => state)
  }).pipe(Effect.provide(Resilience.layer))

describe("a call under several limits", () => {
  it.effect("goes when the slowest of them lets it", () =>
    Effect.gen(function* () {
      const { log, call } = logged()
      yield* finish([call("a", [slow, wide]), call("b", [slow, wide]), call("c", [quick, slow])])
      assert.deepStrictEqual(log, ["0 s a", "10 s b", "20 s c"])
    }),
  )

  it.effect("spends the budget that it shares with calls of another kind", () =>
    Effect.gen(function* () {
      const { log, call } = logged()
      yield* finish([call("a", [quick, wide]), call("b", [slow, wide]), call("c", [quick, wide])])
      assert.deepStrictEqual(log, ["0 s a", "1 s b", "2 s c"])
    }),
  )

  it.effect("holds up nobody of the wide limit while it waits for its narrow one", () =>
    Effect.gen(function* () {
      const { log, call } = logged()
      yield* finish([call("a", [slow, wide]), call("b", [slow, wide]), call("c", [quick, wide])])
      assert.deepStrictEqual(log, ["0 s a", "1 s c", "10 s b"])
    }),
  )

  it.effect("pays none of them while another holds it back", () =>
    Effect.gen(function* () {
      const { log, call } = logged()
      const bursting = limit("organisation", 6, { burst: 2 })
      yield* finish([
        call("a", [slow, bursting]),
        call("b", [slow, bursting]),
        Effect.delay(call("c", [quick, bursting]), "1 second"),
      ])
      assert.deepStrictEqual(log, ["0 s a", "1 s c", "10 s b"])
    }),
  )

  it.effect("cools all of them when it is throttled, and no other", () =>
    Effect.gen(function* () {
      const { log, call } = logged()
      const pause: Verdict = { retryable: true, throttled: true, retryAfterMillis: 30_000 }
      const state = yield* finish([
        call("a", [slow, wide], [pause]),
        Effect.delay(call("b", [quick, wide]), "2 seconds"),
        Effect.delay(call("c", [limit("elsewhere", 60)]), "2 seconds"),
      ])
      assert.deepStrictEqual(log, ["0 s a", "2 s c", "30 s b", "31 s a"])
      assert.deepStrictEqual(
        state.map(({ key, throttled }) => [key, throttled]),
        [
          ["lists", 1],
          ["organisation", 1],
          ["reads", 0],
          ["elsewhere", 0],
        ],
      )
    }),
  )

  it.effect("for an object waits for the retries of the one before it for the same object, and for no other", () =>
    Effect.gen(function* () {
      const { log, call } = logged()
      const locked: Verdict = { retryable: true, retryAfterMillis: 5000 }
      const free = limit("free", Number.POSITIVE_INFINITY)
      yield* finish([
        call("first", [free], [locked], "S1"),
        call("second", [free], [], "S1"),
        call("other", [free], [], "S2"),
      ])
      assert.deepStrictEqual(log, ["0 s first", "0 s other", "5 s first", "5 s second"])
    }),
  )
})
