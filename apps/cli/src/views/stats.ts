// What a file holds, at a glance: which syncs, and how much one of them has.
import type { CheckOptions, Stats } from "@rollcall/access"
import { notesOn, readStats, readSyncs, statsJson, syncListing, typeListing, workspaceOf } from "@rollcall/access"
import { escapeControls, safeJson } from "@rollcall/access/render"
import type { Gap } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { errLines, Screen } from "../Screen.ts"
import { printLines, printListing } from "../render/printListing.ts"
import type { ViewRequest } from "./viewRequest.ts"
import { findSync } from "./findSync.ts"
import { columnsFor } from "./columnsFor.ts"
import { readOptionsOf, writeNotes } from "./viewRequest.ts"

/** Prints the syncs of a file, v3 files included: their head says which they hold. */
export const showSyncs = Effect.fnUntraced(function* (request: Omit<ViewRequest, "syncId"> & CheckOptions) {
  const { settings, format, check } = request
  const screen = yield* Screen
  const { listing, output } = yield* columnsFor(syncListing, request)
  const found = yield* readSyncs(settings.file, { ...(yield* readOptionsOf(settings)), check })
  if (found.format === "v1") {
    if (!found.isChecked) yield* noteUnchecked(settings.file)
    const members = found.isChecked ? {} : { rollcall: { checked: false } }
    return yield* printListing(listing, found.syncs, format, members, output)
  }
  const { engine, syncs } = found
  const known =
    syncs.length === 0 ? "it names no sync, so what the file holds is unknown" : "its records cannot be read"
  yield* errLines([`${settings.file} is a v3 file (engine ${engine}), of which only the head is read: ${known}.`])
  // An empty list would say that there is none.
  if (syncs.length === 0 && format === "json") return yield* screen.out(`${safeJson({ [syncListing.name]: null })}\n`)
  return yield* printListing(listing, Stream.fromIterable(syncs), format, {}, output)
}, Effect.scoped)

/** Prints the statistics of one sync; of a v3 file, what its head says. */
export const showStats = Effect.fnUntraced(function* ({ settings, syncId, format, check }: ViewRequest & CheckOptions) {
  const screen = yield* Screen
  const place = yield* findSync(settings, syncId)
  const stats = yield* readStats(place.file, { ...(yield* readOptionsOf(settings)), syncId: place.sync, check })
  if (!stats.isChecked && stats.format === "v1") yield* noteUnchecked(place.file)
  const { sync, unfinished = false, unexpandedGrants = 0 } = stats
  if (sync !== undefined) yield* writeNotes(notesOn(sync, { unfinished, unexpandedGrants }, "missing"))
  if (format === "json") yield* screen.out(`${safeJson(statsJson(stats), 2)}\n`)
  else if (format === "table") yield* printSummary(stats)
  else yield* printListing(typeListing, Stream.fromIterable(stats.types ?? []), format)
})

const noteUnchecked = (file: string) =>
  writeNotes([
    `Only the beginning of ${file} was read, which says this. The rest was not checked; \`--check\` reads and counts all of it.`,
  ])

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
