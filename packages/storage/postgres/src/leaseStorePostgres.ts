// The store of leases of a connection in PostgreSQL. A lease is on the disk of the database before the call that it is about is made.
import { formatResourceId, StoreError } from "@rollcall/connector"
import { Lease, LeaseStore, pairIsLeased } from "@rollcall/plan"
import { Effect, Layer, Schema } from "effect"
import type { Statement } from "effect/sql"
import { Database } from "./Database.ts"
import { asStore, storeError, unreadable } from "./storeError.ts"

const othersEnd = new StoreError({
  reason: "Busy",
  message: "Another process ends leases of the same connection.",
  hint: "Wait until that has ended, then run the same again.",
})

/** The leases of the connection of this name, for all replicas. */
export const leaseStorePostgres = (connection: string): Layer.Layer<LeaseStore, never, Database> =>
  Layer.effect(
    LeaseStore,
    Effect.gen(function* () {
      const { sql, runAgain, locks } = yield* Database
      const leases = (rows: Statement.Statement<object>) =>
        Effect.flatMap(
          asStore(runAgain(rows)),
          Effect.forEach((row) => Effect.mapError(decodeRow(row), (cause) => unreadable("a lease", cause))),
        ).pipe(Effect.map((read) => read.map(({ lease }) => lease)))
      const state = asStore(
        runAgain(sql<{ since: bigint | null; last: bigint | null }>`
          select reached_since as since, reached_last as last from rollcall_lease_state
          where connection = ${connection}`),
      )

      return LeaseStore.of({
        put: (lease) => {
          const { id, tenant, entitlement, principal, begunAt, endsAt, state: has } = lease
          return runAgain(sql`
            insert into rollcall_lease
              (connection, id, tenant, entitlement, principal, begun_at, ends_at, is_open, lease)
            values (${connection}, ${id}, ${tenant}, ${entitlement.id}, ${formatResourceId(principal)}, ${begunAt},
              ${endsAt}, ${has !== "ended"}, ${JSON.stringify(encodeLease(lease))})
            on conflict (connection, id) do update
              set ends_at = excluded.ends_at, is_open = excluded.is_open, lease = excluded.lease`).pipe(
            Effect.asVoid,
            Effect.mapError((error) => (error.reason === "Taken" ? pairIsLeased(error) : storeError(error))),
          )
        },
        openOf: ({ tenant, entitlement, principal }) =>
          Effect.map(
            leases(sql`
              select lease from rollcall_lease where connection = ${connection} and tenant = ${tenant} and is_open
                and entitlement = ${entitlement.id} and principal = ${formatResourceId(principal)}`),
            ([lease]) => lease,
          ),
        open: (tenant) =>
          leases(sql`
            select lease from rollcall_lease
            where connection = ${connection} and is_open and tenant = coalesce(${tenant ?? null}, tenant)
            order by ends_at, id`),
        all: leases(sql`
          select lease from rollcall_lease where connection = ${connection} order by begun_at desc, id`),
        alone: (work) =>
          Effect.scoped(
            Effect.flatMap(asStore(locks.take(`expire ${connection}`)), (held) =>
              held === undefined
                ? Effect.fail(othersEnd)
                : Effect.raceFirst(work, Effect.mapError(held.lost, storeError)),
            ),
          ),
        beat: (tenant, now) =>
          asStore(
            runAgain(sql`
              insert into rollcall_beat (connection, tenant, at) values (${connection}, ${tenant}, ${now})
              on conflict (connection, tenant) do update set at = excluded.at`),
          ).pipe(Effect.asVoid),
        lastBeat: (tenant) =>
          asStore(
            runAgain(sql<{ at: bigint }>`
              select at from rollcall_beat where connection = ${connection} and tenant = ${tenant}`),
          ).pipe(Effect.map(([row]) => numberOf(row?.at))),
        reached: ({ since, last }) =>
          asStore(
            runAgain(sql`
              insert into rollcall_lease_state (connection, reached_since, reached_last)
              values (${connection}, ${since}, ${last})
              on conflict (connection) do update
                set reached_since = excluded.reached_since, reached_last = excluded.reached_last`),
          ).pipe(Effect.asVoid),
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
