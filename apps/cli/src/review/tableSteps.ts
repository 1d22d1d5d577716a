// The tables of reviewers: written for each of them, and taken back.
import type { Imported, TableFormat } from "@rollcall/review"
import { campaignStatus, decisionWords, importAnswers, itemsNamed, openCampaign, writeTables } from "@rollcall/review"
import { Effect, Option } from "effect"
import { UsageError } from "../errors.ts"
import type { StepContext, Text } from "./stepContext.ts"
import { contradictionWords, needed, now, tell, plural, shellWord } from "./stepContext.ts"

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
  return yield* tell(context, done, [
    ...done.files.map((file) => (file.known ? knownWords(file) : takenWords(file))),
    ...done.files.flatMap(overrideWords),
    ...(receivedFrom === undefined && done.files.some(({ known }) => !known)
      ? ["The evidence will say that it was not stated how they came: there was no --received-from."]
      : []),
    ...contradictionWords(campaignStatus(yield* openCampaign(own.campaign), yield* now)),
    `Next: \`rollcall review status --campaign ${shellWord(own.campaign)}\``,
  ])
})

type Taken = Imported["files"][number]

const takenWords = ({ path, reviewer, answers, undecided, assigned, late, signed }: Taken): string => {
  const from = `${signed ? "signed by" : "received as those of"} ${reviewer}`
  const open = undecided === 0 ? "" : `; ${plural(undecided, "item")} without a decision`
  const others = `${assigned.length === 1 ? "item" : "items"} ${assigned.join(", ")}`
  const left = assigned.length === 0 ? "" : `; left out, as somebody else reviews them now: ${others}`
  return `${path}: ${plural(answers, "answer")} ${from}${late ? ", late" : ""}${open}${left}.`
}

/** Items whose decision a file has changed are named, so that an older file that was taken by mistake is seen. */
const overrideWords = ({ path, overrides, replaces }: Taken): ReadonlyArray<string> => {
  if (replaces.length === 0) return []
  const changes = [...Map.groupBy(overrides, ({ from, to }) => `from ${decisionWords[from]} to ${decisionWords[to]}`)]
  const changed = changes.map(([how, of]) => `${itemsNamed(of.map(({ item }) => item))} ${how}`).join("; ")
  const decisions = overrides.length === 0 ? "No decision changes." : `Decisions that change: ${changed}.`
  return [`${path} replaces answers of ${replaces.join(", ")}. ${decisions} The file that is imported last counts.`]
}

/** A file that is imported again changes nothing, also where a later one has replaced its answers. */
const knownWords = ({ path, replaced, replacedBy }: Taken): string => {
  const same = `${path} was imported before, so it changes nothing.`
  if (replaced === 0) return `${same} Its answers still count.`
  const by = replacedBy.length === 0 ? "" : ` A later file, ${replacedBy.join(", ")}, has replaced them.`
  const again =
    "If they are the last word after all, have the reviewer change a comment in it, save it and send it again."
  return `${same} ${plural(replaced, "answer")} of it ${replaced === 1 ? "counts" : "count"} no more.${by} ${again}`
}
