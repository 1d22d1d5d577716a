// Whether a list is whole, judged page by page. SCIM pages by position: if records come or go between two pages the others
// shift, and one may be passed over. So every page after the first is asked for one position early, and ids are counted,
// never positions. The sync, which keeps the reading in its cursor, and `listAll`, which keeps it in memory, share this.
// Source: https://datatracker.ietf.org/doc/html/rfc7644#section-3.4.2.4
import { Schema } from "effect"
import type { ScimPage, ScimPageRequest } from "../ScimCollection.ts"

/** So often a list is read before it is taken as it is. */
export const mostReadings = 3

/** How far a reading of a list has come. It is all that must be remembered between two pages, next to the keys they showed. */
export const ListReading = Schema.Struct({
  /** From 1. */
  number: Schema.Int,
  /** Where the next page begins, from 1. */
  startIndex: Schema.Int,
  /** The key of the last record of the page before. */
  last: Schema.optionalKey(Schema.String),
  /** Every page so far held the last record of the page before. */
  isLinked: Schema.Boolean,
  /** Every page so far began with it. */
  isExact: Schema.Boolean,
  /** Distinct keys so far. */
  distinct: Schema.Int,
  /** Records of later pages whose keys were there before, apart from those that link the pages. */
  repeated: Schema.Int,
  /** How many of the distinct keys are those of records that cannot be read. */
  unreadable: Schema.Int,
})
export type ListReading = typeof ListReading.Type

/** What a page leads to: another page of the same reading, or its end. */
export type AfterPage =
  | { readonly _tag: "More"; readonly reading: ListReading }
  | { readonly _tag: "Whole" }
  | { readonly _tag: "NotWhole"; readonly end: ListReading; readonly total: number }

/**
 * What three readings that were not whole amount to: the list was changing, if all their keys together reach the total, or
 * it is short. `read` leaves out records that cannot be read.
 */
export interface ListVerdict {
  readonly _tag: "Changing" | "Short"
  readonly announced: number
  readonly read: number
}

/** The reading with this number, before its first page. */
export const reading = (number: number): ListReading => ({
  number,
  startIndex: 1,
  isLinked: true,
  isExact: true,
  distinct: 0,
  repeated: 0,
  unreadable: 0,
})

/** The page that comes next in a reading. */
export const nextPage = ({ startIndex }: ListReading, count: number): ScimPageRequest => ({ startIndex, count })

/**
 * Judges a page. `fresh` are those keys of the page that this reading has not shown before. The reading goes on until its
 * keys reach the total; if more come than the total says, until a page brings no new one.
 */
export const afterPage = (before: ListReading, page: ScimPage<unknown>, fresh: ReadonlyArray<string>): AfterPage => {
  const { keys, unreadableKeys, totalResults: total } = page
  const { last } = before
  const isFirst = last === undefined
  const isExact = before.isExact && (isFirst || keys[0] === last)
  const isLinked = before.isLinked && (isFirst || keys.includes(last))
  const isNew = new Set(fresh)
  // A record that comes twice on one page is one record.
  const again = new Set(keys.filter((key) => key !== last && !isNew.has(key))).size
  const end: ListReading = {
    ...before,
    isExact,
    isLinked,
    distinct: before.distinct + isNew.size,
    repeated: before.repeated + (isFirst ? 0 : again),
    unreadable: before.unreadable + unreadableKeys.filter((key) => isNew.has(key)).length,
  }
  // Records that came twice explain a total only if positions cannot have shifted, else a repeated page would explain itself.
  const counted = end.distinct + (isExact ? end.repeated : 0)
  const newest = keys.at(-1)
  if (newest !== undefined && isNew.size > 0 && counted !== total) {
    // One position early. A server that puts one record on a page leaves no room for that.
    const startIndex = before.startIndex + Math.max(1, keys.length - 1)
    return { _tag: "More", reading: { ...end, startIndex, last: newest } }
  }
  return isLinked && counted >= total ? { _tag: "Whole" } : { _tag: "NotWhole", end, total }
}

/** The verdict after the last reading. `all` is the number of distinct keys of all readings. */
export const verdictOf = ({ unreadable }: ListReading, total: number, all: number): ListVerdict => ({
  _tag: all >= total ? "Changing" : "Short",
  announced: total,
  read: all - unreadable,
})
