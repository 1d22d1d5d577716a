// What stands next to each copy: enough to list an archive without unpacking any.
import { Gap, RecordCounts } from "@rollcall/connector"
import { Schema } from "effect"

/** Whose data a copy holds. Files of other programs do not tell. */
export const ArchivedWorkspace = Schema.Struct({ id: Schema.String, name: Schema.String, connector: Schema.String })
export type ArchivedWorkspace = typeof ArchivedWorkspace.Type

/** The summary of one copy. Times are RFC 3339. */
export const ArchiveSummary = Schema.Struct({
  sync: Schema.Struct({
    id: Schema.String,
    /** `full`, or narrower (`partial`, `quick`, …): then it is kept apart, and never chosen by date. */
    type: Schema.String,
    startedAt: Schema.String,
    endedAt: Schema.String,
  }),
  workspace: ArchivedWorkspace,
  /** The connection that it was synced for, where a worker serves several. */
  connection: Schema.optionalKey(Schema.String),
  /** Of the copy. */
  sha256: Schema.String,
  /** Bytes of the copy. */
  size: Schema.Int,
  counts: RecordCounts,
  gaps: Schema.Array(Gap),
  /** How many changes there were since the copy before, by group; `null` where they were not compared. */
  changes: Schema.NullOr(
    Schema.Struct({
      since: Schema.String,
      counts: Schema.Record(Schema.String, Schema.Int),
      /** What could not be told. */
      unknown: Schema.Int,
    }),
  ),
})
export type ArchiveSummary = typeof ArchiveSummary.Type

const json = Schema.fromJsonString(ArchiveSummary)

/** Reads a summary, which may come from untrusted hands. */
export const decodeSummary = Schema.decodeUnknownEffect(json)

/** The summary as text, with a line break at its end. */
export const encodeSummary = (summary: ArchiveSummary): string => `${JSON.stringify(summary, undefined, 2)}\n`
