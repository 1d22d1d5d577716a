// The tables of reviewers: written for each of them, and taken back.
import type { TableFormat } from "@rollcall/review"
import { importAnswers, openCampaign, writeTables } from "@rollcall/review"
import { Effect, Option } from "effect"
import { UsageError } from "../errors.ts"
import type { StepContext, Text } from "./stepContext.ts"
import { needed, tell, plural, shellWord } from "./stepContext.ts"

/** `review tables` */
export const tables = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly reviewer: ReadonlyArray<string>
    readonly format: Option.Option<TableFormat>
  },
  context: StepContext,
) {
  const campaign = yield* openCampaign(own.campaign)
  const wanted = new Set(own.reviewer.map((email) => email.trim().toLowerCase()))
  const reviewers = [...new Set(campaign.reviewerOf.values())].filter((it) => wanted.size === 0 || wanted.has(it))
  const stranger = [...wanted].find((email) => !reviewers.includes(email))
  if (stranger !== undefined) {
    const hint = `\`rollcall review status --campaign ${shellWord(own.campaign)}\` lists the reviewers.`
    return yield* new UsageError({ message: `${stranger} reviews nothing in the campaign.`, hint })
  }
  const formats: ReadonlyArray<TableFormat> = Option.match(own.format, {
    onNone: () => ["xlsx", "html"],
    onSome: (format) => [format],
  })
  const written = yield* Effect.forEach(reviewers, (reviewer) =>
    Effect.forEach(formats, (format) => writeTables(campaign, reviewer, format)),
  )
  return yield* tell(
    context,
    { tables: written.flat(2) },
    written.flat(2).map(({ path, items }) => `${path}: ${plural(items, "item")}`),
  )
})

/** `review import` */
export const importTables = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly files: ReadonlyArray<string>
    readonly receivedFrom: Text
    readonly signature: Text
    readonly publicKey: Text
  },
  context: StepContext,
) {
  const { receivedFrom, signature, publicKey } = own
  if (signature === undefined && publicKey !== undefined) yield* needed(signature, "--signature", "ada.xlsx.sig")
  const signed =
    signature === undefined
      ? undefined
      : { file: signature, publicKey: yield* needed(publicKey, "--public-key", "ada.pub") }
  const done = yield* importAnswers(own.campaign, own.files, { receivedFrom, signature: signed })
  return yield* tell(
    context,
    done,
    done.files.map(({ path, reviewer, answers, undecided, late, signed: isSigned, known }) => {
      if (known) return `${path} was imported before; nothing changed. For new answers, save it again with a comment.`
      const from = `${isSigned ? "signed by" : "received as those of"} ${reviewer}`
      const open = undecided === 0 ? "" : `; ${plural(undecided, "item")} without a decision`
      return `${path}: ${plural(answers, "answer")} ${from}${late ? ", late" : ""}${open}.`
    }),
  )
})
