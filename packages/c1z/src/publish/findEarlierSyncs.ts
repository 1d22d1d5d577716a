// The syncs of the previous output that go along into the new one.
import { join } from "node:path"
import type { StoreError, SyncResult } from "@rollcall/connector"
import { Effect } from "effect"
import { DatabaseSync } from "node:sqlite"
import { decodeEnvelope } from "../envelope/decode.ts"
import { frameContentSize } from "../envelope/frameHeader.ts"
import { formatFileTime } from "../fileTime.ts"
import type { OutputPaths } from "../WorkStore/outputPath.ts"
import { attempt, storeFailure } from "../WorkStore/storeFailure.ts"
import { attachEarlier, listEarlier } from "./earlierSyncs.ts"
import { cannotCarryOn, checkPreviousOutput } from "./previousOutput.ts"
import type { PublishOptions } from "./publishOptions.ts"
import { syncsToKeep } from "./retention.ts"

/** The unpacked previous output, and which of its syncs to keep. */
export interface EarlierSyncs {
  readonly path: string
  readonly output: string
  readonly keep: ReadonlyArray<string>
  /** Whether there are syncs that are not kept because they alone pass the limit. */
  readonly tooLarge: boolean
}

/** Unpacks the previous output into the build folder and chooses what to keep of it. */
export const findEarlierSyncs = Effect.fnUntraced(function* (input: {
  readonly paths: OutputPaths
  readonly sync: { readonly syncId: string; readonly startedAt: number }
  readonly kind: SyncResult["kind"]
  readonly limit: number
  readonly options: PublishOptions
}): Effect.fn.Return<EarlierSyncs, StoreError> {
  const { output, build } = input.paths
  const path = join(build, "earlier.db")
  const nothing = { path, output, keep: [], tooLarge: false }
  if ((yield* checkPreviousOutput(output)) === "nothing") return nothing
  const size = yield* attempt(output, () => frameContentSize(output))
  if (size !== undefined && size > input.limit) return { ...nothing, tooLarge: true }

  yield* decodeEnvelope(output, path, input.limit).pipe(
    Effect.mapError((error) =>
      error.reason === "Unreadable"
        ? cannotCarryOn(output, "is damaged", error)
        : storeFailure(error.reason, path, error),
    ),
  )
  const next = {
    syncId: input.sync.syncId,
    startedAt: formatFileTime(input.sync.startedAt),
    type: input.kind === "full" ? "full" : "resources_only",
  }
  const runs = yield* Effect.try({
    try: () => readRuns(path),
    catch: (cause) => cannotCarryOn(output, "is damaged", cause),
  })
  return { ...nothing, keep: syncsToKeep(runs, next, input.options) }
})

const readRuns = (path: string) => {
  const db = new DatabaseSync(":memory:")
  try {
    attachEarlier(db, path)
    return listEarlier(db)
  } finally {
    db.close()
  }
}
