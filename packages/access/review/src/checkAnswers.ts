// Whether the answers in the log are those in the files that reviewers sent, read again.
import { join } from "node:path"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { answerRows } from "./answerRows.ts"
import type { Campaign } from "./Campaign.ts"
import { campaignMark } from "./Campaign.ts"
import { evidencePaths, importName } from "./EvidenceManifest.ts"
import { readAnswers } from "./readAnswers.ts"
import { shownColumns } from "./ReviewerItems.ts"
import type { ReviewError } from "./ReviewError.ts"

/** What does not fit, in words; nothing where all does. `folder` has the files. */
export const checkAnswers = Effect.fnUntraced(function* (
  campaign: Campaign,
  folder: string,
): Effect.fn.Return<string | undefined, ReviewError | StoreError> {
  const expected = { campaign: campaignMark(campaign), columns: shownColumns(campaign) }
  const reviewerOf = new Map([...campaign.items.values()].map(({ item, reviewer }) => [item, reviewer]))
  for (const { event } of campaign.log.lines) {
    if (event._tag === "assigned") for (const item of event.items) reviewerOf.set(item, event.to.email)
    if (event._tag !== "imported") continue
    for (const { file, reviewer, answers } of event.files) {
      const rows = answerRows(
        yield* readAnswers(join(folder, evidencePaths.imports, importName(file)), file.name),
        expected,
      )
      const sent = rows.flatMap((row) =>
        // What was another's to answer by then counted for nothing.
        "problem" in row || row.decision === undefined || reviewerOf.get(row.item) !== row.reviewer
          ? []
          : [{ item: row.item, decision: row.decision, comment: row.comment, reviewer: row.reviewer }],
      )
      const told = answers.map(({ item, decision, comment }) => ({ item, decision, comment, reviewer: reviewer.email }))
      if (JSON.stringify(sent) !== JSON.stringify(told)) {
        return `the log has other answers than the file ${file.name} of ${reviewer.email}`
      }
    }
  }
  return undefined
})
