// The decisions of a campaign as a table: what was decided about each item, by whom, in which role, when, and what came of it.
import { csvLine } from "@rollcall/access/render"
import type { Campaign } from "./Campaign.ts"
import { removalDue } from "./Campaign.ts"
import { endOfItem } from "./Item.ts"
import { decisionWords } from "./ReviewerItems.ts"
import { removalStates } from "./removalStates.ts"
import { dispositionWords, progressWords, standingWords } from "./words.ts"

const titles = [
  "Item",
  "Account",
  "E-mail",
  "Account ID",
  "Access",
  "On",
  "Entitlement ID",
  "Grant ID",
  "Decision",
  "Comment",
  "Reviewer",
  "Role",
  "Received",
  "Received From",
  "Imported By",
  "Late",
  "Proof",
  "Outcome",
  "Note",
  "Removal Due",
  "Verified",
  "Removal",
] as const

/** The rows as comma-separated values, in the order of the items; the same log and items give the same text. */
export const decisionTable = (campaign: Campaign): string => {
  const dispositions = new Map(campaign.closed?.dispositions.map((it) => [it.item, it]))
  const removals = new Map(removalStates(campaign).map((it) => [it.item, it]))
  // Without them the table is that of earlier versions, whose evidence is checked by making it again.
  const hasEnds = [...campaign.items.values()].some(({ ends }) => ends !== undefined)
  const rows = [...campaign.items.values()].map((item) => {
    const answer = campaign.answers.get(item.item)
    const outcome = dispositions.get(item.item)
    const removal = removals.get(item.item)
    return [
      String(item.item),
      item.account.name,
      item.account.emails[0] ?? "",
      item.account.id,
      item.entitlement.name,
      `${item.resource.name} (${item.resource.typeName})`,
      item.entitlement.id,
      item.grant,
      answer === undefined ? "" : decisionWords[answer.decision],
      answer?.comment ?? "",
      answer?.reviewer ?? campaign.reviewerOf.get(item.item) ?? "",
      answer?.role ?? "",
      answer?.at ?? "",
      answer === undefined ? "" : (answer.receivedFrom ?? "not stated"),
      answer?.importedBy ?? "",
      answer?.late === true ? "late" : "",
      answer === undefined ? "" : answer.signed ? "signed by the reviewer" : "received as theirs",
      outcome === undefined ? "" : dispositionWords[outcome.disposition],
      outcome === undefined || outcome.note === answer?.comment ? "" : outcome.note,
      removal === undefined ? "" : removalDue(campaign, item.item),
      removal?.standing === undefined ? "" : standingWords[removal.standing],
      removal === undefined ? "" : progressWords[removal.state],
      ...(hasEnds ? [endOfItem(item)] : []),
    ]
  })
  return [[...titles, ...(hasEnds ? ["Ends"] : [])], ...rows].map((row) => `${csvLine(row)}\r\n`).join("")
}
