// Reads a list page by page as the sync and the lookup do, from servers that are functions.
import { assert } from "@effect/vitest"
import { Schema } from "effect"
import { afterPage, ListReading, mostReadings, nextPage, reading, type ScimPage, verdictOf } from "../src/index.ts"

/** What a server answers to a page: the ids on it, `?` before one that cannot be read, and how many it says there are. */
type Answer = { readonly ids: ReadonlyArray<string>; readonly total: number }
export type Server = (startIndex: number, count: number, call: number) => Answer

const pageFrom = ({ ids, total }: Answer, startIndex: number): ScimPage<unknown> => ({
  resources: ids.filter((id) => !id.startsWith("?")).map((id) => ({ id })),
  rejected: ids.filter((id) => id.startsWith("?")).length,
  rejectedMembers: 0,
  keys: ids,
  unreadableKeys: ids.filter((id) => id.startsWith("?")),
  totalResults: total,
  startIndex,
  itemsPerPage: ids.length,
})

const storeReading = Schema.encodeSync(Schema.fromJsonString(ListReading))
const loadReading = Schema.decodeSync(Schema.fromJsonString(ListReading))

/** A reading as a run finds it that resumes between two pages. */
export const resumed = (state: ListReading): ListReading => loadReading(storeReading(state))

/** Reads a list as the sync and the lookup do, and gives the outcome; `between` is applied to the reading between two pages. */
export const walk = (server: Server, count = 4, between: (state: ListReading) => ListReading = (state) => state) => {
  const all = new Set<string>()
  let seen = new Set<string>()
  let state = reading(1)
  const starts: Array<number> = []
  for (;;) {
    assert.isBelow(starts.length, 200, "the walk does not come to an end")
    const { startIndex } = nextPage(state, count)
    starts.push(startIndex)
    const page = pageFrom(server(startIndex, count, starts.length), startIndex)
    const fresh = [...new Set(page.keys)].filter((key) => !seen.has(key))
    for (const key of page.keys) seen.add(key)
    for (const key of page.keys) all.add(key)
    const after = afterPage(state, page, fresh)
    const readings = state.number
    if (after._tag === "Whole") return { verdict: "Whole", readings, starts, ids: [...all] }
    if (after._tag === "More") {
      state = between(after.reading)
      continue
    }
    seen = new Set()
    if (readings === mostReadings) {
      const { _tag, announced, read } = verdictOf(after.end, after.total, all.size)
      return { verdict: `${_tag} ${announced} ${read}`, readings, starts, ids: [...all] }
    }
    state = reading(readings + 1)
  }
}

export const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index + 1}`)
export const slice = (ids: ReadonlyArray<string>, startIndex: number, count: number) =>
  ids.slice(startIndex - 1, startIndex - 1 + count)

/** A server of the standard, over a list that is what `during` says while each call is answered. */
export const standard =
  (during: (call: number) => ReadonlyArray<string>, total?: number, most = Infinity): Server =>
  (startIndex, count, call) => {
    const ids = during(call)
    return { ids: slice(ids, startIndex, Math.min(count, most)), total: total ?? ids.length }
  }
