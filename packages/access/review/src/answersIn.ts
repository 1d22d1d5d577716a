// What a file of answers says, and what is wrong with each row of it: one that was altered, doubled, or is somebody else's.
import type { AnswerRow } from "./answerRows.ts"
import { answerRows } from "./answerRows.ts"
import type { Campaign } from "./Campaign.ts"
import { campaignMark } from "./Campaign.ts"
import type { Answer } from "./CampaignEvent.ts"
import type { AnswerTable } from "./readAnswers.ts"
import type { CodeKey } from "./ReviewerItems.ts"
import { decisionWords, isGenuine, longestComment, shownColumns, whyComment } from "./ReviewerItems.ts"

/** Where an item stands. */
export interface Place {
  readonly path: string
  readonly place: string
}

const doubled = "stands at"

/** The answers of one reviewer. */
export interface FoundAnswers {
  readonly reviewer: string
  readonly answers: ReadonlyArray<Answer>
  /** Rows without a decision. */
  readonly undecided: number
  /** Items with a decision that were assigned to somebody else since, so that it does not count. */
  readonly assigned: ReadonlyArray<number>
}

/** The answers in a file; what is wrong with it is added to the problems. */
export const answersIn = (
  campaign: Campaign,
  { path, tables }: { readonly path: string; readonly tables: ReadonlyArray<AnswerTable> },
  key: CodeKey,
  seen: Map<number, Place>,
  problems: Array<string>,
): FoundAnswers => {
  const answers: Array<Answer> = []
  let undecided = 0
  const reviewers = new Set<string>()
  const before = problems.length
  const assigned: Array<number> = []
  const rows = answerRows(tables, { campaign: campaignMark(campaign), columns: shownColumns(campaign) })
  if (rows.length > 1 && rows.every((row) => !("problem" in row) && !isGenuine(campaign, key, row))) {
    problems.push(`${path}: no row of it fits: it is of another campaign or reviewer, or all of it was altered`)
    return { reviewer: "", answers, undecided, assigned }
  }
  const elsewhere = new Map<string, number>()
  for (const row of rows) {
    const earlier = "problem" in row ? undefined : seen.get(row.item)
    const problem = "problem" in row ? row.problem : problemOf(campaign, key, row, earlier)
    if (earlier !== undefined && earlier.path !== path && problem?.includes(doubled) === true) {
      elsewhere.set(earlier.path, (elsewhere.get(earlier.path) ?? 0) + 1)
      continue
    }
    if ("problem" in row || problem !== undefined) {
      problems.push(`${path}${"problem" in row ? "" : `${row.place}: `}${problem ?? ""}`)
      continue
    }
    const { item, decision, comment, place, reviewer } = row
    reviewers.add(reviewer)
    // An item that went to somebody else is theirs to answer.
    if (campaign.reviewerOf.get(item) !== reviewer) {
      if (decision !== undefined) assigned.push(item)
      continue
    }
    seen.set(item, { path, place })
    if (decision === undefined) undecided += 1
    else answers.push({ item, decision, comment })
  }
  for (const [other, count] of elsewhere) {
    const items = `${count} ${count === 1 ? "item" : "items"} of it ${count === 1 ? "stands" : "stand"}`
    problems.push(`${path}: ${items} in ${other} too: import one after the other, the one that is to count last`)
  }
  if (reviewers.size > 1) problems.push(`${path}: it holds rows of several reviewers: ${[...reviewers].join(", ")}`)
  if (reviewers.size === 0 && elsewhere.size === 0 && problems.length === before)
    problems.push(`${path}: it holds no row`)
  return { reviewer: [...reviewers][0] ?? "", answers, undecided, assigned }
}

const problemOf = (
  campaign: Campaign,
  key: CodeKey,
  row: AnswerRow,
  earlier: Place | undefined,
): string | undefined => {
  const { reviewer, written, decision, comment } = row
  const item = campaign.items.get(row.item)
  if (item === undefined) return "it is about no item of the campaign"
  if (!isGenuine(campaign, key, row)) {
    return "its code does not fit: it is from another campaign, or what it shows, its item or its reviewer was altered"
  }
  if (earlier !== undefined) return `item ${row.item} ${doubled} ${earlier.path}${earlier.place} already`
  if (campaign.reviewerOf.get(row.item) !== reviewer) return undefined
  if ([written, comment].some((text) => text.startsWith("="))) return "it holds a formula"
  if (written !== "" && decision === undefined) {
    return `${JSON.stringify(written)} is no decision; it can be ${Object.values(decisionWords).join(", ")}`
  }
  if (comment.length > longestComment) return `its comment is longer than ${longestComment} characters`
  const why = comment === "" && decision !== undefined ? whyComment(decision, item) : undefined
  return why === undefined ? undefined : `${why} needs a comment`
}
