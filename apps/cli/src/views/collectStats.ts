// What a file holds, as numbers: which sync, how much of each type, and what is missing from it. What the file does not
// say is `undefined` here and null in JSON: a 0 or an empty list would be an answer.
import type { C1zFile, ManifestSync, SyncInfo, SyncReader, SyncStats } from "@rollcall/c1z"
import { statsOf, statsToJson, syncToJson } from "@rollcall/c1z"
import type { Coverage, Gap, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { UsageError } from "../UsageError.ts"
import { sourceJson } from "./listings.ts"
import { noSuchSync } from "./openSync.ts"

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
  readonly engine?: string
  readonly sync: SyncInfo | ManifestSync | undefined
  readonly counts: SyncStats | undefined
  readonly types: ReadonlyArray<TypeStats> | undefined
  readonly gaps: ReadonlyArray<Gap> | undefined
  readonly unfinished: boolean | undefined
  readonly unexpandedGrants: number | undefined
}

/** The statistics of one sync. */
export const statsOfSync = Effect.fnUntraced(function* (
  file: string,
  reader: SyncReader,
): Effect.fn.Return<Stats, StoreError> {
  const coverage = yield* reader.coverage
  const types = yield* Stream.runCollect(Stream.map(reader.resourceTypes, ({ resourceType: { id } }) => id))
  const counts = statsOf(types, yield* reader.counts)
  return {
    file,
    format: "v1",
    sync: reader.sync,
    counts,
    types: typeStats(counts, coverage),
    ...(yield* reader.incompleteness),
    gaps: coverage.length === 0 ? undefined : coverage.flatMap((it) => it.gaps),
  }
})

type V3 = Extract<Effect.Success<ReturnType<typeof C1zFile.describe>>, { readonly format: "v3" }>

/** What the head of a v3 file says of its latest sync, or of the one with this id. */
export const statsOfManifest = (
  file: string,
  { engine, syncs }: V3,
  syncId: string | undefined,
): Effect.Effect<Stats, UsageError> => {
  const sync = syncId === undefined ? syncs.at(-1) : syncs.find(({ id }) => id === syncId)
  if (syncId !== undefined && sync === undefined) return Effect.fail(noSuchSync(file, syncId, syncs))
  const counts = sync?.stats
  const types = counts === undefined ? undefined : typeStats(counts, [])
  return Effect.succeed({
    file,
    format: "v3",
    engine,
    sync,
    counts,
    types,
    gaps: undefined,
    // A head without any time says nothing about the end either.
    unfinished: sync?.startedAt === undefined && sync?.endedAt === undefined ? undefined : sync.endedAt === undefined,
    unexpandedGrants: undefined,
  })
}

/**
 * The sync in the JSON of the Go viewer's `stats`, which is the message `c1.reader.v2.SyncRun`; what else we know is beside
 * it, in the member `rollcall`.
 */
export const statsJson = ({ sync, counts, ...stats }: Stats): object => ({
  ...(sync === undefined || stats.format === "v3" ? { id: null, startedAt: null, endedAt: null, syncType: null } : {}),
  ...(sync === undefined ? {} : syncToJson(sync)),
  stats: counts === undefined ? null : statsToJson(counts),
  rollcall: {
    file: stats.file,
    format: stats.format,
    engine: stats.engine ?? null,
    unfinished: stats.unfinished ?? null,
    unexpandedGrants: stats.unexpandedGrants ?? null,
    ...sourceJson(sync),
    totals: counts === undefined ? null : totalsOf(counts),
    types: stats.types ?? null,
    gaps: stats.gaps ?? null,
  },
})

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
