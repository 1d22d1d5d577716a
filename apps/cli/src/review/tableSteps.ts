// The tables of reviewers: written for each of them, and taken back.
import { csvLine } from "@rollcall/access/render"
import {
  campaignKey,
  importAnswers,
  makeFolder,
  openCampaign,
  sheetColumns,
  sheetRow,
  writeWhole,
} from "@rollcall/review"
import type { Campaign } from "@rollcall/review"
import { Effect } from "effect"
import { join } from "node:path"
import { readRows } from "../changes/readRows.ts"
import { UsageError } from "../errors.ts"
import type { StepContext, Text } from "./stepContext.ts"
import { tell, plural } from "./stepContext.ts"

/** `review tables` */
export const tables = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly reviewer: ReadonlyArray<string> },
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
  yield* makeFolder(campaign.folder.sheets)
  const written = yield* Effect.forEach(reviewers, (reviewer) => writeTable(campaign, reviewer))
  return yield* tell(
    context,
    { tables: written },
    written.map(({ path, items }) => `${path}: ${plural(items, "item")}`),
  )
})

/** Signs that are safe in a file name everywhere; two addresses that become the same differ in their number. */
const fileNameOf = (email: string, number: number): string =>
  `${String(number).padStart(3, "0")}-${email.replaceAll(/[^a-z0-9@._-]/gu, "_")}.csv`

const writeTable = Effect.fnUntraced(function* (campaign: Campaign, reviewer: string) {
  const key = yield* campaignKey(campaign.folder)
  const items = [...campaign.items.values()].filter(({ item }) => campaign.reviewerOf.get(item) === reviewer)
  const rows = [sheetColumns, ...items.map((item) => sheetRow(campaign, key, item, reviewer))]
  const number = [...campaign.reviewers.keys()].indexOf(reviewer) + 1
  const path = join(campaign.folder.sheets, fileNameOf(reviewer, number))
  // A spreadsheet takes the text for UTF-8 only with the mark before it.
  yield* writeWhole(path, `\ufeff${rows.map((row) => `${csvLine(row)}\r\n`).join("")}`)
  return { path, reviewer, items: items.length }
})

/** `review import` */
export const importTables = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly files: ReadonlyArray<string>; readonly receivedFrom: Text },
  context: StepContext,
) {
  const files = yield* Effect.forEach(own.files, (path) =>
    Effect.map(readRows(path), ({ rows = [] }) => ({ path, tables: [{ name: "", rows }] })),
  )
  const done = yield* importAnswers(own.campaign, files, own.receivedFrom)
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
