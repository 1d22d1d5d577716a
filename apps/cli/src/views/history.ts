// Prints the copies of an archive, by their summaries: it loads nothing that reads files of syncs.
import type { Listing } from "@rollcall/access/render"
import type { ArchivedSync } from "@rollcall/archive"
import type { Settings } from "@rollcall/config"
import { Effect, Stream } from "effect"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import type { archivedFields } from "../settings/commandFields.ts"
import { archivedSyncs, workspaceOfCopy } from "./archivedSyncs.ts"

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

const orUnknown = (value: number | string | undefined): string => String(value ?? "unknown")

/** Copies. What is not known because the summary of one is lost says so. */
export const copyListing: Listing<ArchivedSync> = {
  name: "syncs",
  columns: [
    { title: "ID", value: ({ id }) => id },
    { title: "Ended At", value: ({ endedAt }) => endedAt },
    { title: "Type", value: ({ type }) => type },
    { title: "Workspace", value: workspaceOfCopy },
    { title: "Resources", value: ({ summary }) => orUnknown(summary && sum(summary.counts.resources)) },
    { title: "Grants", value: ({ summary }) => orUnknown(summary && sum(summary.counts.grants)) },
    { title: "Gaps", value: ({ summary }) => orUnknown(summary?.gaps.length) },
    { title: "Changes", value: ({ summary }) => (summary?.changes ? String(sum(summary.changes.counts)) : "-") },
    { title: "Kept", value: ({ kept }) => (kept ? "yes" : "-") },
    { title: "File", value: ({ file }) => file },
  ],
  json: ({ file, id, type, startedAt, endedAt, kept, summary }) =>
    Effect.succeed({
      id,
      type,
      startedAt: startedAt ?? null,
      endedAt,
      kept,
      file,
      workspace: summary?.workspace ?? null,
      sha256: summary?.sha256 ?? null,
      size: summary?.size ?? null,
      counts: summary?.counts ?? null,
      gaps: summary?.gaps ?? null,
      changes: summary?.changes ?? null,
    }),
}

/** Lists the copies, the oldest first. */
export const showHistory = Effect.fnUntraced(function* (
  settings: Settings<typeof archivedFields>,
  format: OutputFormat,
) {
  yield* printListing(copyListing, Stream.fromIterable(yield* archivedSyncs(settings)), format)
})
