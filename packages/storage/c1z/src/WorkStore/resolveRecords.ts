// Whose a record is, and who said the same. Rows of a work file are appended without an index. Before they are read as a
// whole, aliases are resolved and the precedences of contributions are compared, in views over the rows as the steps gave
// them; most syncs have neither, and then the views are the tables. One sort per table finds resources that several rows tell
// of, and records to be passed over because their id was there before.
import type { StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { inSlices } from "../sqlite.ts"

/**
 * Makes the temporary views that every reading as a whole begins with:
 * - `resolved_resources`, `resolved_grants`: the rows under the ids that the sync shows, without grants whose precedence is not
 *   used;
 * - `resolved_precedences`: the same of the precedences of resources.
 */
export const resolveIds = (db: DatabaseSync): void => {
  const hasAliases = holdsRows(db, "aliases")
  const hasPrecedences = holdsRows(db, "grant_precedences")
  db.exec(dropAll)
  if (hasAliases) db.exec(findAliases)
  db.exec(resourceViews(hasAliases))
  if (hasPrecedences) db.exec(findSuperseded(hasAliases))
  db.exec(grantView(hasAliases, hasPrecedences))
}

const holdsRows = (db: DatabaseSync, table: string): boolean =>
  db.prepare(`select 1 from ${table} limit 1`).get() !== undefined

const dropAll = `
drop view if exists temp.resolved_resources;
drop view if exists temp.resolved_precedences;
drop view if exists temp.resolved_grants;
drop table if exists temp.alias_of;
drop table if exists temp.superseded_grants;
`

// An id that a step with aliases shows as a resource is not an alias.
const findAliases = `
create temp table alias_of (type text, alias text, id text not null, primary key (type, alias)) without rowid;
insert into alias_of select type, alias, min(id) from aliases group by type, alias;
delete from alias_of where (type, alias) in (
  select r.type, r.id from resources r cross join alias_of a on a.type = r.type and a.alias = r.id
  where r.step in (select step from aliases)
);
`

const resourceViews = (hasAliases: boolean): string => {
  const id = hasAliases ? "coalesce(a.id, r.id)" : "r.id"
  const aliases = hasAliases ? "left join alias_of a on a.type = r.type and a.alias = r.id" : ""
  return `
create temp view resolved_resources as
  select r.n, r.step, r.type, ${id} as id, r.data, r.is_whole, r.parent_type, r.parent, ${id} = r.id as is_own_id from resources r ${aliases};
create temp view resolved_precedences as
  select r.step, r.type, ${id} as id, r.precedence, r.flags from resource_precedences r ${aliases};
`
}

const grantAliases = "left join alias_of a on a.type = g.principal_type and a.alias = g.principal"

const principalOf = (hasAliases: boolean): string => (hasAliases ? "coalesce(a.id, g.principal)" : "g.principal")

const findSuperseded = (hasAliases: boolean): string => `
create temp table superseded_grants (n integer primary key);
insert into superseded_grants
  select p.n from grant_precedences p
    join grants g on g.n = p.n ${hasAliases ? grantAliases : ""}
    join (select step, type, id, min(precedence) as used from resolved_precedences group by step, type, id) u
      on u.step = g.step and u.type = g.principal_type and u.id = ${principalOf(hasAliases)}
  where p.precedence <> u.used;
`

// The id of a grant ends with that of its principal.
const grantIdOf = (hasAliases: boolean): string =>
  hasAliases
    ? `case when a.id is not null and substr(g.id, -length(g.principal)) = g.principal
      then substr(g.id, 1, length(g.id) - length(g.principal)) || a.id else g.id end`
    : "g.id"

const grantView = (hasAliases: boolean, hasPrecedences: boolean): string => `
create temp view resolved_grants as
  select g.n, g.step, ${grantIdOf(hasAliases)} as id, g.entitlement, g.resource_type, g.resource, g.principal_type,
    ${principalOf(hasAliases)} as principal, g.immutable
  from grants g ${hasAliases ? grantAliases : ""}
  ${hasPrecedences ? "where g.n not in (select n from superseded_grants)" : ""};
`

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
create temp table distinct_resources (
  type text, id text, first integer, times integer, only_step text, primary key (type, id)
) without rowid;
insert into distinct_resources
  select type, id, min(n), count(*), iif(min(step) = max(step), min(step), null) from resolved_resources group by type, id;
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
 * - `distinct_resources`: each resource, with its first row, and the step that gave it if it was one alone;
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
