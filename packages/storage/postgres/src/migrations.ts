// The tables, made and changed step by step. Steps only go forward, each in a transaction of its own under a lock, and each leaves the
// worker before it able to run: first a step that adds, and one release later a step that takes away.
import { Effect } from "effect"
import { DatabaseError } from "./DatabaseError.ts"
import type { DatabaseSession } from "./Database.ts"

/** A step of the tables. */
export interface Migration {
  /** Counts up from 1. The version of a worker is that of the last step that it knows. */
  readonly version: number
  /** The oldest version of a worker that can use the tables after it. */
  readonly oldestWorker: number
  /** Statements, each with its semicolon. */
  readonly sql: string
}

/** All steps, in order. What has landed is never changed. */
export const migrations: ReadonlyArray<Migration> = [
  {
    // Leases and the journal of changes, by connection. Texts that order rows compare byte by byte, as in the store on disk.
    version: 1,
    oldestWorker: 1,
    sql: `
      create table rollcall_lease (
        connection text not null, id text collate "C" not null, tenant text not null, entitlement text not null,
        principal text not null, begun_at text collate "C" not null, ends_at text collate "C" not null,
        is_open boolean not null, lease text not null, primary key (connection, id)
      );
      create unique index rollcall_lease_open on rollcall_lease (connection, tenant, entitlement, principal) where is_open;
      create table rollcall_lease_state (
        connection text primary key, beat bigint, reached_since bigint, reached_last bigint
      );
      create table rollcall_change (
        connection text not null, request_id text collate "C" not null, plan_id text, tenant text not null,
        intent text collate "C" not null, entitlement text collate "C", target text not null, at bigint not null,
        outcome text not null, primary key (connection, request_id)
      );
      create index rollcall_change_by_plan on rollcall_change (connection, plan_id, at) where plan_id is not null;
      create index rollcall_change_by_time on rollcall_change (connection, tenant, at);
      create table rollcall_holder (name text primary key, what text not null, since text not null);`,
  },
  {
    // Whose turn each connection is, how far its syncs have come, and what the unfinished one has read.
    version: 2,
    oldestWorker: 1,
    sql: `
      create table rollcall_run (
        connection text primary key, epoch bigint not null, replica text not null, taken_at timestamptz not null default now(),
        unfinished bigint, last bigint, file text, published_at timestamptz
      );
      create table rollcall_work (
        connection text not null, seq integer not null, form integer not null, page bytea not null, primary key (connection, seq)
      );
      -- Pages are compressed already.
      alter table rollcall_work alter column page set storage external;`,
  },
  {
    // The limits of systems, as all replicas spend them. Times are milliseconds since the epoch by the clock of this server. `taken` is how
    // much of the time before `paid_until` the last block had.
    version: 3,
    oldestWorker: 1,
    sql: `
      create table rollcall_limit (
        key text collate "C" primary key, paid_until double precision not null, taken double precision not null,
        cooldown_until double precision not null, rate double precision, refused boolean not null default false
      );`,
  },
  {
    // Who ends the leases of a tenant. `rollcall_lease_state.beat`, of a connection, is that of workers before it.
    version: 4,
    oldestWorker: 1,
    sql: `
      create table rollcall_beat (
        connection text not null, tenant text not null, at bigint not null, primary key (connection, tenant)
      );`,
  },
  {
    // The tasks that ConductorOne has given to workers and waits for, and in which turn it gave each.
    version: 5,
    oldestWorker: 1,
    sql: `
      create table rollcall_task (
        connection text not null, id text collate "C" not null, kind text not null, epoch bigint not null,
        received_at timestamptz not null default now(), primary key (connection, id)
      );`,
  },
  {
    // Connections that were added, what is kept of all, how each is as its worker last said, and syncs that are asked for.
    version: 6,
    oldestWorker: 1,
    sql: `
      create table rollcall_connection (
        name text collate "C" primary key, labels text not null, settings text not null
      );
      create table rollcall_connection_kept (
        name text collate "C" primary key, is_paused boolean not null default false, peak_bytes bigint
      );
      create table rollcall_connection_view (name text collate "C" primary key, epoch bigint not null, view text not null);
      create table rollcall_sync_request (name text collate "C" primary key);`,
  },
  {
    // How much was uploaded last, by what was asked for: texts under a name.
    version: 7,
    oldestWorker: 1,
    sql: `
      create table rollcall_upload (
        connection text not null, name text collate "C" not null, record text not null, primary key (connection, name)
      );`,
  },
  {
    // Secrets that were given to the console, sealed with a key that is not here; `key_id` says with which.
    version: 8,
    oldestWorker: 1,
    sql: `
      create table rollcall_secret (
        connection text collate "C" not null, setting text collate "C" not null, version text not null, key_id text not null,
        sealed bytea not null, primary key (connection, setting)
      );`,
  },
  {
    // Who is signed in to the console: by hashes of what browsers have. Times are milliseconds since the epoch.
    version: 9,
    oldestWorker: 1,
    sql: `
      create table rollcall_session (
        id text collate "C" primary key, sign_in text collate "C" not null unique, issuer text not null, subject text not null,
        name text not null, role text not null, proved_at bigint not null, started_at bigint not null, used_at bigint not null
      );`,
  },
  {
    // Leases and changes are those of a workspace, whichever connection they bear. Of two open leases of a pair, which only two connections
    // of one workspace could have written, the one that ends later stays.
    version: 12,
    oldestWorker: 1,
    sql: `
      update rollcall_lease as earlier set is_open = false, lease = (earlier.lease::jsonb || jsonb_build_object(
          'state', 'ended', 'closedAs', 'replaced',
          'closedAt', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))::text
        where is_open and exists (
          select from rollcall_lease as later where later.is_open and later.tenant = earlier.tenant
            and later.entitlement = earlier.entitlement and later.principal = earlier.principal
            and (later.ends_at, later.connection, later.id) > (earlier.ends_at, earlier.connection, earlier.id));
      create unique index rollcall_lease_open_of_tenant on rollcall_lease (tenant, entitlement, principal) where is_open;
      create index rollcall_lease_of_tenant on rollcall_lease (tenant, id);
      create index rollcall_change_of_tenant on rollcall_change (tenant, at);
      create index rollcall_change_of_request on rollcall_change (tenant, request_id);
      create index rollcall_change_of_plan on rollcall_change (plan_id, at) where plan_id is not null;`,
  },
  {
    // When the first turn of a connection began: one that was never synced owes what was due after that. Milliseconds
    // since the epoch.
    version: 13,
    oldestWorker: 1,
    sql: "alter table rollcall_run add column since bigint not null default (extract(epoch from now()) * 1000)::bigint;",
  },
]

/** One for each database and schema: `rollcall` with the name of the schema. */
const lock = "pg_advisory_xact_lock(hashtextextended('rollcall schema ' || current_schema(), 0))"

/** A step as one statement, so that it is one transaction whatever comes between; it does nothing where another worker took it. */
const statementOf = ({ version, oldestWorker, sql }: Migration) => `
do $rollcall$ begin
  perform ${lock};
  create table if not exists rollcall_schema (
    version integer primary key, oldest_worker integer not null, applied_at timestamptz not null default now()
  );
  if not exists (select from rollcall_schema where version = ${version}) then
    ${sql}
    insert into rollcall_schema (version, oldest_worker) values (${version}, ${oldestWorker});
  end if;
end $rollcall$`

/** Takes the steps that the database lacks. Fails where it has taken steps after which this worker must not use it. */
export const migrate = Effect.fn("Database.migrate")(function* (
  { sql, run }: DatabaseSession,
  steps: ReadonlyArray<Migration>,
): Effect.fn.Return<void, DatabaseError> {
  const known = steps.at(-1)?.version ?? 0
  const [table] = yield* run(sql<{ known: boolean }>`select to_regclass('rollcall_schema') is not null as known`)
  const taken =
    table?.known === true
      ? yield* run(sql<{ version: number; oldest: number }>`
          select version, oldest_worker as oldest from rollcall_schema order by version`)
      : []
  const oldest = Math.max(0, ...taken.map((step) => step.oldest))
  if (oldest > known) {
    return yield* new DatabaseError({
      reason: "SchemaTooNew",
      message: `The tables of the database are of version ${taken.at(-1)?.version}, which workers from version ${oldest} on can use: this one has version ${known}.`,
      hint: "Start a newer release of Rollcall; or restore the copy of the database that was taken before the upgrade.",
    })
  }
  for (const step of steps) {
    if (taken.every(({ version }) => version !== step.version)) yield* run(sql.unsafe(statementOf(step)).unprepared)
  }
})
