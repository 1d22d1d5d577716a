// Shows on a terminal how a sync goes.
import type { SyncEvent } from "@rollcall/connector"
import { SyncEvents } from "@rollcall/connector"
import { CallWaits } from "@rollcall/resilience"
import { Clock, Effect } from "effect"
import { withLiveLines } from "../progress/liveLines.ts"
import type { Screen } from "../Screen.ts"
import type { Progress } from "./progress.ts"
import { afterEvent, afterWait, noProgress, progressLines } from "./progress.ts"

/** Runs a sync and shows how it goes, where the standard error is a terminal and `shown` is true. */
export const withProgress = Effect.fnUntraced(function* <A, E, R>(
  sync: Effect.Effect<A, E, R>,
  options: { readonly shown: boolean },
): Effect.fn.Return<A, E, R | Screen> {
  let progress: Progress = noProgress
  const others = yield* SyncEvents
  const told = (event: SyncEvent) =>
    Effect.suspend(() => {
      progress = afterEvent(progress, event)
      return others(event)
    })
  const watched = sync.pipe(
    Effect.provideService(SyncEvents, told),
    Effect.provideService(CallWaits, (wait) =>
      Effect.map(Clock.currentTimeMillis, (now) => void (progress = afterWait(progress, wait, now))),
    ),
  )
  return yield* withLiveLines(watched, (now) => progressLines(progress, now), options)
})
