import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { backoffMillis, defaultRetryPolicy, nextRetry, noRetries, type Verdict, withRetry } from "../src/index.ts"

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const seeded = { arbitrary: { seed: 1, runs: 1000 } }
const chance = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 0.999 }))

describe("the delay before a retry", () => {
  it("doubles from half a second and stops growing at twenty", () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 60].map((retry) => backoffMillis(defaultRetryPolicy, retry, 0.5))
    assert.deepStrictEqual(delays, [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000])
  })

  it("varies by a fifth in both directions", () => {
    assert.strictEqual(backoffMillis(defaultRetryPolicy, 1, 0), 800)
    assert.strictEqual(backoffMillis(defaultRetryPolicy, 1, 0.999_999), 1200)
  })

  it.prop(
    "is at least what the other side asks for",
    { retryAfterMillis: whole(0, 60_000), random: chance },
    ({ retryAfterMillis, random }) => {
      const verdict = { retryable: true, retryAfterMillis }
      const next = nextRetry(defaultRetryPolicy, noRetries, verdict, random)
      assert.isAtLeast(next?.delayMillis ?? -1, retryAfterMillis)
    },
    seeded,
  )
})

describe("the bounds of retries", () => {
  it("stop at once where an error says that a retry cannot help", () => {
    assert.isUndefined(nextRetry(defaultRetryPolicy, noRetries, { retryable: false, retryAfterMillis: 1 }, 0.5))
  })

  it("refuse a pause that is longer than all the waiting allowed", () => {
    const verdict = { retryable: true, throttled: true, retryAfterMillis: 600_001 }
    assert.isUndefined(nextRetry(defaultRetryPolicy, noRetries, verdict, 0.5))
  })

  it.prop(
    "hold in count and in time for each class of error, whatever comes and however long a retry really waits",
    {
      verdicts: Schema.Array(
        Schema.Struct({ throttled: Schema.Boolean, retryAfterMillis: whole(0, 100_000), part: chance }),
      ),
      random: chance,
    },
    ({ verdicts, random }) => {
      let history = noRetries
      for (const { part, ...verdict } of verdicts) {
        const full: Verdict = { retryable: true, ...verdict }
        const next = nextRetry(defaultRetryPolicy, history, full, random)
        if (next === undefined) break
        assert.strictEqual(next.class, verdict.throttled ? "throttled" : "transient")
        assert.isAtMost(next.delayMillis, next.patienceMillis)
        const waited = next.delayMillis + part * (next.patienceMillis - next.delayMillis)
        const before = history[next.class]
        history = withRetry(history, next.class, waited)
        assert.strictEqual(history[next.class].retries, before.retries + 1)
        assert.isAbove(history[next.class].waitedMillis, before.waitedMillis)
      }
      for (const of of ["throttled", "transient"] as const) {
        assert.isAtMost(history[of].retries, defaultRetryPolicy[of].retries)
        assert.isAtMost(history[of].waitedMillis, defaultRetryPolicy[of].waitMillis + 0.001)
      }
    },
    seeded,
  )
})
