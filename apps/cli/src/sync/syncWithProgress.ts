// One sync from a connector into a file as the command runs it: with progress, and past the point where a signal still
// means something.
import type { SyncRequest } from "@rollcall/connector"
import { SyncEvents } from "@rollcall/connector"
import type { OpenConnector, ReplaceFlags } from "@rollcall/host"
import { syncToFile } from "@rollcall/host/sync"
import { Effect } from "effect"
import { SignalMeaning } from "../SignalMeaning.ts"
import { withProgress } from "./drawProgress.ts"

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
