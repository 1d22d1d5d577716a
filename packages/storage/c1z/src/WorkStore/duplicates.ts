// Who said the same. Rows of a work file are appended without an index; before they are read as a whole, aliases are
// resolved, and one sort per table finds resources that several rows tell of, and records to be passed over because their id
// was there before.
import type { StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { resolveIds } from "./resolveIds.ts"
import { inSlices } from "./slices.ts"

// Of records with one id, the one of the first step in the connector's order counts, and of that step the first: so the
// order in which steps ran does not matter.
const markDuplicates = (table: "entitlements" | "grants", from: string = table): string => `
drop table if exists temp.duplicate_${table};
create temp table duplicate_${table} (n integer primary key);
insert into duplicate_${table}
  select n from (
    select n, row_number() over (partition by id order by place_of_step.place, n) as place
    from ${from} join place_of_step using (step)
    where id in (select id from ${from} group by id having count(*) > 1)
  ) where place > 1
  order by n;
`

const countResources = `
drop table if exists temp.distinct_resources;
create temp table distinct_resources (type text, id text, first integer, times integer, primary key (type, id)) without rowid;
insert into distinct_resources select type, id, min(n), count(*) from resolved_resources group by type, id;
drop table if exists temp.duplicate_resources;
create temp table duplicate_resources (n integer primary key, first integer not null);
`

const findDuplicateResources = `
insert into duplicate_resources
  select r.n, t.first from resolved_resources r cross join distinct_resources t on t.type = r.type and t.id = r.id where r.n > t.first;
create index temp.duplicate_resources_by_first on duplicate_resources (first);
`

/** Keeps the connector's order of steps, for as long as the work file is open. */
export const keepStepOrder = (db: DatabaseSync, steps: ReadonlyArray<string>): void => {
  db.exec("create temp table if not exists place_of_step (step text primary key, place integer not null) without rowid")
  db.exec("delete from place_of_step")
  const insert = db.prepare("insert into place_of_step (step, place) values (?, ?)")
  steps.forEach((step, place) => insert.run(step, place))
}

/**
 * Makes the temporary tables and views that reading a work file as a whole needs:
 * - those of `resolveIds`;
 * - `distinct_resources`: each resource, with its first row;
 * - `duplicate_resources`: the further rows of a resource, with its first;
 * - `duplicate_entitlements`, `duplicate_grants`: rows to be skipped.
 */
export const findDuplicates = (path: string, db: DatabaseSync): Effect.Effect<void, StoreError> => {
  const steps = [
    () => resolveIds(db),
    () => db.exec(countResources),
    () => {
      // Most syncs tell of few resources twice, or of none: then this need not go through all of them.
      const most = db.prepare("select max(times) as most from distinct_resources").get()
      if (Number(most?.["most"]) > 1) db.exec(findDuplicateResources)
    },
    () => db.exec(markDuplicates("entitlements")),
    () => db.exec(markDuplicates("grants", "resolved_grants")),
  ]
  return inSlices(path, steps, (step) => step())
}
