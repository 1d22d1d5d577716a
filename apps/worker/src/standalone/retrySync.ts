// What a standalone worker does about a sync that fails: it tries again soon, and otherwise when the next one is due. One that
// lost too much is left to the next one at once, as an attempt reads everything again.
import type { FailureKind } from "@rollcall/connector"
import { Context, Duration, Effect, Schedule } from "effect"
import type { Planned } from "./onTimetable.ts"
import { planAfter } from "./onTimetable.ts"

/** How long after a sync that failed the next attempt begins; each pause after that is twice as long. Tests make it shorter. */
export const FirstRetry = Context.Reference<Duration.Duration>("@rollcall/worker/FirstRetry", {
  defaultValue: () => Duration.minutes(1),
})

/** After 1, 2, 4, 8 and 16 minutes. What was read is kept, so every attempt continues the one before. */
const backoff = (first: Duration.Duration) => Schedule.exponential(first).pipe(Schedule.upTo({ times: 5 }))

/** A wrong setting stays wrong until somebody restarts the worker with another; everything else may pass. */
const isTransient = ({ kind }: { readonly kind: FailureKind }): boolean => kind !== "configuration"

/** Whether another attempt soon may end better. */
const isRetryable = (error: { readonly kind: FailureKind; readonly reason?: string }): boolean =>
  isTransient(error) && error.reason !== "Shrank"

/**
 * Attempts the sync until it is done or has failed six times; fails only where no later attempt could do better. `planned` is
 * called with the time of the next attempt, in milliseconds since the epoch.
 */
export const retrySync = <E extends { readonly kind: FailureKind; readonly reason?: string }, R>(
  sync: Effect.Effect<void, E, R>,
  planned: Planned,
): Effect.Effect<void, E, R> =>
  FirstRetry.pipe(
    Effect.flatMap((first) =>
      Effect.retry(
        sync,
        backoff(first).pipe(
          Schedule.setInputType<E>(),
          Schedule.while(({ input }) => isRetryable(input)),
          Schedule.modifyDelay(({ duration }) => planAfter(duration, planned)),
        ),
      ),
    ),
    Effect.catch((error) => (isTransient(error) ? Effect.void : Effect.fail(error))),
  )
