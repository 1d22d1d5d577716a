// What a page is asked for, and the SQL that finds what can be on it.
import type { ResourceId } from "@rollcall/connector"
import type { Facet } from "./ReadIndex.ts"
import type { ResourceQuery } from "./resourceQuery.ts"
import { adminWord, unknownWord } from "./resourceQuery.ts"

/** Which page of which list, by name and then by id. */
export interface PageQuery extends Omit<ResourceQuery, "sort" | "limit"> {
  /** Only resources of these types. */
  readonly resourceTypes?: ReadonlyArray<string> | undefined
  /** Only who holds something on this resource; without it, what the sync lists. */
  readonly holdersOf?: ResourceId | undefined
  /** The page begins after this resource. */
  readonly after?: ResourceId | undefined
  readonly limit: number
}

/** Whether resources of the facet are in the list. */
export const matches = (query: PageQuery, facet: Facet): boolean => {
  const { resourceTypes, holdersOf, status, kind, mfa, privileged } = query
  return (
    (holdersOf !== undefined || facet.isListed) &&
    (resourceTypes === undefined || resourceTypes.includes(facet.resourceType)) &&
    isAnyOf(status, facet.status === undefined ? [] : [facet.status], facet) &&
    (isAnyOf(kind, facet.kinds, facet) || (facet.privileged && kind?.includes(adminWord) === true)) &&
    (mfa === undefined || facet.mfa === mfa) &&
    (privileged === undefined || facet.privileged === privileged)
  )
}

// As in lists: who is named by grants alone may be an account of which nothing is known.
const isAnyOf = (
  words: ReadonlyArray<string> | undefined,
  values: ReadonlyArray<string>,
  { isAccount = true }: Facet,
) =>
  words === undefined ||
  (values.length === 0 ? isAccount && words.includes(unknownWord) : values.some((value) => words.includes(value)))

/** Whether a text is looked up by three characters in a row: shorter text has none. SQLite ends it at a NUL. */
export const isLookedUp = (key: string): boolean => /.{3}/su.test(key) && !key.includes("\0")

/** All that are three characters in a row. */
export const partsOf = (key: string): ReadonlyArray<string> => {
  const characters = Array.from(key)
  return characters.slice(2).map((third, at) => `${characters[at] ?? ""}${characters[at + 1] ?? ""}${third}`)
}

/** A resource that may be on a page. */
export interface Examined {
  readonly facet: number
  readonly isHolder: boolean
  readonly nameKey: string
  readonly addresses: string
  readonly id: string
}

/** Whether it is on the page. */
export const isHit = (
  { facet, isHolder, nameKey, addresses, id }: Examined,
  facets: ReadonlyMap<number, unknown>,
  key: string | undefined,
): boolean =>
  isHolder &&
  facets.has(facet) &&
  (key === undefined || nameKey.includes(key) || addresses.includes(key) || id.toLowerCase().includes(key))

/** Where a page is looked for. */
interface Where {
  /** After which rank. */
  readonly after: number
  /** The row of the resource whose holders are wanted. */
  readonly holdersOf: number | undefined
  /** Parts of the text that is searched for, to look it up by. */
  readonly parts: ReadonlyArray<string>
  readonly facets: ReadonlyArray<number>
}

const columns = "r.type, r.id, r.name_key, r.addresses"

/**
 * A question for what can be on a page, in the order of ranks, to be read only as far as needed: of some facets; with some text;
 * or anything.
 */
export const candidates = (
  by: "facet" | "text" | "rank",
  table: (name: string) => string,
  { after, holdersOf, parts, facets }: Where,
): { readonly sql: string; readonly parameters: ReadonlyArray<string | number> } => {
  const [ordered, holders] = [table("ordered"), table("holders")]
  const resources = `cross join ${table("resources")} as r on r.row = o.row`
  if (by === "facet" && holdersOf === undefined) {
    const one = `select o.rank as rank, o.facet as facet, 1 as holder, ${columns} from ${ordered} as o ${resources}
      where o.facet = ? and o.rank > ?`
    return merged(
      one,
      facets.flatMap((facet) => [facet, after]),
      facets.length,
    )
  }
  if (by === "facet" && holdersOf !== undefined) {
    const one = `select h.principal as rank, h.facet as facet, 1 as holder, ${columns} from ${holders} as h
      cross join ${ordered} as o on o.rank = h.principal ${resources}
      where h.resource = ? and h.facet = ? and h.principal > ?`
    return merged(
      one,
      facets.flatMap((facet) => [holdersOf, facet, after]),
      facets.length,
    )
  }
  const holder = `exists (select 1 from ${holders} as h where h.resource = ? and h.facet = o.facet and h.principal = o.rank)`
  const shown = `o.facet, ${holdersOf === undefined ? "1" : holder} as holder, ${columns}`
  const whose = holdersOf === undefined ? [] : [holdersOf]
  if (by === "rank" || parts.length === 0) {
    const sql = `select ${shown} from ${ordered} as o ${resources} where o.rank > ? order by o.rank`
    return { sql, parameters: [...whose, after] }
  }
  const texts = table("texts")
  const name = texts.slice(texts.indexOf(".") + 1)
  return {
    sql: `select ${shown} from ${texts} as t cross join ${ordered} as o on o.rank = t.rowid ${resources}
      where t.${name} match ? and t.rowid > ? order by t.rowid`,
    parameters: [...whose, parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(" AND "), after],
  }
}

const merged = (one: string, parameters: ReadonlyArray<number>, count: number) => ({
  sql: `${Array.from({ length: count }, () => one).join(" union all ")} order by rank`,
  parameters,
})
