// What people read in an archive of evidence: how to read it, and a report in figures.
import type { Campaign } from "./Campaign.ts"
import { eventsOf } from "./Campaign.ts"
import type { CampaignStatus } from "./campaignStatus.ts"
import { evidencePaths } from "./EvidenceManifest.ts"
import { openRemovals } from "./verifyCampaign.ts"

/** What is in the archive, for the auditor who opens it. */
export const readmeOf = (
  { started, log }: Campaign,
  { stage }: CampaignStatus,
  isSigned: boolean,
): string => `# ${started.name}: evidence of an access review

The campaign is ${stage}. This archive holds all that it is:

- ${evidencePaths.report}: figures, what was removed and what became of it, in words.
- ${evidencePaths.decisions}: each item with its decision, who made it, in which role, when it was received, what came of it.
- ${evidencePaths.log}: all that happened, a line each. Every line has the SHA-256 of the line before it.
- ${evidencePaths.items}, ${evidencePaths.population}: what was to be decided, and the file that it was taken from, as they were frozen.
- ${evidencePaths.imports}: the files of the reviewers as they were received. Their codes bind them to campaign, reviewer and item; they
  do not prove who filled them in.
- ${evidencePaths.audit}: the lines of the audit log about the removals, where one was given.
- ${evidencePaths.manifest}: path, size and SHA-256 of every file, and head and length of the log${isSigned ? `; ${evidencePaths.signature} is its ed25519 signature` : ""}.

\`rollcall review check FILE --public-key KEY\` computes all of it again. The head of the log is ${log.head}.
`

/** The campaign in figures. */
export const reportOf = (campaign: Campaign, status: CampaignStatus): string => {
  const { started, closed } = campaign
  const counts = new Map<string, number>()
  for (const { disposition } of closed?.dispositions ?? []) counts.set(disposition, (counts.get(disposition) ?? 0) + 1)
  const verified = eventsOf(campaign, "verified").at(-1)
  const signed = eventsOf(campaign, "signedOff").at(-1)
  const out = Object.entries(started.outOfScope).map(([reason, count]) => `- out of scope, ${reason}: ${count}`)
  return `${[
    `# ${started.name}`,
    "",
    `- source: ${started.sync.workspace?.name ?? "unknown workspace"}, sync ${started.sync.syncId}, ended ${started.sync.endedAt}`,
    `- SHA-256 of the file: ${started.sync.file.sha256}`,
    `- scopes: ${started.scopes.join(", ")}`,
    `- grants in the file: ${started.grants}`,
    `- in scope: ${started.inScope}`,
    ...out,
    `- decided: ${status.done} of ${status.items}`,
    ...[...counts].map(([disposition, count]) => `- ${disposition}: ${count}`),
    ...(verified === undefined
      ? ["- removals: not verified"]
      : [
          `- removals verified in the sync ${verified.sync.syncId} of ${verified.sync.startedAt}`,
          `- removals not done: ${openRemovals(campaign).length}`,
          `- access that began after the freeze and was not reviewed: ${verified.notReviewed}`,
        ]),
    ...started.acceptedGaps.map((gap) => `- accepted gap: ${gap} Reason: ${started.acceptedReason ?? ""}`),
    ...started.mutual.map((pair) => `- review each other: ${pair.join(" and ")}`),
    signed === undefined ? "- not signed off" : `- signed off by ${signed.as}, ${signed.role}`,
  ].join("\n")}\n`
}
