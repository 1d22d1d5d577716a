// The syncs of the previous output that go along into the new one.
import { rmSync } from "node:fs"
import type { StoreError, SyncResult, WarningCount } from "@rollcall/connector"
import { Effect } from "effect"
import { formatFileTime } from "../fileTime.ts"
import { reading } from "../reader/readFailure.ts"
import type { OutputPaths } from "../WorkStore/outputPath.ts"
import { attempt } from "../WorkStore/storeFailure.ts"
import { asDamaged, earlierPath, openEarlier } from "./previousOutput.ts"
import type { PublishOptions, SyncRun } from "./retention.ts"
import { syncTypeOf, isInFuture, readRuns, syncsToKeep } from "./retention.ts"

/** The unpacked previous output, and which of its syncs to keep. */
export interface EarlierSyncs {
  readonly path: string
  readonly output: string
  readonly keep: ReadonlyArray<string>
  /** Whether there are syncs that are not kept because they alone pass the limit. */
  readonly tooLarge: boolean
  readonly warnings: ReadonlyArray<WarningCount>
}

/** Unpacks the previous output into the build folder and chooses what to keep of it. */
export const findEarlierSyncs = Effect.fnUntraced(function* (input: {
  readonly paths: OutputPaths
  readonly sync: { readonly syncId: string; readonly startedAt: number; readonly endedAt: number }
  readonly result: Pick<SyncResult, "kind" | "leaveOut">
  readonly limit: number
  readonly options: PublishOptions
}): Effect.fn.Return<EarlierSyncs, StoreError> {
  const { paths, sync, result, limit, options } = input
  const { output } = paths
  const path = earlierPath(paths)
  const nothing = { path, output, keep: [], tooLarge: false, warnings: [] }
  const runs = yield* Effect.scoped(
    Effect.gen(function* () {
      const earlier = yield* openEarlier(paths, limit)
      if (earlier === "nothing" || earlier === "tooLarge") return earlier
      return yield* asDamaged(
        output,
        reading(output, () => readRuns(earlier)),
      )
    }),
  )
  if (runs === "nothing") return nothing
  if (runs === "tooLarge") {
    yield* attempt(path, () => rmSync(path, { force: true }))
    return { ...nothing, tooLarge: true }
  }
  const now = formatFileTime(sync.endedAt)
  const next = {
    syncId: sync.syncId,
    startedAt: formatFileTime(sync.startedAt),
    type: syncTypeOf(result.kind, options),
  }
  const ours = runs.filter((it) => result.leaveOut?.includes(it.syncId) !== true && it.syncId !== sync.syncId)
  const late = ours.filter((it) => isInFuture(it, now))
  const keep = syncsToKeep(
    ours.filter((it) => !late.includes(it)),
    next,
    options,
  )
  return { ...nothing, keep, warnings: late.map(afterNow) }
})

/** Readers that go by the end of a sync would show it instead of what was published after it. */
const afterNow = ({ syncId, startedAt, endedAt }: SyncRun): WarningCount => ({
  code: "sync-after-now",
  message: `The earlier sync ${syncId} was not kept in the file, because its time is in the future (${endedAt ?? startedAt} UTC).`,
  count: 1,
})
