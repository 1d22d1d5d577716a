// Pages of lists by name: of resources, and of who holds something on one. Each page is found by an index, so that it takes as
// long in a workspace of a million people as in a small one. What is in the read index is put into the order of names once, when
// the first page is asked for; then resources go by their place in it, their rank.
//
// What pages are narrowed by takes few values, so resources of the same type, status, kind and so on have a facet in common. A
// page of some facets is merged from the lists of each. Text is looked up by three characters in a row, the rarest of those in it first:
// the common ones, such as those of a domain in all addresses, are in every row.
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Database } from "./Database.ts"
import type { Examined, PageQuery } from "./pageQuery.ts"
import { candidates, isHit, isLookedUp, matches, partsOf } from "./pageQuery.ts"
import { reading } from "./readFailure.ts"
import type { Facet, ReadIndex } from "./ReadIndex.ts"
import { searchKey } from "./ReadIndex.ts"
import { recordTables, RowReader } from "./Row.ts"

/** A page of a list. */
export interface Page<A> {
  readonly records: ReadonlyArray<A>
  /** After which resource the next page begins; `undefined` where there is none. A page can be short, or empty, and have a next. */
  readonly next: ResourceId | undefined
  /** How many the list has; `undefined` where text is searched for. */
  readonly total: number | undefined
}

/** How many resources have a facet in common. */
export interface FacetCount extends Facet {
  readonly count: number
}

/** Where fewer resources are to be looked through, text is not looked up but compared. A page looks through no more either. */
export const mostExamined = 5000

/** Facets of a page that are merged; a file with more, which has thousands of types, is looked through. */
const mostMerged = 200

/** Three characters in a row by which a text is looked up: a few that are rare are quicker than all, and leave little to compare. */
const mostParts = 8

/** Characters of a name, and of addresses, that are found by text. */
const mostSearched = 4096

/** The resources of a read index by name, and who holds something on each. */
export class PageIndex {
  readonly #database: Database
  readonly #index: ReadIndex
  readonly #syncId: string
  /** Every facet with the number of its resources. */
  #counts: ReadonlyMap<number, FacetCount> | undefined
  #hasText = false

  constructor(database: Database, index: ReadIndex, syncId: string) {
    this.#database = database
    this.#index = index
    this.#syncId = syncId
  }

  /**
   * Makes what pages are answered from, which takes time that grows with the sync; else the first page does.
   * @param text Whether searching text is made ready too.
   */
  prepare(text = true): Effect.Effect<void, StoreError> {
    return Effect.suspend(() => {
      if (this.#counts !== undefined && (!text || this.#hasText)) return Effect.void
      return this.#index.whileLocked(
        Effect.gen({ self: this }, function* () {
          this.#counts ??= yield* this.#order
          const count = [...this.#counts.values()].reduce((sum, facet) => sum + facet.count, 0)
          if (!text || this.#hasText) return
          if (count > mostExamined) yield* this.#run(addText(this.#index.table))
          this.#hasText = true
        }),
      )
    })
  }

  /** The ids of a page; `undefined` where what it is to come after is not in the sync. */
  page(query: PageQuery): Effect.Effect<Page<ResourceId> | undefined, StoreError> {
    return Effect.andThen(
      this.prepare(query.search !== undefined && isLookedUp(searchKey(query.search))),
      reading(this.#database.path, () => this.#page(query)),
    )
  }

  /** How many resources there are, or hold something on one, by what they have in common. */
  counts(holdersOf: ResourceId | undefined): Effect.Effect<ReadonlyArray<FacetCount>, StoreError> {
    return Effect.andThen(
      this.prepare(false),
      reading(this.#database.path, () => [...this.#countsOf(holdersOf).values()].filter(({ count }) => count > 0)),
    )
  }

  /** How many hold something on a resource. Throws what SQLite throws. */
  countHolders(id: ResourceId): number {
    return sum(this.#countsOf(id).values())
  }

  /** The place of a resource in the order of names; `undefined` where there is none. Throws what SQLite throws. */
  rankOf({ resourceType, resource }: ResourceId): number | undefined {
    const { table } = this.#index
    const row = this.#database.first(
      `select o.rank from ${table("resources")} as r cross join ${table("ordered")} as o on o.row = r.row
       where r.type = ? and r.id = ?`,
      resourceType,
      resource,
    )
    return row === undefined ? undefined : Number(row["rank"])
  }

  #page(query: PageQuery): Page<ResourceId> | undefined {
    const after = query.after === undefined ? 0 : this.rankOf(query.after)
    if (after === undefined) return undefined
    const holdersOf = query.holdersOf === undefined ? undefined : this.#rowOf(query.holdersOf)
    const wanted = new Map(
      [...this.#countsOf(query.holdersOf)].filter(([, facet]) => facet.count > 0 && matches(query, facet)),
    )
    const total = sum(wanted.values())
    const key = query.search === undefined ? undefined : searchKey(query.search)
    const by =
      key !== undefined && total > mostExamined && isLookedUp(key)
        ? "text"
        : wanted.size > mostMerged
          ? "rank"
          : "facet"
    const parts = key === undefined || by !== "text" ? [] : this.#rarestParts(key)
    const where = { after, holdersOf, parts, facets: [...wanted.keys()] }
    const { sql, parameters } = candidates(by, this.#index.table, where)
    const records: Array<ResourceId> = []
    const page = (next: ResourceId | undefined) => ({ records, next, total: key === undefined ? total : undefined })
    if (wanted.size === 0) return page(undefined)
    const read = new RowReader(this.#database.path, this.#index.table("resources"))
    let examined = 0
    let last: ResourceId | undefined
    for (const row of this.#database.iterate(sql, ...parameters)) {
      if (examined === mostExamined) return page(last)
      examined++
      const found: Examined = {
        facet: read.number(row, "facet"),
        isHolder: row["holder"] === 1,
        nameKey: read.text(row, "name_key"),
        addresses: read.text(row, "addresses"),
        id: read.text(row, "id"),
      }
      const hit = isHit(found, wanted, key)
      if (hit && records.length === query.limit) return page(records.at(-1))
      last = { resourceType: read.text(row, "type"), resource: found.id }
      if (hit) records.push(last)
    }
    return page(undefined)
  }

  /** The parts of a text by which it is looked up, the rarest first. */
  #rarestParts(key: string): ReadonlyArray<string> {
    const sql = `select value from json_each(?) left join ${this.#index.table("text_parts")} on part = value
      order by count limit ${mostParts}`
    return this.#database.all(sql, JSON.stringify([...new Set(partsOf(key))])).map(({ value }) => String(value))
  }

  #countsOf(holdersOf: ResourceId | undefined): ReadonlyMap<number, FacetCount> {
    const counts = this.#counts ?? new Map<number, FacetCount>()
    if (holdersOf === undefined) return counts
    const rows = this.#database.all(
      `select c.facet, c.count from ${this.#index.table("holder_counts")} as c where c.resource = ?`,
      this.#rowOf(holdersOf),
    )
    return new Map(
      rows.flatMap((row) => {
        const facet = counts.get(Number(row["facet"]))
        return facet === undefined ? [] : [[Number(row["facet"]), { ...facet, count: Number(row["count"]) }] as const]
      }),
    )
  }

  /** The row of a resource in the read index; 0, which none has, where there is none. */
  #rowOf({ resourceType, resource }: ResourceId): number {
    const sql = `select row from ${this.#index.table("resources")} where type = ? and id = ?`
    return Number(this.#database.first(sql, resourceType, resource)?.["row"] ?? 0)
  }

  /** Fills the tables, and says how many resources have each facet. */
  get #order(): Effect.Effect<ReadonlyMap<number, FacetCount>, StoreError> {
    return Effect.gen({ self: this }, function* () {
      const { table } = this.#index
      const hasGrants = this.#database.hasTable(recordTables.grant)
      yield* this.#index.addAll
      if (hasGrants) for (const side of ["principal_", ""]) yield* Stream.runDrain(this.#addUnlisted(side))
      yield* this.#run(putInOrder(table))
      const facets = this.#index.facets
      if (hasGrants) {
        for (const type of new Set([...facets.values()].map(({ resourceType }) => resourceType))) {
          yield* reading(this.#database.path, () => this.#database.run(addHolders(table), this.#syncId, type))
          yield* Effect.yieldNow
        }
      }
      yield* this.#run(countHolders(table))
      const numbers = yield* reading(this.#database.path, () =>
        this.#database.all(`select facet, count(*) as count from ${table("ordered")} group by facet`),
      )
      return new Map(
        numbers.flatMap((row) => {
          const facet = facets.get(Number(row["facet"]))
          return facet === undefined ? [] : [[Number(row["facet"]), { ...facet, count: Number(row["count"]) }] as const]
        }),
      )
    })
  }

  /** Adds what grants of the sync name and it does not list: who holds something, or what something is held on. */
  #addUnlisted(side: string): Stream.Stream<void, StoreError> {
    const { grant } = recordTables
    const [type, id] = [`${side}resource_type_id`, `${side}resource_id`]
    const read = new RowReader(this.#database.path, grant)
    // Which sync a grant is of stands in no index by these columns, and so is looked up last.
    return this.#database.stream(
      `select type, id from (select distinct ${type} as type, ${id} as id from ${grant}) as named
       where not exists (select 1 from ${this.#index.table("resources")} as r where r.type = named.type and r.id = named.id)
         and exists (select 1 from ${grant} where ${type} = named.type and ${id} = named.id and sync_id = ?)`,
      [this.#syncId],
      (row) => this.#index.addUnlisted({ resourceType: read.text(row, "type"), resource: read.text(row, "id") }),
    )
  }

  #run(statements: ReadonlyArray<string>): Effect.Effect<void, StoreError> {
    return Effect.forEach(
      statements,
      (sql) =>
        Effect.andThen(
          reading(this.#database.path, () => this.#database.run(sql)),
          Effect.yieldNow,
        ),
      { discard: true },
    )
  }
}

const sum = (counts: Iterable<FacetCount>): number => [...counts].reduce((total, { count }) => total + count, 0)

type TableName = (name: string) => string

// What has no name stands last.
const putInOrder = (table: TableName): ReadonlyArray<string> => [
  `create table ${table("ordered")} (rank integer primary key, row integer, facet integer)`,
  `insert into ${table("ordered")} (row, facet) select row, facet from ${table("resources")}
   order by name_key = '', name_key, id, type`,
  // With the facet comes the rank, as in every index of SQLite's.
  `create index ${table("ordered_facet")} on ${bare(table("ordered"))} (facet)`,
  `create unique index ${table("ordered_row")} on ${bare(table("ordered"))} (row)`,
  `create table ${table("holders")} (resource integer, facet integer, principal integer,
   primary key (resource, facet, principal)) without rowid`,
]

const addHolders = (table: TableName): string => `insert or ignore into ${table("holders")}
  select r.row, o.facet, o.rank from ${table("resources")} as r
  cross join ${recordTables.grant} as g on g.resource_type_id = r.type and g.resource_id = r.id and g.sync_id = ?
  cross join ${table("resources")} as p on p.type = g.principal_resource_type_id and p.id = g.principal_resource_id
  cross join ${table("ordered")} as o on o.row = p.row
  where r.type = ? order by 1, 2, 3`

const countHolders = (table: TableName): ReadonlyArray<string> => [
  `create table ${table("holder_counts")} (resource integer, facet integer, count integer, primary key (resource, facet))
   without rowid`,
  `insert into ${table("holder_counts")} select resource, facet, count(*) from ${table("holders")} group by resource, facet`,
]

const addText = (table: TableName): ReadonlyArray<string> => [
  `create virtual table ${table("texts")} using fts5(text, content = '', columnsize = 0, detail = 'none', tokenize = 'trigram')`,
  `insert into ${table("texts")} (rowid, text)
   select o.rank, substr(r.name_key, 1, ${mostSearched}) || substr(r.addresses, 1, ${mostSearched}) || lower(r.id)
   from ${table("ordered")} as o cross join ${table("resources")} as r on r.row = o.row order by o.rank`,
  `create virtual table ${table("texts_terms")} using fts5vocab(${bare(table("texts"))}, row)`,
  `create table ${table("text_parts")} (part text primary key, count integer) without rowid`,
  `insert into ${table("text_parts")} select term, doc from ${table("texts_terms")}`,
]

/** The name without its schema, as the table of an index has to be named. */
const bare = (name: string): string => name.slice(name.indexOf(".") + 1)
