// The ids that the lists of a step showed, and what a step asks about them while it reads.
import type { Comparison } from "@rollcall/connector"
import type { DatabaseSync } from "node:sqlite"

/** Limits a query to these lists; all of them if none is named. The parameter is their names as JSON, or null. */
const inLists = "(?2 is null or list in (select value from json_each(?2)))"

const named = (lists: ReadonlyArray<string> | undefined): string | null =>
  lists === undefined ? null : JSON.stringify(lists)

/** The distinct ids, of those given, that a step has not listed; in the order in which they were given. */
export const unseenOf = (
  db: DatabaseSync,
  step: string,
  ids: ReadonlyArray<string>,
  lists?: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const seen = db.prepare(
    `select distinct id from listed where step = ?1 and ${inLists} and id in (select value from json_each(?3))`,
  )
  const known = new Set(seen.all(step, named(lists), JSON.stringify(ids)).map(({ id }) => id))
  return [...new Set(ids)].filter((id) => !known.has(id))
}

/** How many distinct ids a step has listed. */
export const countListed = (db: DatabaseSync, step: string, lists?: ReadonlyArray<string>): number =>
  Number(
    db.prepare(`select count(distinct id) as ids from listed where step = ?1 and ${inLists}`).get(step, named(lists))?.[
      "ids"
    ],
  )

// The other id of somebody who is known by two.
const otherId = "case a.id when theirs.id then a.alias else a.id end"

/** How many distinct ids another step has listed under these names, and how many of them the first has not, under no alias. */
export const compareListed = (
  db: DatabaseSync,
  step: string,
  other: string,
  lists?: ReadonlyArray<string>,
): Comparison => {
  const row = db
    .prepare(
      `select count(*) as listed, coalesce(sum(
        not exists (select 1 from listed own where own.step = ?3 and own.id = theirs.id)
        and not exists (
          select 1 from aliases a cross join listed own on own.step = ?3 and own.id = ${otherId}
          where a.id = theirs.id or a.alias = theirs.id
        )
      ), 0) as missing
      from (select distinct id from listed where step = ?1 and ${inLists}) theirs`,
    )
    .get(other, named(lists), step)
  return { listed: Number(row?.["listed"]), missing: Number(row?.["missing"]) }
}
