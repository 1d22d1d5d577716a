// Which columns a view shows, and what has to be looked up for them.
import type { ColumnChoice, Listing } from "@rollcall/access/render"
import { chooseColumns, keyOf } from "@rollcall/access/render"
import { suggestion } from "@rollcall/config"
import { Effect } from "effect"
import { UsageError } from "../errors.ts"
import type { OutputFormat } from "../render/printListing.ts"

/** The flags that choose columns, as they were given. */
export interface AskedColumns {
  readonly columns: ReadonlyArray<string> | undefined
  readonly wide: boolean
  readonly bom: boolean
}

/** The listing with the columns that are asked for, and how it is printed. It fails for what no column is, or has no sense. */
export const columnsFor = Effect.fnUntraced(function* <A, E>(
  listing: Listing<A, E>,
  {
    format,
    columns: asked = { columns: undefined, wide: false, bom: false },
  }: { readonly format: OutputFormat; readonly columns?: AskedColumns | undefined },
) {
  const { columns: names, wide, bom } = asked
  const isJson = format === "json" || format === "ndjson"
  if (bom && format !== "csv") return yield* noSense("--bom begins CSV, and the results are", format)
  if (wide && names !== undefined) {
    return yield* new UsageError({
      message: "--wide and --columns exclude each other.",
      hint: "Leave one of them out.",
    })
  }
  if (wide && isJson) {
    return yield* new UsageError({
      message: `--wide is for tables, CSV and Markdown: ${format} has all there is.`,
      hint: "For flat objects of all columns, use `--columns all`.",
    })
  }
  const choice: ColumnChoice = { names, wide }
  const chosen = chooseColumns(listing, format, choice)
  if ("unknown" in chosen) {
    return yield* new UsageError({
      message: `There is no column ${chosen.unknown.join(", ")}.`,
      hint: `${chosen.unknown.map((name) => suggestion(name, listing.columns.map(keyOf))).join("")}The columns are ${listing.columns.map(keyOf).join(", ")}; default and all stand for several.`,
    })
  }
  return { listing: chosen.listing, output: { flat: isJson && names !== undefined, byteOrderMark: bom } }
})

const noSense = (why: string, format: OutputFormat) =>
  new UsageError({ message: `${why} ${format}.`, hint: "Use -o csv, or leave it out." })

/** What has to be looked up for the columns of a listing that the form shows. */
export const needsOf = <A, E>({ columns }: Listing<A, E>, isViewers: boolean) => ({
  withKinds: !isViewers && columns.some(({ needs }) => needs === "kinds"),
  withMembers: !isViewers && columns.some(({ needs }) => needs === "members"),
})
