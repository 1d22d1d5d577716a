// Whether the answers in the log are those in the files that reviewers sent, read again.
import { join } from "node:path"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { answerRows } from "./answerRows.ts"
import type { Campaign } from "./Campaign.ts"
import { eventsOf } from "./Campaign.ts"
import { evidencePaths } from "./EvidenceManifest.ts"
import { readAnswers } from "./readAnswers.ts"
import type { ReviewError } from "./ReviewError.ts"

/** What does not fit, in words; nothing where all does. `folder` has the files. */
export const checkAnswers = Effect.fnUntraced(function* (
  campaign: Campaign,
  folder: string,
): Effect.fn.Return<string | undefined, ReviewError | StoreError> {
  for (const { files } of eventsOf(campaign, "imported")) {
    for (const { file, reviewer, answers } of files) {
      const rows = answerRows(yield* readAnswers(join(folder, evidencePaths.imports, file.sha256), file.name))
      const sent = rows.flatMap((row) =>
        "problem" in row || row.decision === undefined
          ? []
          : [{ item: row.item, decision: row.decision, comment: row.comment, reviewer: row.reviewer }],
      )
      const told = answers.map(({ item, decision, comment }) => ({ item, decision, comment, reviewer: reviewer.email }))
      if (JSON.stringify(sent) !== JSON.stringify(told)) {
        return `the log has other answers than the file ${file.name} of ${reviewer.email}`
      }
      const foreign = answers.find(({ item }) => !campaign.items.has(item))
      if (foreign !== undefined) return `${file.name} answers item ${foreign.item}, which there is not`
    }
  }
  return undefined
})
