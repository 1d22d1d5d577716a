// The campaign in figures and words, as a file of the evidence.
import { escapeControls, markdownTable } from "@rollcall/access/render"
import type { Campaign } from "./Campaign.ts"
import { eventsOf } from "./Campaign.ts"
import type { CampaignStatus } from "./campaignStatus.ts"
import { mutualReviewers } from "./campaignStatus.ts"
import { eventWords } from "./eventWords.ts"
import { importRows, removalRows } from "./reportRows.ts"
import { fingerprintOf } from "./signatures.ts"
import { wasReviewer } from "./signOff.ts"
import { dispositionWords } from "./words.ts"

/** The campaign in figures and words, as it is at the time of the evidence. */
export const reportOf = (
  campaign: Campaign,
  status: CampaignStatus,
  made: string,
  auditLines: number | undefined,
): string => {
  const { started, closed } = campaign
  const counts = Map.groupBy(closed?.dispositions ?? [], ({ disposition }) => disposition)
  const verified = eventsOf(campaign, "verified").at(-1)
  const signed = eventsOf(campaign, "signedOff").at(-1)
  const out = Object.entries(started.outOfScope).map(([reason, count]) => `- out of scope, ${reason}: ${count}`)
  return [
    `# ${started.name}`,
    "",
    ...[
      `- campaign: ${campaign.log.id}, of which reasons in the audit log have the beginning`,
      `- source: ${started.sync.workspace?.name ?? "unknown workspace"}, sync ${started.sync.syncId}, ended ${started.sync.endedAt}`,
      `- SHA-256 of the file: ${started.sync.file.sha256}`,
      `- made by Rollcall ${started.version}`,
      ...datesOf(campaign),
      `- grants in the file: ${started.grants}`,
      `- in scope: ${started.inScope}`,
      ...out,
      ...started.scopes.map(
        ({ text, means, items }) => `- scope ${text}${means === text ? "" : ` (${means})`}: ${items}`,
      ),
      ...started.notes.map((note) => `- ${note}`),
      `- decided: ${status.done} of ${status.items}, ${status.late} of them late`,
      ...[...counts].map(([disposition, of]) => `- ${dispositionWords[disposition]}: ${of.length}`),
      ...status.contradictions.map((what) => `- ${what}`),
      ...(verified === undefined
        ? ["- removals: not verified"]
        : [
            `- removals verified in the sync ${verified.sync.syncId} of ${verified.sync.startedAt}`,
            ...figuresOf(status),
            `- access that began after the freeze and was not reviewed: ${verified.notReviewed}`,
          ]),
      `- lines of the audit log about the removals: ${auditLines ?? "no log was given"}`,
      ...started.acceptedGaps.map((gap) => `- accepted gap: ${gap} Reason: ${started.acceptedReason ?? ""}`),
      ...mutualReviewers(campaign).map((pair) => `- review each other: ${pair.join(" and ")}`),
      signed === undefined
        ? "- not signed off"
        : `- signed off by ${[signed.as, signed.email ?? "", signed.role].filter((it) => it !== "").join(", ")}${proofOf(signed.signed)}`,
      ...(signed !== undefined && wasReviewer(campaign, signed)
        ? ["- who signed off was a reviewer of the campaign, and answered nothing"]
        : []),
      ...status.afterSignOff.map((what) => `- after the sign-off, at ${what}`),
    ].map(escapeControls),
    "",
    "## What the sync could see",
    "",
    ...tableOf(
      ["Type", "Coverage", "Gaps"],
      started.coverage.map(({ resourceType, state, gaps }) => [resourceType, state, gaps.join(" ")]),
      "The file does not tell.",
    ),
    "",
    "## Reviewers",
    "",
    ...tableOf(
      ["Reviewer", "Name", "Role", "Items", "Decided", "Late"],
      status.reviewers.map((it) => [it.email, it.name, it.role, ...[it.items, it.done, it.late].map(String)]),
      "Nobody.",
    ),
    "",
    "## Removals",
    "",
    ...tableOf(
      ["Item", "Account", "What", "Decision", "How", "Due", "State", "Verified", "Remarks"],
      removalRows(campaign, made),
      "None.",
    ),
    "",
    "## Files received",
    "",
    ...tableOf(
      ["At", "File", "SHA-256", "Reviewer", "Received from", "Imported by", "Answers", "Late"],
      importRows(campaign),
      "None.",
    ),
    "",
    "## What happened",
    "",
    ...tableOf(
      ["At", "By", "What"],
      campaign.log.lines.map(({ at, by, event }) => [at, by, eventWords(event)]),
      "Nothing.",
    ),
    "",
  ].join("\n")
}

/** When the steps were that an auditor asks for. All others are listed at the end. */
const datesOf = ({ log, due }: Campaign): ReadonlyArray<string> => {
  const last = (tag: "started" | "closed" | "signedOff") => log.lines.findLast(({ event }) => event._tag === tag)?.at
  return [
    `- started: ${last("started") ?? ""}`,
    `- answers due: ${due}`,
    `- closed: ${last("closed") ?? "not yet"}`,
    `- signed off: ${last("signedOff") ?? "not yet"}`,
  ]
}

const proofOf = (signed: { readonly publicKey: string } | null): string =>
  signed === null ? "" : `, with the key ${fingerprintOf(signed.publicKey)}`

const figuresOf = ({ removals }: CampaignStatus): ReadonlyArray<string> =>
  removals === undefined
    ? []
    : [
        `- removals gone: ${removals.gone}`,
        `- changes recorded by hand, not verified: ${removals.byHand}`,
        `- removals not done, and accepted with a reason: ${removals.accepted}`,
        `- removals open: ${removals.open}`,
      ]

const tableOf = (
  titles: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  none: string,
): ReadonlyArray<string> => (rows.length === 0 ? [none] : markdownTable(titles, rows))
