// What a step asks about while it reads: the ids that its lists showed, and the resources that others have given. The latest
// ids lie in a small table of their own and are merged into the large one many at a time: they come in no order, so that each
// page of a list would otherwise touch the whole of a large table, and a list of a million would take many times as long.
import type { Comparison, Contribution, StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { contributionOf, prepareRows, textOf } from "./readRecords.ts"
import { resolveIds } from "./resolveRecords.ts"
import { inSlices } from "../sqlite.ts"

/** Ids that are kept apart until they are merged. They fit into the cache of the work file. */
export const maxRecentlyListed = 50_000

/** Ids that are merged in one slice. They are neighbours, so that a slice touches few pages of the file. */
const idsPerMerge = 2500

// The last of the first ids: a range of the key, which both statements follow without looking for each id.
const lastOfMerge = `
select step, id, list from listed_lately order by step, id, list limit 1
offset min(${idsPerMerge}, (select count(*) from listed_lately)) - 1
`

/** How many ids wait to be merged. */
export const countRecentlyListed = (db: DatabaseSync): number =>
  Number(db.prepare("select count(*) as ids from listed_lately").get()?.["ids"])

/** Merges the ids that were listed lately with those before them; to be run in a transaction. */
export const mergeListed = (path: string, db: DatabaseSync): Effect.Effect<void, StoreError> => {
  const last = db.prepare(lastOfMerge)
  const upTo = "listed_lately where (step, id, list) <= (?, ?, ?)"
  const merge = db.prepare(`insert or ignore into listed select step, id, list from ${upTo} order by step, id, list`)
  const forget = db.prepare(`delete from ${upTo}`)
  const slices = Math.ceil(countRecentlyListed(db) / idsPerMerge)
  return inSlices(path, Array.from({ length: slices }), () => {
    const { step = null, id = null, list = null } = last.get() ?? {}
    merge.run(step, id, list)
    forget.run(step, id, list)
  })
}

/** Limits a query to these lists, which are its next parameter; all of them if none is named. */
const inLists = (lists: ReadonlyArray<string> | undefined): string =>
  lists === undefined ? "" : "and list in (select value from json_each(?))"

const named = (lists: ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  lists === undefined ? [] : [JSON.stringify(lists)]

/** The distinct ids, of those given, that a step has not listed; in the order in which they were given. */
export const unseenOf = (
  db: DatabaseSync,
  step: string,
  ids: ReadonlyArray<string>,
  lists?: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const seenIn = (table: string) =>
    `select id from ${table} where step = ? ${inLists(lists)} and id in (select value from json_each(?))`
  const seen = db.prepare(`${seenIn("listed")} union all ${seenIn("listed_lately")}`)
  const asked = [step, ...named(lists), JSON.stringify(ids)]
  const known = new Set(seen.all(...asked, ...asked).map(({ id }) => id))
  return [...new Set(ids)].filter((id) => !known.has(id))
}

/** How many distinct ids a step has listed; all of them are merged. */
export const countListed = (db: DatabaseSync, step: string, lists?: ReadonlyArray<string>): number =>
  Number(
    db
      .prepare(`select count(distinct id) as ids from listed where step = ? ${inLists(lists)}`)
      .get(step, ...named(lists))?.["ids"],
  )

// The other id of somebody who is known by two.
const otherId = "case a.id when theirs.id then a.alias else a.id end"

/**
 * How many distinct ids another step has listed under these names, and how many of them the first has not, under no alias; all of
 * them are merged.
 */
export const compareListed = (
  db: DatabaseSync,
  step: string,
  other: string,
  lists?: ReadonlyArray<string>,
): Comparison => {
  const row = db
    .prepare(
      `select count(*) as listed, coalesce(sum(
        not exists (select 1 from listed own where own.step = ? and own.id = theirs.id)
        and not exists (
          select 1 from aliases a cross join listed own on own.step = ? and own.id = ${otherId}
          where a.id = theirs.id or a.alias = theirs.id
        )
      ), 0) as missing
      from (select distinct id from listed where step = ? ${inLists(lists)}) theirs`,
    )
    .get(step, step, other, ...named(lists))
  return { listed: Number(row?.["listed"]), missing: Number(row?.["missing"]) }
}

/** Rows that one statement goes through at once. */
const rowsPerSpan = 20_000

const createTable = `
create temp table if not exists parents (
  of text not null, id text not null, n integer not null, primary key (of, id, n)
) without rowid
`

/** Stored parents of one open work file. */
export const storedParents = (db: DatabaseSync) => {
  const collected = new Set<string>()
  const keyOf = (type: string, steps: ReadonlyArray<string>) => JSON.stringify([type, steps])

  /** Puts the resources of a type that these steps have given in order, in portions; nothing where they are. */
  function* collect(type: string, steps: ReadonlyArray<string>): Generator<void> {
    const of = keyOf(type, steps)
    if (collected.has(of)) return
    db.exec(createTable)
    db.prepare("delete from parents where of = ?").run(of)
    resolveIds(db)
    const last = Number(db.prepare("select coalesce(max(n), 0) as last from resources").get()?.["last"])
    const insert = db.prepare(`
      insert into parents select ?, id, n from resolved_resources
      where n > ? and n <= ? and type = ? and step in (select value from json_each(?))
    `)
    for (let from = 0; from < last; from += rowsPerSpan) {
      insert.run(of, from, from + rowsPerSpan, type, JSON.stringify(steps))
      yield
    }
    collected.add(of)
  }

  /** What those steps said of each, from this id on; at most so many resources. They are collected. */
  const read = (
    type: string,
    steps: ReadonlyArray<string>,
    from: string | undefined,
    most: number,
  ): ReadonlyArray<ReadonlyArray<Contribution>> => {
    const rows = prepareRows(
      db,
      `select p.n, r.step, r.data, p.id from parents p join resources r on r.n = p.n
      where p.of = ? and p.id in (select distinct id from parents where of = ? and id >= ? order by id limit ?)
      order by p.id, p.n`,
    )(keyOf(type, steps), keyOf(type, steps), from ?? "", most)
    const told = rows.map(([, step, data = null, id]) => contributionOf({ step: textOf(step), id: textOf(id), data }))
    return [...Map.groupBy(told, ({ resource }) => resource.id.resource).values()]
  }

  /** Has them collected once more: a step begins again, or another sync. */
  const forget = (): void => collected.clear()

  return { collect, read, forget }
}
