// The tables of a work file: what each step said, as it said it. Rows are only ever appended, and there is no index, so
// that a page costs what its bytes cost; who said the same is found when the sync is published. Only cursors, the ids that a
// list showed, and aliases are kept in order, because they are asked for while a step reads.
import { closeSync, openSync, readSync } from "node:fs"

/** Marks a SQLite file as a work file of ours ("RCWK"), so that nothing else is taken for one. */
export const workApplicationId = 0x5243_574b

/** Grows when these tables change: a work file of another version is not resumed. */
export const workVersion = 8

/**
 * Bytes of a page. A page is written twice, into the log and from there into the file: four times larger than usual, they
 * cost a third less.
 */
export const pageBytes = 16_384

/** Makes the tables. */
export const createWorkTables = `
create table sync (
  identity text not null, sync_id text not null, started_at integer not null, shrank integer not null default 0
);
create table steps (step text primary key, state text not null) without rowid;
create table cursors (step text not null, cursor text not null, primary key (step, cursor)) without rowid;
create table resources (
  n integer primary key, step text not null, type text not null, id text not null, parent_type text, parent text,
  is_whole integer not null, data blob not null
);
create table entitlements (n integer primary key, step text not null, id text not null, data text not null);
create table grants (
  n integer primary key, step text not null, id text not null, entitlement text not null,
  resource_type text not null, resource text not null, principal_type text not null, principal text not null,
  immutable integer not null
);
create table listed (step text not null, id text not null, list text not null, primary key (step, id, list)) without rowid;
create table listed_lately (step text not null, id text not null, list text not null, primary key (step, id, list)) without rowid;
create table aliases (
  step text not null, id text not null, type text not null, alias text not null, primary key (id, alias, type, step)
) without rowid;
create index aliases_by_alias on aliases (alias);
create table resource_precedences (
  n integer primary key, step text not null, type text not null, id text not null, precedence text not null, flags text not null
);
create table grant_precedences (n integer primary key, step text not null, precedence text not null);
pragma application_id = ${workApplicationId};
pragma user_version = ${workVersion};
`

/** The tables that hold what steps said. */
export const recordTables = [
  "resources",
  "entitlements",
  "grants",
  "aliases",
  "resource_precedences",
  "grant_precedences",
  "cursors",
  "listed",
  "listed_lately",
] as const

// https://www.sqlite.org/fileformat.html#the_database_header
const sqliteMagic = "SQLite format 3\0"
const applicationIdAt = 68

/** Whether a file begins as a work file does, be the rest of it damaged or not. */
export const hasWorkHeader = (path: string): boolean => {
  const header = Buffer.alloc(applicationIdAt + 4)
  const file = openSync(path, "r")
  try {
    readSync(file, header, 0, header.length, 0)
  } finally {
    closeSync(file)
  }
  return header.toString("latin1", 0, 16) === sqliteMagic && header.readInt32BE(applicationIdAt) === workApplicationId
}
