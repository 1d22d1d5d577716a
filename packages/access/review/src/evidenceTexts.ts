// What people read in an archive of evidence: how to read it, and a report in figures and words.
import { escapeControls, markdownTable } from "@rollcall/access/render"
import type { Campaign } from "./Campaign.ts"
import { daysOver, eventsOf, removalDue, removalsOf } from "./Campaign.ts"
import type { Standing } from "./CampaignEvent.ts"
import type { CampaignStatus } from "./campaignStatus.ts"
import { mutualReviewers } from "./campaignStatus.ts"
import { evidencePaths } from "./EvidenceManifest.ts"
import { eventWords } from "./eventWords.ts"
import { fingerprintOf } from "./signatures.ts"
import { removalStates } from "./verifyCampaign.ts"

/** What is in the archive, for the auditor who opens it. */
export const readmeOf = (
  { started, log }: Campaign,
  { stage }: CampaignStatus,
  isSigned: boolean,
): string => `# ${started.name}: evidence of an access review

The campaign is ${stage}. This archive holds all that it is:

- ${evidencePaths.report}: scopes, coverage, figures, reviewers, and each removal with what became of it.
- ${evidencePaths.decisions}: each item with its decision, who made it, in which role, when it was received, what came of it.
- ${evidencePaths.log}: all that happened, a line each. Every line has the SHA-256 of the line before it.
- ${evidencePaths.items}, ${evidencePaths.population}: what was to be decided, and the file that it was taken from, as they were frozen.
- ${evidencePaths.imports}: the files of the reviewers as they were received. Their codes bind them to campaign, reviewer and item; they
  do not prove who filled them in. Where the log has a signature of one, it was checked with the key beside it; whether that key is
  the reviewer's own, ask them.
- ${evidencePaths.removals}: the lists of what was to be removed. ${evidencePaths.verifications}: access that began after the freeze.
- ${evidencePaths.audit}: the lines of the audit log about the removals, where one was given.
- ${evidencePaths.manifest}: path, size and SHA-256 of every file, and head and length of the log${isSigned ? `; ${evidencePaths.signature} is its ed25519 signature` : ""}.

\`rollcall review check FILE --public-key KEY\` computes all of it again. Rollcall is a free program: take version ${started.version} or a later one
from where its makers publish it, and not from whoever gave you this archive.${isSigned ? ` Without Rollcall, the signature is checked with \`base64 -d ${evidencePaths.signature} > sig && openssl pkeyutl -verify -rawin -pubin -inkey KEY -in ${evidencePaths.manifest} -sigfile sig\`.` : ""} The head of the log is ${log.head}.
`

/** How a removal stands, in words. */
export const standingWords: Readonly<Record<Standing, string>> = {
  there: "still there",
  inherited: "still held through a group",
  gone: "gone",
  goneWithAccount: "gone with its account",
  goneWithResource: "gone with what it was on",
  cameBack: "came back",
  notKnown: "not known, as the sync could not see it",
}

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
      `- decided: ${status.done} of ${status.items}, ${status.late} of them late`,
      ...[...counts].map(([disposition, of]) => `- ${disposition}: ${of.length}`),
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
      ["Item", "Account", "What", "How", "Due", "State", "Verified", "Remarks"],
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
        `- removals done: ${removals.done}`,
        `- removals not done, and accepted with a reason: ${removals.accepted}`,
        `- removals open: ${removals.open}`,
      ]

const importRows = ({ log }: Campaign): ReadonlyArray<ReadonlyArray<string>> =>
  log.lines.flatMap(({ at, by, event }) =>
    event._tag === "imported"
      ? event.files.map(({ file, reviewer, answers, late }) => {
          const from = event.receivedFrom ?? "not stated"
          return [at, file.name, file.sha256, reviewer.email, from, by, String(answers.length), late ? "late" : ""]
        })
      : [],
  )

const removalRows = (campaign: Campaign, made: string): ReadonlyArray<ReadonlyArray<string>> => {
  const states = new Map(removalStates(campaign).map((it) => [it.item, it]))
  const remarks = new Map<number, Array<string>>()
  for (const { at, event } of campaign.log.lines) {
    if (event._tag !== "remediated") continue
    const remark = `${at.slice(0, 10)} ${event.accepted ? "accepted" : "by hand"}: ${event.reason}`
    for (const item of event.items) remarks.set(item, [...(remarks.get(item) ?? []), remark])
  }
  return removalsOf(campaign).map(({ item, disposition, note }) => {
    const found = campaign.items.get(item)
    const due = removalDue(campaign, item)
    const { standing, state = "open" } = states.get(item) ?? {}
    const days = state === "open" ? daysOver(due, made) : 0
    return [
      String(item),
      found?.account.name ?? "",
      `${found?.entitlement.name ?? ""} (${found?.resource.name ?? ""})`,
      disposition,
      due,
      state,
      `${standing === undefined ? "not verified" : standingWords[standing]}${days === 0 ? "" : `, ${days} days overdue`}`,
      [note, ...(remarks.get(item) ?? [])].filter((text) => text !== "").join("; "),
    ]
  })
}

const tableOf = (
  titles: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  none: string,
): ReadonlyArray<string> => (rows.length === 0 ? [none] : markdownTable(titles, rows))
