// The tables that reviewers fill in and send back.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { Campaign, SheetRow } from "../src/index.ts"
import { campaignKey, reviewerItems, sheetColumns, sheetRow } from "../src/index.ts"

/** What a reviewer writes into a row; `undefined` leaves it as it was given out. */
export type Filled = Partial<Record<string, string>>

/** The table of a reviewer, filled; each change is of the item with its number. */
export const tableOf = Effect.fnUntraced(function* (campaign: Campaign, email: string, filled: Record<number, Filled>) {
  const { items, reviewer, columns } = reviewerItems(campaign, yield* campaignKey(campaign), email)
  const titles = sheetColumns(columns)
  const rows: Array<SheetRow> = [{ line: 1, cells: titles }]
  for (const item of items) {
    const change = filled[item.item] ?? {}
    const cells = sheetRow(item, reviewer).map((cell, at) => change[titles[at] ?? ""] ?? cell)
    rows.push({ line: rows.length + 1, cells })
  }
  return rows
})

/** The file that they send. */
export const fileOf = (folder: string, name: string, rows: ReadonlyArray<SheetRow>, delimiter = ",") => {
  const path = join(folder, name)
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`
  writeFileSync(path, rows.map(({ cells }) => `${cells.map(quoted).join(delimiter)}\r\n`).join(""))
  return path
}
