import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, type Duration, Effect, Fiber, Random } from "effect"
import { TestClock } from "effect/testing"
import {
  type Budget,
  type CallWait,
  CallWaits,
  defaultRetryPolicy,
  Resilience,
  type RetryPolicy,
  type Verdict,
} from "../src/index.ts"

const twentyAMinute: Budget = { callsPerMinute: 20 }
const unlimited: Budget = { callsPerMinute: Number.POSITIVE_INFINITY }
const steady: RetryPolicy = { ...defaultRetryPolicy, backoff: { ...defaultRetryPolicy.backoff, jitter: 0 } }

const throttledFor = (seconds: number): Verdict => ({
  retryable: true,
  throttled: true,
  retryAfterMillis: seconds * 1000,
})
const broken: Verdict = { retryable: true }
const hopeless: Verdict = { retryable: false }
const free = { budget: unlimited }
const everyone = { concurrency: "unbounded" } as const

/** The log of one test: who sent when, in seconds, and who waited for what. */
const logged = () => {
  const log: Array<string> = []
  const seconds = (millis: number) => `${millis / 1000} s`
  const note = (text: string) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      log.push(`${seconds(now)} ${text}`)
    })
  /** A send that takes `latency` and answers with the given verdicts, one an attempt, and with success after them. */
  const send = (name: string, verdicts: ReadonlyArray<Verdict> = [], latency: Duration.Input = 0) => {
    let attempt = 0
    return Effect.suspend(() => {
      const verdict = verdicts[attempt++]
      const answer = verdict === undefined ? Effect.succeed(name) : Effect.fail(verdict)
      return Effect.andThen(note(name), Effect.delay(answer, latency))
    })
  }
  return { log, send, note, waits: (wait: CallWait) => note(`wait ${wait.reason} ${seconds(wait.millis)}`) }
}

const call = <A, R>(
  send: Effect.Effect<A, Verdict, R>,
  { key = "list", budget = twentyAMinute }: { readonly key?: string; readonly budget?: Budget } = {},
) =>
  Resilience.use((resilience) =>
    resilience.call({ limits: [{ key, budget }], retry: steady, classify: (verdict) => verdict }, send),
  )

/** Runs to the end on the virtual clock. */
const finish = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("2 hours")
    return yield* Fiber.join(fiber)
  }).pipe(Effect.provide(Resilience.layer))

describe("budgets", () => {
  it.effect("space calls that come at once: the fifth of five at 20 a minute goes out after 12 s", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      yield* finish(Effect.forEach([1, 2, 3, 4, 5], (n) => call(send(`call ${n}`)), { concurrency: "unbounded" }))
      assert.deepStrictEqual(log, ["0 s call 1", "3 s call 2", "6 s call 3", "9 s call 4", "12 s call 5"])
    }),
  )

  it.effect("are kept apart by key", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      yield* finish(
        Effect.all([call(send("a"), { key: "a" }), call(send("b"), { key: "b" }), call(send("a"), { key: "a" })], {
          concurrency: "unbounded",
        }),
      )
      assert.deepStrictEqual(log, ["0 s a", "0 s b", "3 s a"])
    }),
  )

  it.effect("are spent by retries too", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      yield* finish(call(send("call", [broken])))
      assert.deepStrictEqual(log, ["0 s call", "3 s call"])
    }),
  )

  it.effect("are not spent by a call that is interrupted while it waits", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      yield* finish(
        Effect.gen(function* () {
          yield* call(send("first"))
          const waiting = yield* Effect.forkChild(call(send("never")))
          yield* Effect.sleep("1 second")
          yield* Fiber.interrupt(waiting)
          yield* call(send("next"))
        }),
      )
      assert.deepStrictEqual(log, ["0 s first", "3 s next"])
    }),
  )
})

describe("a clock that someone sets back", () => {
  const day = 86_400_000

  it.effect("changes neither the pace of calls nor the length of a cooldown", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      yield* TestClock.setTime(day)
      yield* call(send("a"), { key: "paced" })
      yield* Effect.flip(call(send("b", [{ ...throttledFor(30), retryable: false }]), { key: "cooled" }))
      yield* TestClock.setTime(day - 3_600_000)
      yield* Effect.forkChild(
        Effect.all([call(send("a"), { key: "paced" }), call(send("b"), { key: "cooled" })], everyone),
      )
      yield* TestClock.adjust("2 hours")
      assert.deepStrictEqual(log, ["86400 s a", "86400 s b", "82803 s a", "82830 s b"])
    }).pipe(Effect.provide(Resilience.layer)),
  )
})

describe("a cooldown", () => {
  it.effect(
    "holds back every call of its key, also one that waits for its turn already, and then lets them out in order",
    () =>
      Effect.gen(function* () {
        const { log, send } = logged()
        yield* finish(
          Effect.all([call(send("a", [throttledFor(30)], "1 second")), call(send("b")), call(send("c"))], {
            concurrency: "unbounded",
          }),
        )
        assert.deepStrictEqual(log, ["0 s a", "31 s b", "34 s c", "37 s a"])
      }),
  )

  it.effect("leaves other keys alone", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      yield* finish(
        Effect.all([call(send("a", [throttledFor(30)]), { key: "a" }), Effect.delay(call(send("b")), "1 second")], {
          concurrency: "unbounded",
        }),
      )
      assert.deepStrictEqual(log, ["0 s a", "1 s b", "30 s a"])
    }),
  )

  it.effect("is extended by a later notice while calls wait for its end", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      const early = send("early", [throttledFor(10)], "1 second")
      const late = send("late", [throttledFor(60)], "5 seconds")
      yield* finish(
        Effect.all(
          [call(early, free), call(late, free), Effect.delay(call(send("waiting"), free), "2 seconds")],
          everyone,
        ),
      )
      assert.deepStrictEqual(log, ["0 s early", "0 s late", "65 s early", "65 s waiting", "65 s late"])
    }),
  )

  it.effect("is not shortened by a later notice", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      const early = send("early", [throttledFor(60)], "1 second")
      const late = send("late", [throttledFor(1)], "5 seconds")
      yield* finish(Effect.all([call(early, free), call(late, free)], everyone))
      assert.deepStrictEqual(log, ["0 s early", "0 s late", "61 s early", "61 s late"])
    }),
  )

  it.effect("of an absurd length ends the call that met it and holds the others no longer than a call may wait", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      const failure = yield* finish(
        Effect.gen(function* () {
          const failed = yield* Effect.flip(call(send("a", [throttledFor(1e9)])))
          yield* call(send("b"))
          return failed
        }),
      )
      assert.strictEqual(failure.attempts, 1)
      assert.deepStrictEqual(log, ["0 s a", "600 s b"])
    }),
  )
})

describe("retries", () => {
  it.effect("repeat with growing delays until it works", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      const answer = yield* finish(call(send("call", [broken, broken, broken]), { budget: unlimited }))
      assert.strictEqual(answer, "call")
      assert.deepStrictEqual(log, ["0 s call", "0.5 s call", "1.5 s call", "3.5 s call"])
    }),
  )

  it.effect("wait at least as long as the other side asks, also where it does not throttle", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      yield* finish(call(send("call", [{ retryable: true, retryAfterMillis: 7000 }]), { budget: unlimited }))
      assert.deepStrictEqual(log, ["0 s call", "7 s call"])
    }),
  )

  it.effect("back off from a throttle that asks for no pause at all", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      yield* finish(call(send("call", [throttledFor(0), throttledFor(0)]), { budget: unlimited }))
      assert.deepStrictEqual(log, ["0 s call", "0.5 s call", "1.5 s call"])
    }),
  )

  it.effect("end after a number of attempts, and the failure tells how many and how long was waited", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      const failure = yield* finish(
        Effect.flip(
          call(
            send(
              "call",
              Array.from({ length: 9 }, () => broken),
            ),
            { budget: unlimited },
          ),
        ),
      )
      assert.deepInclude(failure, { error: broken, attempts: 5, waitedMillis: 7500 })
      assert.strictEqual(log.length, 5)
    }),
  )

  it.effect("end when the pauses that the other side dictates add up to ten minutes", () =>
    Effect.gen(function* () {
      const { send } = logged()
      const failure = yield* finish(
        Effect.flip(
          call(
            send(
              "call",
              Array.from({ length: 9 }, () => throttledFor(180)),
            ),
          ),
        ),
      )
      assert.deepInclude(failure, { attempts: 4, waitedMillis: 540_000 })
    }),
  )

  it.effect("end for each of many callers of a key when it has really waited ten minutes, behind the others too", () =>
    Effect.gen(function* () {
      const { send } = logged()
      const storm = Array.from({ length: 9 }, () => throttledFor(60))
      const ends = yield* finish(
        Effect.forEach(
          [1, 2, 3, 4, 5, 6, 7],
          Effect.fnUntraced(function* (caller) {
            const firstSent = yield* Deferred.make<number>()
            const sent = Effect.flatMap(Clock.currentTimeMillis, (now) => Deferred.succeed(firstSent, now))
            const { waitedMillis } = yield* Effect.flip(call(Effect.andThen(sent, send(`call ${caller}`, storm))))
            return { waitedMillis, lasted: (yield* Clock.currentTimeMillis) - (yield* Deferred.await(firstSent)) }
          }),
          everyone,
        ),
      )
      for (const end of ends) assert.deepStrictEqual(end, { waitedMillis: 600_000, lasted: 600_000 })
    }),
  )

  it.effect("wait out the budget of a busy key, which is no reason to give up", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      const others = Array.from({ length: 100 }, () => call(send("other")))
      yield* finish(Effect.all([call(send("call", [broken])), ...others], everyone))
      assert.strictEqual(log.at(-1), "303 s call")
    }),
  )

  it.effect("are not made where the error says that they cannot help", () =>
    Effect.gen(function* () {
      const { log, send } = logged()
      const failure = yield* finish(Effect.flip(call(send("call", [hopeless]))))
      assert.deepInclude(failure, { error: hopeless, attempts: 1, waitedMillis: 0 })
      assert.deepStrictEqual(log, ["0 s call"])
    }),
  )

  it.effect("vary their delays by the Random of the runtime, so that a seed repeats them", () =>
    Effect.gen(function* () {
      const run = (seed: string) => {
        const { log, send } = logged()
        const noisy = Resilience.use((resilience) =>
          resilience.call(
            { limits: [{ key: seed, budget: unlimited }], classify: (verdict: Verdict) => verdict },
            send("call", [broken]),
          ),
        )
        return Effect.as(
          Effect.scoped(finish(noisy)).pipe(Random.withSeed(seed), Effect.provide(TestClock.layer())),
          log,
        )
      }
      assert.deepStrictEqual(yield* run("one"), yield* run("one"))
      assert.notDeepEqual(yield* run("one"), yield* run("two"))
    }),
  )
})

describe("those who watch", () => {
  it.effect("are told of every wait when it begins, why, and for how long", () =>
    Effect.gen(function* () {
      const { log, send, waits } = logged()
      yield* finish(Effect.all([call(send("a", [broken])), call(send("b", [throttledFor(30)]))], everyone)).pipe(
        Effect.provideService(CallWaits, waits),
      )
      assert.deepStrictEqual(log, [
        "0 s a",
        "0 s wait retry 0.5 s",
        "0 s wait budget 3 s",
        "3 s b",
        "3 s wait cooldown 30 s",
        "33 s a",
        "33 s wait budget 3 s",
        "36 s b",
      ])
    }),
  )

  it.effect("can read what was sent, waited and refused, and how long a key still rests", () =>
    Effect.gen(function* () {
      const { send } = logged()
      const state = yield* finish(
        Effect.gen(function* () {
          yield* call(send("a"), { key: "quiet" })
          yield* Effect.forkChild(call(send("b", [throttledFor(30)]), { key: "busy" }))
          yield* Effect.sleep("10 seconds")
          return yield* (yield* Resilience).state
        }),
      )
      const none = { budget: 0, cooldown: 0, retry: 0 }
      assert.deepStrictEqual(state, [
        { key: "quiet", calls: 1, throttled: 0, waitedMillis: none, cooldownMillis: 0 },
        { key: "busy", calls: 1, throttled: 1, waitedMillis: { ...none, cooldown: 30_000 }, cooldownMillis: 20_000 },
      ])
    }),
  )
})
