// The tables that reviewers fill in and send back.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { Campaign, SheetRow } from "../src/index.ts"
import { campaignKey, sheetColumns, sheetRow } from "../src/index.ts"

/** What a reviewer writes into a row; `undefined` leaves it as it was given out. */
export type Filled = Partial<Record<string, string>>

/** The table of a reviewer, filled; each change is of the item with its number. */
export const tableOf = Effect.fnUntraced(function* (
  campaign: Campaign,
  reviewer: string,
  filled: Record<number, Filled>,
) {
  const key = yield* campaignKey(campaign.folder)
  const items = [...campaign.items.values()].filter((item) => campaign.reviewerOf.get(item.item) === reviewer)
  const rows: Array<SheetRow> = [{ line: 1, cells: sheetColumns }]
  for (const item of items) {
    const change = filled[item.item] ?? {}
    const cells = sheetRow(campaign, key, item, reviewer).map((cell, at) => change[sheetColumns[at] ?? ""] ?? cell)
    rows.push({ line: rows.length + 1, cells })
  }
  return rows
})

/** The file that they send; its bytes only have to be distinct. */
export const fileOf = (folder: string, name: string, rows: ReadonlyArray<SheetRow>) => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(rows))
  return { path, tables: [{ name: "", rows }] }
}
