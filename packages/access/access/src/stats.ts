// What a file holds, as numbers: which sync, how much of each type, and what is missing from it. What the file does not
// say is `undefined` here and null in JSON: a 0 or an empty list would be an answer.
import type { FileDescription, ManifestSync, SyncInfo, SyncStats } from "@rollcall/c1z"
import { describeFile, leadingTablesOf, statsToJson, syncToJson } from "@rollcall/c1z"
import type { Coverage, Gap, StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Stream } from "effect"
import type { AccessOptions, AccessReader } from "./AccessReader.ts"
import { chooseSync } from "./chooseSync.ts"
import { sourceJson } from "./syncs.ts"
import type { Listing } from "./render/renderListing.ts"
import type { UnknownName } from "./UnknownName.ts"

/** How much there is of one resource type. */
export interface TypeStats {
  readonly resourceType: string
  readonly resources: number | null
  readonly entitlements: number | null
  readonly grants: number | null
  /** Null in files that other programs wrote. */
  readonly coverage: Coverage["state"] | null
}

/** What a file holds. */
export interface Stats {
  readonly file: string
  readonly format: "v1" | "v3"
  /** The database in a v3 file. */
  readonly engine: string | undefined
  readonly sync: SyncInfo | ManifestSync | undefined
  readonly counts: SyncStats | undefined
  readonly types: ReadonlyArray<TypeStats> | undefined
  readonly gaps: ReadonlyArray<Gap> | undefined
  readonly unfinished: boolean | undefined
  readonly unexpandedGrants: number | undefined
  /** Whether all of the file was read and its records counted; else this is what its beginning states. */
  readonly isChecked: boolean
}

/** How `readStats` and `readSyncs` read a file. */
export interface CheckOptions {
  /** Whether all of the file is read and checked, also where its beginning tells what is asked. */
  readonly check?: boolean | undefined
}

/**
 * What the file holds, of the sync that the options choose. Of a file that we wrote its beginning tells that, and nothing more is read
 * unless that is asked for; of a v3 file only the head is read, which says less. It fails with `UnknownName` where the file has no sync
 * of the id.
 */
export const readStats = Effect.fn("Access.stats")(function* (
  file: string,
  { check = false, ...options }: AccessOptions & CheckOptions = {},
): Effect.fn.Return<Stats, StoreError | UnknownName> {
  const description = yield* describeFile(file)
  if (description.format === "v3") return yield* statsOfHead(file, description, options.syncId)
  const stated = check ? undefined : yield* Effect.scoped(statsOfBeginning(file, options))
  if (stated !== undefined) return stated
  const { openAccess } = yield* Effect.promise(() => import("./AccessReader.ts"))
  return yield* openAccess(file, options).pipe(
    Effect.flatMap((access) => statsOfSync(file, access)),
    Effect.scoped,
  )
})

const statsOfBeginning = Effect.fnUntraced(function* (
  file: string,
  { syncId, ...options }: AccessOptions,
): Effect.fn.Return<Stats | undefined, StoreError | UnknownName, Scope.Scope> {
  const leading = yield* leadingTablesOf(file, options)
  if (leading === undefined) return undefined
  const sync =
    syncId === undefined
      ? yield* leading.shown
      : yield* chooseSync(file, yield* Stream.runCollect(leading.syncs), syncId)
  const stated = sync === undefined ? undefined : yield* leading.stated(sync)
  if (stated === undefined) return undefined
  // What a connector of ours leaves is expanded.
  return { ...statsOfV1(file, sync, stated), unfinished: false, unexpandedGrants: 0, isChecked: false }
})

const statsOfSync = Effect.fnUntraced(function* (
  file: string,
  access: AccessReader,
): Effect.fn.Return<Stats, StoreError> {
  const found = { counts: yield* access.counts, coverage: yield* access.coverage }
  return { ...statsOfV1(file, access.sync, found), ...(yield* access.incompleteness), isChecked: true }
})

const statsOfV1 = (
  file: string,
  sync: SyncInfo | undefined,
  { counts, coverage }: { readonly counts: SyncStats; readonly coverage: ReadonlyArray<Coverage> },
) => ({
  file,
  format: "v1" as const,
  engine: undefined,
  sync,
  counts,
  types: typeStats(counts, coverage),
  gaps: coverage.length === 0 ? undefined : coverage.flatMap((it) => it.gaps),
})

type Head = Extract<FileDescription, { readonly format: "v3" }>

const statsOfHead = Effect.fnUntraced(function* (
  file: string,
  { engine, syncs }: Head,
  syncId: string | undefined,
): Effect.fn.Return<Stats, UnknownName> {
  const sync = syncId === undefined ? syncs.at(-1) : yield* chooseSync(file, syncs, syncId)
  const counts = sync?.stats
  return {
    file,
    format: "v3",
    engine,
    sync,
    counts,
    types: counts === undefined ? undefined : typeStats(counts, []),
    gaps: undefined,
    // A head without any time says nothing about the end either.
    unfinished: sync?.startedAt === undefined && sync?.endedAt === undefined ? undefined : sync.endedAt === undefined,
    unexpandedGrants: undefined,
    isChecked: false,
  }
})

/** How much there is of each type. */
export const typeListing: Listing<TypeStats> = {
  name: "types",
  columns: [
    { key: "resourceType", title: "Resource Type", value: (stats) => stats.resourceType },
    { key: "resources", title: "Resources", value: (stats) => orUnknown(stats.resources) },
    { key: "entitlements", title: "Entitlements", value: (stats) => orUnknown(stats.entitlements) },
    { key: "grants", title: "Grants", value: (stats) => orUnknown(stats.grants) },
    { key: "coverage", title: "Coverage", value: (stats) => orUnknown(stats.coverage) },
  ],
  json: Effect.succeed,
}

const orUnknown = (value: string | number | null): string => String(value ?? "unknown")

/**
 * The sync in the JSON of the Go viewer's `stats`, which is the message `c1.reader.v2.SyncRun`; what else we know is beside
 * it, in the member `rollcall`.
 */
export const statsJson = ({ sync, counts, ...stats }: Stats): object => ({
  ...(sync !== undefined && stats.format === "v1" ? syncToJson(sync) : syncOrNull(sync)),
  stats: counts === undefined ? null : statsToJson(counts),
  rollcall: {
    file: stats.file,
    format: stats.format,
    checked: stats.isChecked,
    engine: stats.engine ?? null,
    unfinished: stats.unfinished ?? null,
    unexpandedGrants: stats.unexpandedGrants ?? null,
    ...sourceJson(sync),
    totals: counts === undefined ? null : totalsOf(counts),
    types: stats.types ?? null,
    gaps: stats.gaps ?? null,
  },
})

const syncOrNull = (sync: Stats["sync"]): object => {
  const json: Partial<ReturnType<typeof syncToJson>> = sync === undefined ? {} : syncToJson(sync)
  const { id = null, startedAt = null, endedAt = null, syncType = null } = json
  return { ...json, id, startedAt, endedAt, syncType }
}

const totalsOf = ({ resourceTypes, resources, entitlements, grants }: SyncStats) => ({
  resourceTypes,
  resources,
  entitlements,
  grants,
})

const typeStats = (counts: SyncStats, coverage: ReadonlyArray<Coverage>): ReadonlyArray<TypeStats> | undefined => {
  const { resourcesByResourceType, entitlementsByResourceType, grantsByResourceType } = counts
  const types = new Set(
    [resourcesByResourceType, entitlementsByResourceType, grantsByResourceType].flatMap((by) => Object.keys(by ?? {})),
  )
  if (types.size === 0 && counts.resourceTypes > 0) return undefined
  const states = new Map(coverage.map((it) => [it.resourceType, it.state]))
  return [...types].map((type) => ({
    resourceType: type,
    resources: countOf(resourcesByResourceType, type),
    entitlements: countOf(entitlementsByResourceType, type),
    grants: countOf(grantsByResourceType, type),
    coverage: states.get(type) ?? null,
  }))
}

const countOf = (counts: Readonly<Record<string, number>> | undefined, type: string): number | null => {
  if (counts === undefined) return null
  return Object.hasOwn(counts, type) ? (counts[type] ?? 0) : 0
}
