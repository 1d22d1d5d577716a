// What a file holds, at a glance: which sync, how much of each type, and what is missing from it.
import type { SyncReader } from "@rollcall/c1z"
import { C1zFile, syncToJson } from "@rollcall/c1z"
import type { Coverage, Gap } from "@rollcall/connector"
import { StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { escapeControls, safeJson } from "../render/escapeControls.ts"
import type { Listing } from "../render/printListing.ts"
import { printLines, printListing } from "../render/printListing.ts"
import { Screen } from "../Screen.ts"
import type { OutputFormat } from "../settings/commandFields.ts"
import type { ViewSettings } from "./openSync.ts"
import { openSync } from "./openSync.ts"

/** How much there is of one resource type. */
interface TypeStats {
  readonly resourceType: string
  readonly resources: number
  readonly entitlements: number
  readonly grants: number
  /** Absent in files that other programs wrote. */
  readonly coverage?: Coverage["state"]
}

interface Stats {
  readonly file: string
  readonly format: "v1" | "v3"
  /** The database in a v3 file. */
  readonly engine?: string
  readonly sync?: object
  readonly totals?: Readonly<Record<"resourceTypes" | "resources" | "entitlements" | "grants", number>>
  readonly types: ReadonlyArray<TypeStats>
  readonly gaps: ReadonlyArray<Gap>
}

/** Prints the statistics of one sync; of a v3 file, what its head says. */
export const showStats = Effect.fnUntraced(function* (
  settings: ViewSettings,
  syncId: string | undefined,
  format: OutputFormat,
) {
  const screen = yield* Screen
  const description = yield* C1zFile.describe(settings.file)
  const stats =
    description.format === "v3"
      ? yield* statsOfManifest(settings.file, description, syncId)
      : yield* Effect.flatMap(openSync(settings, syncId), (reader) => statsOfSync(settings.file, reader))

  if (format === "json") yield* screen.out(`${safeJson(stats, 2)}\n`)
  else if (format === "table") yield* printSummary(stats)
  else yield* printListing(typeListing, Stream.fromIterable(stats.types), format)
})

const printSummary = Effect.fnUntraced(function* (stats: Stats) {
  yield* printLines(headLines(stats).map(escapeControls))
  if (stats.types.length > 0) {
    yield* printLines([""])
    yield* printListing(typeListing, Stream.fromIterable(stats.types), "table")
  }
  if (stats.gaps.length > 0) yield* printLines(["", "Missing:", ...stats.gaps.map(gapLine)])
})

const statsOfSync = Effect.fnUntraced(function* (
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

const statsOfManifest = (
  file: string,
  { engine, syncs }: V3,
  syncId: string | undefined,
): Effect.Effect<Stats, StoreError> => {
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

const noSuchSync = (file: string, syncId: string) =>
  new StoreError({
    reason: "NotFound",
    message: `${file} holds no sync ${syncId}.`,
    hint: "`rollcall syncs` lists those that it holds.",
  })

const headLines = ({ file, format, engine, sync, totals }: Stats): ReadonlyArray<string> => {
  const of = (member: string, otherwise: string): string => {
    const value: unknown = sync === undefined ? undefined : Reflect.get(sync, member)
    return typeof value === "string" ? value : otherwise
  }
  return [
    `File     ${file} (${engine === undefined ? format : `${format}, engine ${engine}: only its head is read`})`,
    ...(sync === undefined
      ? ["Sync     none"]
      : [
          `Sync     ${of("id", "")} (${of("syncType", "full")})`,
          `Started  ${of("startedAt", "unknown")}`,
          `Ended    ${of("endedAt", "not finished")}`,
        ]),
    ...(totals === undefined
      ? []
      : [
          `Totals   ${totals.resources} resources of ${totals.resourceTypes} types, ` +
            `${totals.entitlements} entitlements, ${totals.grants} grants`,
        ]),
  ]
}

const gapLine = (gap: Gap): string => `- ${escapeControls(gap.missing)}: ${escapeControls(gap.explanation)}`

const typeListing: Listing<TypeStats> = {
  name: "types",
  columns: [
    { title: "Resource Type", value: (stats) => stats.resourceType },
    { title: "Resources", value: (stats) => String(stats.resources) },
    { title: "Entitlements", value: (stats) => String(stats.entitlements) },
    { title: "Grants", value: (stats) => String(stats.grants) },
    { title: "Coverage", value: (stats) => stats.coverage ?? "unknown" },
  ],
  json: Effect.succeed,
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)
