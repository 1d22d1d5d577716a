// Whose a record is. Before a work file is read as a whole, aliases are resolved and the precedences of contributions are
// compared, in views over the rows as the steps gave them. Most syncs have neither, and then the views are the tables.
import type { DatabaseSync } from "node:sqlite"

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
create temp view resolved_resources as select r.n, r.step, r.type, ${id} as id, r.data from resources r ${aliases};
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
