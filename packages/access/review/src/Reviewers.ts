// Who reviews what: the first line of reviewers.csv that fits an item and whose reviewer is not the account itself.
import { Effect } from "effect"
import type { Reviewer } from "./CampaignEvent.ts"
import type { SheetRow } from "./readTable.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"

/** A line of reviewers.csv. */
export interface ReviewerLine extends Reviewer {
  readonly scope: string
  /** Where it stands, as errors name it: `reviewers.csv line 3`. */
  readonly place: string
}

const address = /^[^\s\p{Cc}\p{Cf}\p{Cs}@,;<>"]+@[^\s\p{Cc}\p{Cf}\p{Cs}@,;<>"]+$/u

/** Whether a text can be an e-mail address. */
export const isAddress = (text: string): boolean => address.test(text)

/** An address as it is compared. */
export const foldAddress = (text: string): string => text.trim().toLowerCase()

const header = ["scope", "reviewer", "name", "role"]
/** No campaign has more reviewers. */
const mostLines = 10_000

/** Reads the rows of a reviewers.csv; `name` is what errors call it. */
export const parseReviewers = Effect.fnUntraced(function* (
  name: string,
  rows: ReadonlyArray<SheetRow>,
): Effect.fn.Return<ReadonlyArray<ReviewerLine>, ReviewError> {
  const [first, ...others] = rows
  const titles = (first?.cells ?? []).map((cell) => cell.replace(/^\ufeff/u, "").toLowerCase())
  const [scopeAt = -1, reviewerAt = -1, nameAt = -1, roleAt = -1] = header.map((title) => titles.indexOf(title))
  if (scopeAt < 0 || reviewerAt < 0) return yield* unusable(name, `its first line is not ${header.join(",")}`)
  if (others.length > mostLines) return yield* unusable(name, `it has more than ${mostLines} lines`)
  const lines: Array<ReviewerLine> = []
  for (const { line, cells } of others) {
    const [scope = "", email = ""] = [cells[scopeAt], cells[reviewerAt]]
    if (scope === "" || !isAddress(email)) {
      const what = scope === "" ? "names no scope" : `has no e-mail address of a reviewer, but ${JSON.stringify(email)}`
      return yield* unusable(name, `line ${line} ${what}`)
    }
    lines.push({
      scope,
      place: `${name} line ${line}`,
      email: foldAddress(email),
      name: cells[nameAt] ?? "",
      role: cells[roleAt] ?? "",
    })
  }
  return lines.length === 0 ? yield* unusable(name, "it names no reviewer") : lines
})

const hint = `The first line is ${header.join(",")}; each further line names a scope and who reviews it.`

const unusable = (path: string, what: string) => refuse("Unusable", `${path} cannot be used: ${what}.`, hint)
