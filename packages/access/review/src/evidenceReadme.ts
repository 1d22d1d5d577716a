// How to read an archive of evidence, for the auditor who opens it.
import type { Campaign } from "./Campaign.ts"
import type { CampaignStatus } from "./campaignStatus.ts"
import { evidencePaths } from "./EvidenceManifest.ts"

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
- ${evidencePaths.syncs}: files in which removals were verified, where they were packed too; each verification is computed again from its
  file then. The log and the report name the SHA-256 of each such file.
- ${evidencePaths.audit}: the lines of the audit log about the removals, where one was given.
- ${evidencePaths.manifest}: path, size and SHA-256 of every file, and head and length of the log${isSigned ? `; ${evidencePaths.signature} is its ed25519 signature` : ""}.

\`rollcall review check FILE --public-key KEY\` computes all of it again. Rollcall is a free program: take version ${started.version} or a later one
from a package registry or a clone of your own, and not from whoever gave you this archive.${isSigned ? ` Without Rollcall, the signature is checked with \`base64 -d ${evidencePaths.signature} > sig && openssl pkeyutl -verify -rawin -pubin -inkey KEY -in ${evidencePaths.manifest} -sigfile sig\`.` : ""} The head of the log is ${log.head}.
`
