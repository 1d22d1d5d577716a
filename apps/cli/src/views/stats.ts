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
import { statsJson, statsOfManifest, statsOfSync } from "./collectStats.ts"
import { notesOn, writeNotes } from "./noteIncomplete.ts"
import type { ViewSettings } from "./openSync.ts"
import { workspaceOf } from "./listings.ts"
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

  const { sync, unfinished = false, unexpandedGrants = 0 } = stats
  if (sync !== undefined) yield* writeNotes(notesOn(sync, { unfinished, unexpandedGrants }, "missing"))
  if (format === "json") yield* screen.out(`${safeJson(statsJson(stats), 2)}\n`)
  else if (format === "table") yield* printSummary(stats)
  else yield* printListing(typeListing, Stream.fromIterable(stats.types ?? []), format)
})

const printSummary = Effect.fnUntraced(function* (stats: Stats) {
  const { types, gaps = [] } = stats
  yield* printLines(headLines(stats).map(escapeControls))
  if (types !== undefined && types.length > 0) {
    yield* printLines([""])
    yield* printListing(typeListing, Stream.fromIterable(types), "table")
  }
  if (gaps.length > 0) yield* printLines(["", "Missing:", ...gaps.map(gapLine)])
})

const headLines = ({ file, format, engine, sync, counts, gaps, unfinished }: Stats): ReadonlyArray<string> => [
  `File     ${file} (${engine === undefined ? format : `${format}, engine ${engine}: only its head is read`})`,
  ...(sync === undefined
    ? [`Sync     ${format === "v3" ? "unknown: the head of the file names none" : "none"}`]
    : [
        `From     ${workspaceOf(sync)}`,
        `Sync     ${sync.id} (${sync.type === "" ? "type unknown" : sync.type})`,
        `Started  ${sync.startedAt ?? "unknown"}`,
        `Ended    ${sync.endedAt ?? (unfinished === true ? "not finished" : "unknown")}`,
      ]),
  counts === undefined
    ? "Totals   unknown"
    : `Totals   ${counts.resources} resources of ${counts.resourceTypes} types, ` +
      `${counts.entitlements} entitlements, ${counts.grants} grants`,
  ...(sync !== undefined && gaps === undefined
    ? ["Missing  unknown: only files that rollcall wrote say what is missing"]
    : []),
]

const gapLine = (gap: Gap): string => `- ${escapeControls(gap.missing)}: ${escapeControls(gap.explanation)}`

const typeListing: Listing<TypeStats> = {
  name: "types",
  columns: [
    { title: "Resource Type", value: (stats) => stats.resourceType },
    { title: "Resources", value: (stats) => orUnknown(stats.resources) },
    { title: "Entitlements", value: (stats) => orUnknown(stats.entitlements) },
    { title: "Grants", value: (stats) => orUnknown(stats.grants) },
    { title: "Coverage", value: (stats) => orUnknown(stats.coverage) },
  ],
  json: Effect.succeed,
}

const orUnknown = (value: string | number | null): string => String(value ?? "unknown")
