// How far a campaign has come, by reviewer, and what each is to be told.
import type { Campaign } from "./Campaign.ts"
import { eventsOf, isAfter } from "./Campaign.ts"

/** The items of one reviewer. */
export interface ReviewerStatus {
  readonly email: string
  readonly name: string
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
  readonly stage: "open" | "closed" | "verified" | "signed off"
  readonly reviewers: ReadonlyArray<ReviewerStatus>
  readonly items: number
  readonly done: number
  readonly open: number
}

/** Counts answers and open items. */
export const campaignStatus = (campaign: Campaign, now: string): CampaignStatus => {
  const { started, due, items, answers, reviewerOf, reviewers } = campaign
  const isDue = isAfter(now, due)
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
      ...of,
      open: of.items - of.done,
      overdue: isDue ? of.items - of.done : 0,
    })),
    items: items.size,
    done: answers.size,
    open: items.size - answers.size,
  }
}

const stageOf = (campaign: Campaign): CampaignStatus["stage"] => {
  if (eventsOf(campaign, "signedOff").length > 0) return "signed off"
  if (eventsOf(campaign, "verified").length > 0) return "verified"
  return campaign.closed === undefined ? "open" : "closed"
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
    `They ${reviewer.overdue > 0 ? "were" : "are"} due on ${due}. Please fill in your table and send it back.`,
    "",
  ].join("\n")
