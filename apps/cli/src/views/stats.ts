// What a file holds, at a glance.
import { C1zFile } from "@rollcall/c1z"
import type { Gap } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { escapeControls, safeJson } from "../render/escapeControls.ts"
import type { Listing } from "../render/printListing.ts"
import { printLines, printListing } from "../render/printListing.ts"
import { Screen } from "../Screen.ts"
import type { OutputFormat } from "../settings/commandFields.ts"
import type { Stats, TypeStats } from "./collectStats.ts"
import { statsOfManifest, statsOfSync } from "./collectStats.ts"
import type { ViewSettings } from "./openSync.ts"
import { openSync } from "./openSync.ts"

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
