// One sync from a connector into a file as the command runs it: with progress on a terminal, and past the point where a signal
// still means something.
import type { SyncEvent, SyncRequest } from "@rollcall/connector"
import { SyncEvents } from "@rollcall/connector"
import type { OpenConnector, ReplaceFlags } from "@rollcall/host"
import { syncToFile } from "@rollcall/host/sync"
import { CallWaits } from "@rollcall/resilience"
import { Clock, Effect } from "effect"
import type { Screen } from "../Screen.ts"
import { SignalMeaning } from "../SignalMeaning.ts"
import { withLiveLines } from "../progress/liveLines.ts"
import type { Progress } from "./progress.ts"
import { afterEvent, afterWait, noProgress, progressLines } from "./progress.ts"

/** Runs a sync and shows how it goes, where the standard error is a terminal and `shown` is true. */
export const withProgress = Effect.fnUntraced(function* <A, E, R>(
  sync: Effect.Effect<A, E, R>,
  options: { readonly shown: boolean },
): Effect.fn.Return<A, E, R | Screen> {
  let progress: Progress = noProgress
  const others = yield* SyncEvents
  const report = (event: SyncEvent) =>
    Effect.suspend(() => {
      progress = afterEvent(progress, event)
      return others(event)
    })
  const watched = sync.pipe(
    Effect.provideService(SyncEvents, report),
    Effect.provideService(CallWaits, (wait) =>
      Effect.map(Clock.currentTimeMillis, (now) => void (progress = afterWait(progress, wait, now))),
    ),
  )
  return yield* withLiveLines(watched, (now) => progressLines(progress, now), options)
})

/** Syncs to the file that the settings name, and shows how it goes. */
export const syncWithProgress = Effect.fn("Cli.syncWithProgress")(function* (
  open: OpenConnector,
  settings: Parameters<typeof syncToFile>[1],
  request: SyncRequest,
  { showProgress, ...flags }: ReplaceFlags & { readonly showProgress: boolean },
) {
  const meaning = yield* SignalMeaning
  return yield* withProgress(syncToFile(open, settings, request, flags), { shown: showProgress }).pipe(
    Effect.provideService(SyncEvents, (event) =>
      Effect.sync(() => {
        // The file has been replaced, so the command may only end as a sync that is done.
        if (event._tag === "Published") meaning.comesTooLate = true
      }),
    ),
  )
})
