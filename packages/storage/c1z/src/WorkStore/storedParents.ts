// The resources that a step is asked for one after the other. Those of a step that has ended do not change, so they are put
// in the order of their ids once, in a temporary table, and each page reads two of them.
import type { Contribution } from "@rollcall/connector"
import type { DatabaseSync } from "node:sqlite"
import { contributionOf, prepareRows } from "./readRecords.ts"
import { resolveIds } from "./resolveIds.ts"

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
      where p.of = ?1 and p.id in (select distinct id from parents where of = ?1 and id >= ?2 order by id limit ?3)
      order by p.id, p.n`,
    )(keyOf(type, steps), from ?? "", most)
    return [...Map.groupBy(rows.map(contributionOf), ({ resource }) => resource.id.resource).values()]
  }

  /** Has them collected once more: a step begins again, or another sync. */
  const forget = (): void => collected.clear()

  return { collect, read, forget }
}
