// Slack's published limits: each method and token has a bucket of its own; other methods go on when one is empty.
import { Clock, Effect } from "effect"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import { callsPerMinute, type Method } from "./methods.ts"
import { type Bucket, retryAfterSeconds, take } from "../limits/tokenBucket.ts"

/** What a call for everything at once costs: Slack allows far fewer of them (seen throttled after about five). */
const unpagedCost = 4

export interface RateLimits {
  /** 0 when the call may pass; otherwise the whole seconds of the Retry-After header. A refused call costs nothing. */
  readonly retryAfter: (name: string, method: Method, token: string, isPaged: boolean) => Effect.Effect<number>
}

/** The limits of one simulator. `speed` runs them faster than the clock; Retry-After stays whole seconds of the clock. */
export const makeRateLimits = ({ rateLimits, hiddenBurst, speed }: SimulatorSettings): RateLimits => {
  const buckets = new Map<string, Bucket>()
  return {
    retryAfter: Effect.fnUntraced(function* (name, method, token, isPaged) {
      if (rateLimits === "off") return 0
      const key = `${name} ${token}`
      const now = (yield* Clock.currentTimeMillis) * speed
      const cost = method.isCostlyUnpaged && !isPaged ? unpagedCost : 1
      const perMinute = callsPerMinute(method)
      const { bucket, waitMillis } = take(buckets.get(key), now, { perMinute, burst: hiddenBurst ?? perMinute }, cost)
      buckets.set(key, bucket)
      return retryAfterSeconds(waitMillis, speed)
    }),
  }
}
