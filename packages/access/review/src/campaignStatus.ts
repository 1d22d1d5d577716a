// How far a campaign has come, by reviewer, and what each is to be told.
import type { Campaign } from "./Campaign.ts"
import { mutualOf } from "./assignReviewers.ts"
import { daysOver, eventsOf, isAfter } from "./Campaign.ts"
import { afterSignOff, eventWords } from "./eventWords.ts"
import { contradictions } from "./contradictions.ts"
import { foldAddress } from "./Reviewers.ts"
import { removalFigures } from "./removalStates.ts"
import type { RemovalProgress } from "./words.ts"

/** The items of one reviewer. */
export interface ReviewerStatus {
  readonly email: string
  readonly name: string
  readonly role: string
  readonly items: number
  readonly done: number
  readonly open: number
  /** Answers that came after the campaign was due. */
  readonly late: number
  /** Open ones, where the campaign is due no more. */
  readonly overdue: number
}

/** The state of a campaign at an instant, RFC 3339. */
export interface CampaignStatus {
  readonly name: string
  readonly due: string
  /** `verified` is one that has no open removal left. */
  readonly stage: "open" | "closed" | "verified" | "signed off"
  readonly reviewers: ReadonlyArray<ReviewerStatus>
  readonly items: number
  readonly done: number
  readonly open: number
  readonly late: number
  readonly overdue: number
  /** Whole days for which the campaign has been due. */
  readonly daysOverdue: number
  /** How many removals have come how far; nothing before the close. */
  readonly removals: Readonly<Record<RemovalProgress, number>> | undefined
  /** Accounts of which the answers contradict each other, a sentence each. */
  readonly contradictions: ReadonlyArray<string>
  /** What happened after the last sign-off, a sentence each. */
  readonly afterSignOff: ReadonlyArray<string>
}

/** Counts answers and open items. */
export const campaignStatus = (campaign: Campaign, now: string): CampaignStatus => {
  const { started, due, items, answers, reviewerOf, reviewers, closed } = campaign
  const isDue = isAfter(now, due)
  // Once a campaign has closed, something has become of every item.
  const openOf = (all: number, done: number): number => (closed === undefined ? all - done : 0)
  const counts = new Map<string, { items: number; done: number; late: number }>()
  for (const [item, email] of reviewerOf) {
    const of = counts.get(email) ?? { items: 0, done: 0, late: 0 }
    const answer = answers.get(item)
    of.items += 1
    if (answer !== undefined) of.done += 1
    if (answer?.late === true) of.late += 1
    counts.set(email, of)
  }
  return {
    name: started.name,
    due,
    stage: stageOf(campaign),
    reviewers: [...counts].map(([email, of]) => ({
      email,
      name: reviewers.get(email)?.name ?? "",
      role: reviewers.get(email)?.role ?? "",
      ...of,
      open: openOf(of.items, of.done),
      overdue: isDue ? openOf(of.items, of.done) : 0,
    })),
    items: items.size,
    done: answers.size,
    open: openOf(items.size, answers.size),
    late: [...answers.values()].filter(({ late }) => late).length,
    overdue: isDue ? openOf(items.size, answers.size) : 0,
    daysOverdue: daysOver(due, now),
    removals: closed === undefined ? undefined : removalFigures(campaign),
    contradictions: contradictions(campaign),
    afterSignOff: afterSignOff(campaign).map(({ at, event }) => `${at}: ${eventWords(event)}`),
  }
}

/** Pairs of reviewers who each review something that the other holds, as items are assigned now. */
export const mutualReviewers = ({ items, reviewerOf }: Campaign): ReadonlyArray<ReadonlyArray<string>> => {
  const reviewed = new Map<string, Set<string>>()
  for (const { item, account } of items.values()) {
    const of = reviewed.get(reviewerOf.get(item) ?? "") ?? new Set()
    for (const email of account.emails) of.add(foldAddress(email))
    reviewed.set(reviewerOf.get(item) ?? "", of)
  }
  return mutualOf(reviewed)
}

const stageOf = (campaign: Campaign): CampaignStatus["stage"] => {
  if (eventsOf(campaign, "signedOff").length > 0) return "signed off"
  if (campaign.closed === undefined) return "open"
  return eventsOf(campaign, "verified").length > 0 && removalFigures(campaign).open === 0 ? "verified" : "closed"
}

/** A text for each reviewer who has open items; sending it is up to its reader. */
export const reminderOf = ({ name, due }: CampaignStatus, reviewer: ReviewerStatus): string =>
  [
    `To: ${reviewer.email}`,
    `Subject: ${name}: ${reviewer.open} of ${reviewer.items} decisions are open`,
    "",
    `${reviewer.name === "" ? "Hello" : `Hello ${reviewer.name}`},`,
    "",
    `in the access review ${name}, ${reviewer.open} of your ${reviewer.items} items have no decision yet.`,
    `They ${reviewer.overdue > 0 ? "were" : "are"} due on ${due}. Please decide them in your page or your table, and send the file back.`,
    "",
  ].join("\n")
