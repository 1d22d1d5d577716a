// Filters and orders of lists, as SQL over the read index.
import { listed, searchKey } from "./ReadIndex.ts"

/** What a list can be sorted by. */
export const sortKeys = ["id", "name", "email", "status", "kind", "mfa", "created", "type"] as const
export type SortKey = (typeof sortKeys)[number]

/** What a list of entitlements can be sorted by; `resource` is the name of what an entitlement is on. */
export const entitlementSortKeys = ["id", "name", "resource", "permission", "type"] as const
export interface EntitlementSort {
  readonly by: (typeof entitlementSortKeys)[number]
  readonly descending: boolean
}

/** Which resources, or whose grants, are wanted. Without members: all of them, in the order in which they were stored. */
export interface ResourceQuery {
  /** Any of these statuses; `unknown` stands for accounts whose status is not known. */
  readonly status?: ReadonlyArray<string> | undefined
  /** Any of these kinds of accounts; `unknown` as above, and `admin` for accounts that hold a privileged entitlement. */
  readonly kind?: ReadonlyArray<string> | undefined
  /** Whether a second factor is set up; accounts of which that is not known are in neither list. */
  readonly mfa?: boolean | undefined
  /** Only accounts that hold a privileged entitlement. */
  readonly privileged?: boolean | undefined
  /** A part of a name, an address or an id, in any case. */
  readonly search?: string | undefined
  readonly sort?: { readonly by: SortKey; readonly descending: boolean } | undefined
  /** The most records that are wanted. */
  readonly limit?: number | undefined
}

/** Whether the query asks for what only the read index tells. */
export const needsIndex = (query: ResourceQuery): boolean =>
  Object.values({ ...query, limit: undefined }).some((wanted) => wanted !== undefined)

/** Whether it asks for what only holding entitlements tells: kinds, second factors, privileges. */
export const needsKinds = ({ kind, mfa, privileged, sort }: ResourceQuery): boolean =>
  [kind, mfa, privileged].some((wanted) => wanted !== undefined) || sort?.by === "kind" || sort?.by === "mfa"

/** What a word in a query stands for where the attribute is not known. */
export const unknownWord = "unknown"

/** What a word for a kind stands for that an account has beside its own: it holds a privileged entitlement. */
export const adminWord = "admin"

/** Parts of a `select` that asks the index as `x`, with the values of its question marks. */
export interface QuerySql {
  /** Joins the index; empty where it is not needed. */
  readonly join: string
  /** Further conditions, each begun with `and`. */
  readonly where: string
  readonly order: string
  readonly parameters: ReadonlyArray<string | number>
}

/**
 * The query as SQL.
 * @param on The columns with the type and the id of the resource that is asked about.
 * @param position What orders records where nothing else does.
 * @param index The table of the read index, where it is needed.
 */
export const querySql = (
  query: ResourceQuery,
  on: { readonly type: string; readonly id: string },
  position: string,
  index: string | undefined,
): QuerySql => {
  const { status, kind, mfa, privileged, search, sort, limit } = query
  const key = search === undefined ? "" : searchKey(search)
  const conditions: ReadonlyArray<readonly [sql: string, ...parameters: ReadonlyArray<string | number>]> = [
    ...(status === undefined ? [] : [oneOf(status)]),
    ...(kind === undefined ? [] : [ofKinds(kind)]),
    ...(mfa === undefined ? [] : [["x.mfa = ?", mfa ? 1 : 0] as const]),
    ...(privileged === undefined ? [] : [["x.privileged = ?", privileged ? 1 : 0] as const]),
    ...(search === undefined
      ? []
      : ([[`(instr(x.name_key, ?) or instr(x.addresses, ?) or instr(lower(${on.id}), ?))`, key, key, key]] as const)),
  ]
  const column = sort === undefined ? "" : sortColumns(on)[sort.by]
  return {
    join:
      index !== undefined && needsIndex(query)
        ? `left join ${index} as x on x.type = ${on.type} and x.id = ${on.id}`
        : "",
    where: conditions.map(([sql]) => ` and ${sql}`).join(""),
    order: [
      "order by ",
      sort === undefined ? "" : `${column} is null, ${column} ${sort.descending ? "desc" : "asc"}, `,
      position,
      limit === undefined ? "" : " limit ?",
    ].join(""),
    parameters: [...conditions.flatMap(([, ...parameters]) => parameters), ...(limit === undefined ? [] : [limit])],
  }
}

const sortColumns = (on: { readonly type: string; readonly id: string }): Readonly<Record<SortKey, string>> => ({
  id: on.id,
  type: on.type,
  // What has no name stands last.
  name: "nullif(x.name_key, '')",
  email: "lower(x.email)",
  status: "x.status",
  kind: "x.kinds",
  mfa: "x.mfa",
  created: "x.created",
})

const oneOf = (words: ReadonlyArray<string>): readonly [string, string] => [
  `(x.status in (select value from json_each(?))${orUnknown("status", words)})`,
  JSON.stringify(words),
]

const ofKinds = (words: ReadonlyArray<string>): readonly [string, ...ReadonlyArray<string>] => {
  const kinds = [...new Set(words)]
  const admin = words.includes(adminWord) ? " or x.privileged = 1" : ""
  const any = ["0", ...kinds.map(() => "instr(x.kinds, ?) > 0")].join(" or ")
  return [`(${any}${orUnknown("kinds", words)}${admin})`, ...kinds.map((kind) => listed([kind]))]
}

// Who is named by grants alone has no row.
const orUnknown = (column: "status" | "kinds", words: ReadonlyArray<string>): string =>
  words.includes(unknownWord) ? ` or (x.${column} is null and coalesce(x.account, 1) = 1)` : ""
