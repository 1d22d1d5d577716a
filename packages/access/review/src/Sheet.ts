// Writes the files that a reviewer gets: a workbook, comma-separated values, or a page for a browser.
import { join } from "node:path"
import { csvLine } from "@rollcall/access/render"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { Campaign } from "./Campaign.ts"
import { refuseClosed } from "./Campaign.ts"
import { campaignKey, makeFolder, writeWhole } from "./CampaignFolder.ts"
import type { ReviewError } from "./ReviewError.ts"
import type { AskedItem } from "./ReviewerItems.ts"
import type { ReviewerPart } from "./reviewerPage.ts"
import { aboutSheet, columnsOf, rowOf, sheetTitle } from "./sheetTexts.ts"
import { reviewerPage, safeName } from "./reviewerPage.ts"
import { reviewerItems } from "./ReviewerItems.ts"

/** The forms of a reviewer's table: two for spreadsheets, and a page for a browser. */
export type TableFormat = "xlsx" | "csv" | "html"

/** A table that was written. */
export interface WrittenTable {
  readonly path: string
  readonly reviewer: string
  readonly items: number
}

/** What one file holds; a reviewer who has more gets several. */
export interface FileBounds {
  readonly items: number
  /** Of what is shown, as JSON: a file that comes back has comments too, and is still taken. */
  readonly bytes: number
}

const usualBounds: FileBounds = { items: 20_000, bytes: 16 * 1024 ** 2 }

/** Writes the tables of one reviewer into the campaign, over those that were written before. */
export const writeTables = Effect.fn("Review.writeTables")(function* (
  campaign: Campaign,
  email: string,
  format: TableFormat,
  bounds: Partial<FileBounds> = {},
): Effect.fn.Return<ReadonlyArray<WrittenTable>, ReviewError | StoreError> {
  const { folder } = campaign
  // What came back of them would be refused.
  yield* refuseClosed(campaign)
  yield* makeFolder(folder.sheets)
  const asked = reviewerItems(campaign, yield* campaignKey(campaign), email)
  const number = [...campaign.reviewers.keys()].indexOf(email) + 1
  const parts = partsOf(asked.items, { ...usualBounds, ...bounds })
  return yield* Effect.forEach(
    parts,
    Effect.fnUntraced(function* (items, at) {
      const path = join(folder.sheets, fileNameOf(email, number, at, format))
      const part = { ...asked, items, part: at + 1, parts: parts.length }
      yield* format === "html" ? writeWhole(path, yield* reviewerPage(part)) : writeRows(format, path, part)
      return { path, reviewer: email, items: items.length }
    }),
  )
})

/** The items in their order, cut into parts within the bounds; an item that alone is over them is a part of its own. */
const partsOf = (items: ReadonlyArray<AskedItem>, most: FileBounds): ReadonlyArray<ReadonlyArray<AskedItem>> => {
  const parts: Array<Array<AskedItem>> = []
  let bytes = 0
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item))
    const open = parts.at(-1)
    bytes += size
    if (open !== undefined && open.length < most.items && bytes <= most.bytes) open.push(item)
    else {
      parts.push([item])
      bytes = size
    }
  }
  return parts
}

/** Two addresses that become the same name differ in their number. */
const fileNameOf = (email: string, number: number, part: number, format: TableFormat): string =>
  `${String(number).padStart(3, "0")}-${safeName(email)}${part === 0 ? "" : `-${part + 1}`}.${format}`

const writeRows = Effect.fnUntraced(function* (format: "xlsx" | "csv", path: string, part: ReviewerPart) {
  const columns = columnsOf(part)
  const rows = part.items.map((item) => rowOf(item, part))
  if (format === "csv") {
    const lines = [columns.map(({ title }) => title), ...rows].map((row) => `${csvLine(row)}\r\n`)
    // A spreadsheet takes the text for UTF-8 only with the mark before it.
    return yield* writeWhole(path, `\ufeff${lines.join("")}`)
  }
  // Most steps of a campaign have no workbook to do with.
  const { writeSheet } = yield* Effect.promise(() => import("@rollcall/export"))
  yield* writeSheet(path, { title: sheetTitle(part), columns, rows }, { force: true, further: [aboutSheet(part)] })
  return undefined
})
