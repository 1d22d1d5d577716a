// The rows of what a reviewer sends back, as they stand there. Whether they are right is for others to say.
import type { Decision } from "./CampaignEvent.ts"
import { Decision as Decisions } from "./CampaignEvent.ts"
import type { AnswerTable } from "./readAnswers.ts"
import { campaignColumn } from "./DecisionFile.ts"
import type { CodedAnswer } from "./ReviewerItems.ts"
import { decisionWords } from "./ReviewerItems.ts"
import { sheetColumns } from "./sheetTexts.ts"

/** A row of a reviewer's table. */
export interface AnswerRow extends CodedAnswer {
  /** Where it stands in the file, as errors name it. */
  readonly place: string
  /** What stands there as the decision, in whatever words. */
  readonly written: string
  /** Nothing where the words are none of ours, or there are none. */
  readonly decision: Decision | undefined
  readonly comment: string
}

/** What a table is to be of: a campaign, as files name it, and the titles of what is shown there. */
export interface Expected {
  readonly campaign: string
  readonly columns: ReadonlyArray<string>
}

/** The rows of the tables, or what is wrong with a table of which no row can be read. */
export const answerRows = (
  all: ReadonlyArray<AnswerTable>,
  { campaign, columns }: Expected,
): ReadonlyArray<AnswerRow | { readonly problem: string }> => {
  // Beside their table reviewers keep sheets of their own.
  const coded = all.filter((table) => titlesOf(table).includes("Code"))
  const tables = coded.length > 0 ? coded : all
  return tables.flatMap<AnswerRow | { readonly problem: string }>((table) => {
    const { name, rowsAre = "line" } = table
    const [, ...body] = table.rows
    const titles = titlesOf(table)
    const other = foreignCampaign(table, campaign)
    if (other !== undefined) return [{ problem: `${name}: it is from another campaign, ${other}` }]
    const missing = sheetColumns(columns).filter((column) => !titles.includes(column))
    if (missing.length > 0) {
      const isCoded = ["Code", "Reviewer", "Item"].every((column) => titles.includes(column))
      const what = isCoded ? "it is from another campaign, or was altered" : "it is no reviewer's table"
      return [{ problem: `${name}: ${what}; it lacks the columns ${missing.join(", ")}` }]
    }
    const places = new Map(titles.map((title, at) => [title, at]))
    return body.map(({ line, cells }): AnswerRow => {
      const cell = (column: string) => (cells[places.get(column) ?? -1] ?? "").trim()
      const written = cell("Decision")
      return {
        place: `${name} ${rowsAre} ${line}`,
        item: Number(cell("Item")),
        reviewer: cell("Reviewer"),
        code: cell("Code"),
        shown: columns.map(cell),
        written,
        decision: decisionOf(written),
        comment: cell("Comment"),
      }
    })
  })
}

/** The campaign that a table names, where it is another one. */
const foreignCampaign = (table: AnswerTable, campaign: string): string | undefined => {
  const at = titlesOf(table).indexOf(campaignColumn)
  return table.rows
    .slice(1)
    .map(({ cells }) => cells[at]?.trim() ?? "")
    .find((named) => named !== "" && named !== campaign)
}

const titlesOf = ({ rows }: AnswerTable): ReadonlyArray<string> =>
  (rows[0]?.cells ?? []).map((cell) => cell.replace(/^\ufeff/u, "").trim())

const decisionOf = (text: string): Decision | undefined => {
  const word = text.toLowerCase()
  return Decisions.literals.find((decision) => word === decision || word === decisionWords[decision])
}
