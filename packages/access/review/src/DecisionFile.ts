// The file that a reviewer's page saves: what was decided, with what was shown and the codes, so that it is checked as a table is.
import { Option, Schema } from "effect"
import type { SheetRow } from "./readTable.ts"

/**
 * Decisions of one reviewer, all of them or some; an item without a decision is left out, or has "". A draft is for the page alone:
 * its reviewer has not decided to send it.
 */
export const DecisionFile = Schema.Struct({
  format: Schema.Literals(["rollcall-decisions", "rollcall-draft"]),
  version: Schema.Literal(1),
  /** The campaign by name and id; files of older versions do not name it. */
  campaign: Schema.optional(Schema.String),
  /** The address of the reviewer. */
  reviewer: Schema.String,
  /** The titles of what the page shows of each item. */
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

/** The file in the text; nothing where it is no such file. */
export const decisionFile = (text: string): DecisionFile | undefined => Option.getOrUndefined(decode(text))

/** The title of the column that names the campaign. */
export const campaignColumn = "Campaign"

/** The file as rows of a reviewer's table, of which the line is the number of the item. */
export const decisionRows = ({ campaign = "", reviewer, columns, items }: DecisionFile): ReadonlyArray<SheetRow> => [
  { line: 0, cells: ["Decision", "Comment", ...columns, "Code", "Reviewer", "Item", campaignColumn] },
  ...items.map(({ item, code, shown, decision, comment }) => ({
    line: item,
    cells: [
      decision,
      comment,
      ...columns.map((_, column) => shown[column] ?? ""),
      code,
      reviewer,
      String(item),
      campaign,
    ],
  })),
]
