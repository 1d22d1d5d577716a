// The file that a reviewer's page saves: what was decided, with what was shown and the codes, so that it is checked as a table is.
import { Schema } from "effect"
import type { SheetRow } from "./readTable.ts"

/** Decisions of one reviewer. A draft holds those that were made so far; an item without a decision is left out, or has "". */
export const DecisionFile = Schema.Struct({
  format: Schema.Literal("rollcall-decisions"),
  version: Schema.Literal(1),
  /** The address of the reviewer. */
  reviewer: Schema.String,
  /** `shownColumns` as they were when the page was made. */
  columns: Schema.Array(Schema.String),
  items: Schema.Array(
    Schema.Struct({
      item: Schema.Int,
      code: Schema.String,
      /** A text for each of the columns. */
      shown: Schema.Array(Schema.String),
      /** A decision, or "". */
      decision: Schema.String,
      comment: Schema.String,
    }),
  ),
})
export type DecisionFile = typeof DecisionFile.Type

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(DecisionFile))

/** The text as rows of a reviewer's table, of which the line is the place of the item in the file; nothing where it is no such file. */
export const decisionRows = (text: string): ReadonlyArray<SheetRow> | undefined => {
  const decoded = decode(text)
  if (decoded._tag === "None") return undefined
  const { reviewer, columns, items } = decoded.value
  return [
    { line: 0, cells: ["Decision", "Comment", ...columns, "Code", "Reviewer", "Item"] },
    ...items.map(({ item, code, shown, decision, comment }, at) => ({
      line: at + 1,
      cells: [decision, comment, ...columns.map((_, column) => shown[column] ?? ""), code, reviewer, String(item)],
    })),
  ]
}
