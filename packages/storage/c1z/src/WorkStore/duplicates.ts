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
const passOver = (table: "entitlements" | "grants", from: string = table): string => `
drop table if exists temp.${table}_again;
create temp table ${table}_again (n integer primary key);
insert into ${table}_again
  select n from (
    select n, row_number() over (partition by id order by place_of_step.place, n) as place
    from ${from} join place_of_step using (step)
    where id in (select id from ${from} group by id having count(*) > 1)
  ) where place > 1
  order by n;
`

const tellResources = `
drop table if exists temp.resources_told;
create temp table resources_told (type text, id text, first integer, times integer, primary key (type, id)) without rowid;
insert into resources_told select type, id, min(n), count(*) from resolved_resources group by type, id;
drop table if exists temp.resources_again;
create temp table resources_again (n integer primary key, first integer not null);
`

const findResourcesAgain = `
insert into resources_again
  select r.n, t.first from resolved_resources r cross join resources_told t on t.type = r.type and t.id = r.id where r.n > t.first;
create index temp.resources_again_by_first on resources_again (first);
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
 * - `resources_told`: each resource, with its first row;
 * - `resources_again`: the further rows of a resource, with its first;
 * - `entitlements_again`, `grants_again`: rows to be passed over.
 */
export const findDuplicates = (path: string, db: DatabaseSync): Effect.Effect<void, StoreError> => {
  const steps = [
    () => resolveIds(db),
    () => db.exec(tellResources),
    () => {
      // Most syncs tell of few resources twice, or of none: then this need not go through all of them.
      const most = db.prepare("select max(times) as most from resources_told").get()
      if (Number(most?.["most"]) > 1) db.exec(findResourcesAgain)
    },
    () => db.exec(passOver("entitlements")),
    () => db.exec(passOver("grants", "resolved_grants")),
  ]
  return inSlices(path, steps, (step) => step())
}
