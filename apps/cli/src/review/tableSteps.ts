// The tables of reviewers: written for each of them, and taken back.
import type { TableFormat } from "@rollcall/review"
import { importAnswers, openCampaign, writeTables } from "@rollcall/review"
import { Effect } from "effect"
import { UsageError } from "../errors.ts"
import type { StepContext, Text } from "./stepContext.ts"
import { tell, plural } from "./stepContext.ts"

/** `review tables` */
export const tables = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly reviewer: ReadonlyArray<string>
    readonly format: TableFormat
  },
  context: StepContext,
) {
  const campaign = yield* openCampaign(own.campaign)
  const wanted = new Set(own.reviewer.map((email) => email.trim().toLowerCase()))
  const reviewers = [...new Set(campaign.reviewerOf.values())].filter((it) => wanted.size === 0 || wanted.has(it))
  const stranger = [...wanted].find((email) => !reviewers.includes(email))
  if (stranger !== undefined) {
    const hint = `\`rollcall review status --campaign ${own.campaign}\` lists the reviewers.`
    return yield* new UsageError({ message: `${stranger} reviews nothing in the campaign.`, hint })
  }
  const written = yield* Effect.forEach(reviewers, (reviewer) => writeTables(campaign, reviewer, own.format))
  return yield* tell(
    context,
    { tables: written.flat() },
    written.flat().map(({ path, items }) => `${path}: ${plural(items, "item")}`),
  )
})

/** `review import` */
export const importTables = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly files: ReadonlyArray<string>; readonly receivedFrom: Text },
  context: StepContext,
) {
  const done = yield* importAnswers(own.campaign, own.files, own.receivedFrom)
  return yield* tell(
    context,
    done,
    done.files.map(({ path, reviewer, answers, late, known }) =>
      known
        ? `${path} was imported before; nothing changed.`
        : `${path}: ${plural(answers, "answer")} of ${reviewer}${late ? ", late" : ""}.`,
    ),
  )
})
