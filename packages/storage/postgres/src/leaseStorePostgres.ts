// The store of leases in PostgreSQL. A lease is on the disk of the database before the call that it is about is made. Leases are those of a
// workspace, whoever granted them, and whoever serves it ends them (docs/decisions/0069-leases-belong-to-a-workspace.md).
import { formatResourceId, StoreError } from "@rollcall/connector"
import { Lease, LeaseStore, maxSkew, pairIsLeased } from "@rollcall/plan"
import { Clock, Effect, Layer, Schema } from "effect"
import type { Statement } from "effect/sql"
import { Database } from "./Database.ts"
import { fenceOf } from "./fence.ts"
import { asStore, storeError, unreadable } from "./storeError.ts"

const othersEnd = new StoreError({
  reason: "Busy",
  message: "Another process ends leases of the same workspace.",
  hint: "Wait until that has ended, then run the same again.",
})

/**
 * The leases of all workspaces, for all replicas and commands. With a connection those of no named workspace are the ones of its own; and
 * what it writes bears its name. Without, a lease bears that of the connection whose worker last said that it ends leases of the workspace. With
 * the epoch of a turn nothing is written once that is over.
 */
export const leaseStorePostgres = (connection?: string, epoch?: number): Layer.Layer<LeaseStore, never, Database> =>
  Layer.effect(
    LeaseStore,
    Effect.gen(function* () {
      const database = yield* Database
      const { sql, runAgain, locks } = database
      const own = connection ?? ""
      const { turn, write } = fenceOf(database, epoch === undefined ? undefined : { connection: own, epoch })
      const leases = (rows: Statement.Statement<object>) =>
        Effect.flatMap(
          asStore(runAgain(rows)),
          Effect.forEach((row) => Effect.mapError(decodeRow(row), (cause) => unreadable("a lease", cause))),
        ).pipe(Effect.map((read) => read.map(({ lease }) => lease)))
      const state = asStore(
        runAgain(sql<{ since: bigint | null; last: bigint | null }>`
          select reached_since as since, reached_last as last from rollcall_lease_state
          where connection = ${own}`),
      )
      const beatOf = (tenant: string) =>
        runAgain(sql<{ at: bigint | null }>`select max(at) as at from rollcall_beat where tenant = ${tenant}`)

      return LeaseStore.of({
        put: (lease) => {
          const { id, tenant, entitlement, principal, begunAt, endsAt, state: has } = lease
          const isOpen = has !== "ended"
          const text = JSON.stringify(encodeLease(lease))
          return write(
            sql`with ${turn}, known as (
                update rollcall_lease set ends_at = ${endsAt}, is_open = ${isOpen}, lease = ${text}
                where tenant = ${tenant} and id = ${id} and exists (select from turn) returning id
              ), serving as (
                select connection from rollcall_beat where tenant = ${tenant} order by at desc limit 1
              ), added as (
                insert into rollcall_lease
                  (connection, id, tenant, entitlement, principal, begun_at, ends_at, is_open, lease)
                select coalesce(${connection ?? null}::text, (select connection from serving), ''), ${id}::text, ${tenant}::text,
                  ${entitlement.id}::text, ${formatResourceId(principal)}::text, ${begunAt}::text, ${endsAt}::text,
                  ${isOpen}::boolean, ${text}::text where exists (select from turn) and not exists (select from known)
                on conflict (connection, id) do update
                  set ends_at = excluded.ends_at, is_open = excluded.is_open, lease = excluded.lease returning id
              ) select id from known union all select id from added`,
            (error) => (error.reason === "Taken" ? pairIsLeased(error) : storeError(error)),
          )
        },
        openOf: ({ tenant, entitlement, principal }) =>
          Effect.map(
            leases(sql`
              select lease from rollcall_lease where tenant = ${tenant} and is_open
                and entitlement = ${entitlement.id} and principal = ${formatResourceId(principal)}`),
            ([lease]) => lease,
          ),
        open: (tenant) =>
          leases(sql`
            select lease from rollcall_lease where is_open and ${
              tenant !== undefined
                ? sql`tenant = ${tenant}`
                : connection === undefined
                  ? sql`true`
                  : sql`(connection = ${connection} or tenant in (select tenant from rollcall_beat where connection = ${connection}))`
            } order by ends_at, id`),
        all: leases(sql`select lease from rollcall_lease order by begun_at desc, id`),
        alone: (tenant, work) =>
          Effect.scoped(
            Effect.flatMap(asStore(locks.take(`expire ${tenant}`)), (held) =>
              held === undefined
                ? Effect.fail(othersEnd)
                : Effect.raceFirst(work, Effect.mapError(held.lost, storeError)),
            ),
          ),
        beat: (tenant, now) =>
          write(sql`
            with ${turn} insert into rollcall_beat (connection, tenant, at)
            select ${own}::text, ${tenant}::text, ${now}::bigint from turn
            on conflict (connection, tenant) do update set at = excluded.at returning tenant`),
        // It is the clock of another machine that says when.
        lastBeat: Effect.fnUntraced(function* (tenant) {
          const at = numberOf((yield* asStore(beatOf(tenant)))[0]?.at)
          const now = yield* Clock.currentTimeMillis
          return at !== undefined && at > now && at - now <= maxSkew ? now : at
        }),
        reached: ({ since, last }) =>
          write(sql`
            with ${turn} insert into rollcall_lease_state (connection, reached_since, reached_last)
            select ${own}::text, ${since}::bigint, ${last}::bigint from turn
            on conflict (connection) do update
              set reached_since = excluded.reached_since, reached_last = excluded.reached_last returning connection`),
        lastReached: Effect.map(state, ([row]) => {
          const [since, last] = [numberOf(row?.since), numberOf(row?.last)]
          return since === undefined || last === undefined ? undefined : { since, last }
        }),
      })
    }),
  )

/** PostgreSQL's whole numbers of eight bytes come as `bigint`. */
const numberOf = (value: bigint | null | undefined): number | undefined =>
  value === null || value === undefined ? undefined : Number(value)

const encodeLease = Schema.encodeSync(Lease)
const decodeRow = Schema.decodeUnknownEffect(Schema.Struct({ lease: Schema.fromJsonString(Lease) }))
