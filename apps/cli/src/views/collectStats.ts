// What a file holds, as numbers: which sync, how much of each type, and what is missing from it.
import type { C1zFile, SyncReader } from "@rollcall/c1z"
import { syncToJson } from "@rollcall/c1z"
import type { Coverage, Gap, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { UsageError } from "../UsageError.ts"
import { noSuchSync } from "./openSync.ts"

/** How much there is of one resource type. */
export interface TypeStats {
  readonly resourceType: string
  readonly resources: number
  readonly entitlements: number
  readonly grants: number
  /** Absent in files that other programs wrote. */
  readonly coverage?: Coverage["state"]
}

/** What a file holds. */
export interface Stats {
  readonly file: string
  readonly format: "v1" | "v3"
  /** The database in a v3 file. */
  readonly engine?: string
  readonly sync?: object
  readonly totals?: Readonly<Record<"resourceTypes" | "resources" | "entitlements" | "grants", number>>
  readonly types: ReadonlyArray<TypeStats>
  readonly gaps: ReadonlyArray<Gap>
}

/** The statistics of one sync. */
export const statsOfSync = Effect.fnUntraced(function* (
  file: string,
  reader: SyncReader,
): Effect.fn.Return<Stats, StoreError> {
  const counts = yield* reader.counts
  const coverage = yield* reader.coverage
  const states = new Map(coverage.map((it) => [it.resourceType, it.state]))
  const types = yield* Stream.runCollect(
    Stream.map(reader.resourceTypes, ({ resourceType: { id } }): TypeStats => {
      const state = states.get(id)
      return {
        resourceType: id,
        resources: counts.resources[id] ?? 0,
        entitlements: counts.entitlements[id] ?? 0,
        grants: counts.grants[id] ?? 0,
        ...(state === undefined ? {} : { coverage: state }),
      }
    }),
  )
  return {
    file,
    format: "v1",
    ...(reader.sync === undefined ? {} : { sync: syncToJson(reader.sync) }),
    totals: {
      resourceTypes: types.length,
      resources: sum(counts.resources),
      entitlements: sum(counts.entitlements),
      grants: sum(counts.grants),
    },
    types,
    gaps: coverage.flatMap((it) => it.gaps),
  }
})

type V3 = Extract<Effect.Success<ReturnType<typeof C1zFile.describe>>, { readonly format: "v3" }>

/** What the head of a v3 file says of its latest sync, or of the one with this id. */
export const statsOfManifest = (
  file: string,
  { engine, syncs }: V3,
  syncId: string | undefined,
): Effect.Effect<Stats, UsageError> => {
  const chosen = syncId === undefined ? syncs.at(-1) : syncs.find((sync) => sync.id === syncId)
  if (syncId !== undefined && chosen === undefined) return Effect.fail(noSuchSync(file, syncId))
  if (chosen === undefined) return Effect.succeed({ file, format: "v3", engine, types: [], gaps: [] })
  const { counts, type, ...sync } = chosen
  return Effect.succeed({
    file,
    format: "v3",
    engine,
    sync: { ...sync, syncType: type },
    ...(counts === undefined ? {} : { totals: counts }),
    types: [],
    gaps: [],
  })
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)
