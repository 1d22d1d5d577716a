// The syncs of the previous output: whose they are, how much each has, and which go along into the new one. It is asked
// before anything is read, so that an output that cannot be carried on is told of before the first call.
import type { EarlierSync, StoreError, SyncResult, WarningCount } from "@rollcall/connector"
import { Effect } from "effect"
import { mkdirSync, rmSync } from "node:fs"
import { defaultDecodedLimit } from "../envelope/decode.ts"
import type { Database } from "../reader/Database.ts"
import { readCoverage, readSource } from "../reader/ownTables.ts"
import { reading } from "../reader/readFailure.ts"
import { RowReader } from "../reader/Row.ts"
import { statedCounts } from "../reader/statedCounts.ts"
import { formatFileTime } from "../schema.ts"
import { attempt, ignoreFailure } from "../WorkStore/storeFailure.ts"
import type { OutputPaths } from "../output.ts"
import { asDamaged, earlierPath, openEarlier, removeLeftovers } from "../output.ts"
import type { PublishOptions, SyncRun } from "./retention.ts"
import { isInFuture, readRuns, syncsToKeep, syncTypeOf } from "./retention.ts"

/** The most tenants that are read of one sync; an organisation has some hundreds of workspaces. */
const maxTenants = 1000

/** The finished syncs of the previous output. One that is larger than the limit is not carried on, and tells nothing. */
export const readEarlierSyncs = (
  paths: OutputPaths,
  options: PublishOptions,
  tenantType: string | undefined,
): Effect.Effect<ReadonlyArray<EarlierSync>, StoreError> =>
  Effect.acquireUseRelease(
    attempt(paths.build, () => {
      removeLeftovers(paths)
      mkdirSync(paths.build, { mode: 0o700 })
    }),
    () =>
      Effect.gen(function* () {
        const earlier = yield* openEarlier(paths, options.maxDecodedBytes ?? defaultDecodedLimit)
        if (earlier === "nothing" || earlier === "tooLarge") return []
        return yield* asDamaged(paths.output, earlierSyncs(earlier, tenantType))
      }).pipe(Effect.scoped),
    () => ignoreFailure(() => removeLeftovers(paths)),
  )

const earlierSyncs = Effect.fnUntraced(function* (
  database: Database,
  tenantType: string | undefined,
): Effect.fn.Return<ReadonlyArray<EarlierSync>, StoreError> {
  const runs = yield* reading(database.path, () => readRuns(database))
  return yield* Effect.forEach(runs.filter(isFinished), (run) => earlierSync(database, run, tenantType))
})

const isFinished = (run: SyncRun): run is SyncRun & { readonly endedAt: string } => run.endedAt !== undefined

const earlierSync = Effect.fnUntraced(function* (
  database: Database,
  { syncId, type, endedAt, stats }: SyncRun & { readonly endedAt: string },
  tenantType: string | undefined,
): Effect.fn.Return<EarlierSync, StoreError> {
  const source = yield* reading(database.path, () => readSource(database, syncId))
  const coverage = yield* readCoverage(database, syncId)
  const counts = statedCounts(stats)
  return {
    syncId,
    isFull: type === "full",
    endedAt: `${endedAt} UTC`,
    connector: source?.connector,
    tenants:
      source !== undefined
        ? [source.tenant]
        : tenantType === undefined
          ? []
          : yield* shownTenants(database, syncId, tenantType),
    ...(counts === undefined ? {} : { counts: { resources: counts.resources, grants: counts.grants } }),
    complete: coverage.filter((it) => it.state === "complete").map((it) => it.resourceType),
  }
})

/** The tenants that a sync shows, of a file that does not name its own. */
const shownTenants = Effect.fnUntraced(function* (
  database: Database,
  syncId: string,
  tenantType: string,
): Effect.fn.Return<EarlierSync["tenants"], StoreError> {
  if (!database.hasTable("v1_resources")) return []
  // It decodes records, which files of ours need not: see `loadDecoder`.
  const { Records } = yield* Effect.promise(() => import("../reader/Records.ts"))
  const read = new RowReader(database.path, "v1_resources")
  const records = new Records(database, syncId)
  return yield* reading(database.path, () =>
    database
      .all(
        "select data from v1_resources where sync_id = ? and resource_type_id = ? order by id limit ?",
        syncId,
        tenantType,
        maxTenants,
      )
      .map((row) => records.decode("resource", read.bytes(row, "data")))
      .map((resource) => ({ id: resource.id?.resource ?? "", displayName: resource.displayName })),
  )
})

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
