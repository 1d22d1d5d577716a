// Which columns of a listing are shown: those that a form has by itself, all of them, or those that are named.
import type { Column, Listing, ListingFormat } from "./renderListing.ts"
import { keyOf, shownIn } from "./renderListing.ts"

/** The columns that are asked for: keys, or one of the words that stand for several. */
export interface ColumnChoice {
  /** Keys of columns; `default` stands for those of the form, `all` for all. */
  readonly names?: ReadonlyArray<string> | undefined
  /** All columns. */
  readonly wide?: boolean | undefined
}

/** The words that stand for several columns. */
export const columnWords = ["default", "all"] as const

/** Case, and signs between words, make no other name. */
const fold = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/gu, "")

/**
 * The listing with the columns that are asked for, in the order in which they are named; or the names that no column has. In flat
 * JSON the columns that stand in tables are the default.
 */
export const chooseColumns = <A, E>(
  listing: Listing<A, E>,
  format: "table" | ListingFormat,
  { names, wide = false }: ColumnChoice,
): { readonly listing: Listing<A, E> } | { readonly unknown: ReadonlyArray<string> } => {
  const { columns } = listing
  if (names === undefined) {
    return { listing: wide ? { ...listing, columns: columns.map(always) } : shownIn(format, listing) }
  }
  const named = names.map((name): ReadonlyArray<Column<A>> => {
    if (fold(name) === "all") return columns
    if (fold(name) === "default") return shownIn(format, listing).columns
    return columns.filter((column) => fold(keyOf(column)) === fold(name) || fold(column.title) === fold(name))
  })
  const unknown = names.filter((_, place) => named[place]?.length === 0)
  if (unknown.length > 0) return { unknown }
  return { listing: { ...listing, columns: [...new Set(named.flat())].map(always) } }
}

/** What is asked for is shown whether there is room or not. */
const always = <A>(column: Column<A>): Column<A> => ({ ...column, shown: "always" })
