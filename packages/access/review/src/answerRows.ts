// The rows of what a reviewer sends back, as they stand there. Whether they are right is for others to say.
import type { Decision } from "./CampaignEvent.ts"
import { Decision as Decisions } from "./CampaignEvent.ts"
import type { AnswerTable } from "./readAnswers.ts"
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

/** The rows of the tables, in which the titles of what is shown are these, or what is wrong with a table of which no row can be read. */
export const answerRows = (
  all: ReadonlyArray<AnswerTable>,
  columns: ReadonlyArray<string>,
): ReadonlyArray<AnswerRow | { readonly problem: string }> => {
  // Beside their table reviewers keep sheets of their own.
  const coded = all.filter((table) => titlesOf(table).includes("Code"))
  const tables = coded.length > 0 ? coded : all
  return tables.flatMap<AnswerRow | { readonly problem: string }>((table) => {
    const { name, rowsAre = "line" } = table
    const [, ...body] = table.rows
    const titles = titlesOf(table)
    const missing = sheetColumns(columns).filter((column) => !titles.includes(column))
    if (missing.length > 0) {
      return [{ problem: `${name}: it is no reviewer's table; it lacks the columns ${missing.join(", ")}` }]
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

const titlesOf = ({ rows }: AnswerTable): ReadonlyArray<string> =>
  (rows[0]?.cells ?? []).map((cell) => cell.replace(/^\ufeff/u, "").trim())

const decisionOf = (text: string): Decision | undefined => {
  const word = text.toLowerCase()
  return Decisions.literals.find((decision) => word === decision || word === decisionWords[decision])
}
