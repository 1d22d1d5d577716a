// The tables of reviewers: written for each of them, and taken back.
import { csvLine } from "@rollcall/access/render"
import {
  campaignKey,
  decisionWords,
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
  yield* makeFolder(campaign.folder.sheets)
  const written = yield* Effect.forEach(reviewers, (reviewer) => writeTables(campaign, reviewer, own.format))
  return yield* tell(
    context,
    { tables: written.flat() },
    written.flat().map(({ path, items }) => `${path}: ${plural(items, "item")}`),
  )
})

/** The forms of a reviewer's table. */
export type TableFormat = "xlsx" | "csv"

/** Items of one file; a reviewer who has more gets several. */
const mostItems = 20_000

/** Signs that are safe in a file name everywhere; two addresses that become the same differ in their number. */
const fileNameOf = (email: string, number: number, part: number, format: TableFormat): string => {
  const name = email.replaceAll(/[^a-z0-9@._-]/gu, "_")
  return `${String(number).padStart(3, "0")}-${name}${part === 0 ? "" : `-${part + 1}`}.${format}`
}

const writeTables = Effect.fnUntraced(function* (campaign: Campaign, reviewer: string, format: TableFormat) {
  const key = yield* campaignKey(campaign.folder)
  const items = [...campaign.items.values()].filter(({ item }) => campaign.reviewerOf.get(item) === reviewer)
  const number = [...campaign.reviewers.keys()].indexOf(reviewer) + 1
  const parts = Array.from({ length: Math.ceil(items.length / mostItems) }, (_, part) =>
    items.slice(part * mostItems, (part + 1) * mostItems),
  )
  return yield* Effect.forEach(parts, (some, part) => {
    const path = join(campaign.folder.sheets, fileNameOf(reviewer, number, part, format))
    const rows = some.map((item) => sheetRow(campaign, key, item, reviewer))
    return Effect.as(writeRows(format, path, rows), { path, reviewer, items: some.length })
  })
})

type Rows = ReadonlyArray<ReadonlyArray<string>>

const writeRows = Effect.fnUntraced(function* (format: TableFormat, path: string, rows: Rows) {
  if (format === "csv") {
    const lines = [sheetColumns, ...rows].map((row) => `${csvLine(row)}\r\n`)
    // A spreadsheet takes the text for UTF-8 only with the mark before it.
    return yield* writeWhole(path, `\ufeff${lines.join("")}`)
  }
  const { writeSheet } = yield* Effect.promise(() => import("@rollcall/export"))
  const choices = Object.values(decisionWords)
  const columns = sheetColumns.map((title) => ({ title, choices: title === "Decision" ? choices : undefined }))
  yield* writeSheet(path, { title: "Review", columns, rows }, { force: true })
  return undefined
})

/** `review import` */
export const importTables = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly files: ReadonlyArray<string>; readonly receivedFrom: Text },
  context: StepContext,
) {
  const files = yield* Effect.forEach(own.files, readFile)
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

/** The tables in a file: the sheets of a workbook that hold anything, or the rows of a CSV. */
const readFile = Effect.fnUntraced(function* (path: string) {
  if (!path.toLowerCase().endsWith(".xlsx")) {
    const { rows = [] } = yield* readRows(path)
    return { path, tables: [{ name: "", rows }] }
  }
  const { readSheets } = yield* Effect.promise(() => import("@rollcall/export"))
  const sheets = yield* readSheets(path)
  const filled = sheets
    .filter(({ rows }) => rows.length > 0)
    .map(({ name, rows }) => ({ name: ` sheet ${name}`, rows }))
  return { path, tables: filled }
})
