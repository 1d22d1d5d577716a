// The store of changes in PostgreSQL. An entry is on the disk of the database before the call that it is about is made. Changes are those of
// a workspace, whoever makes them (docs/decisions/0069-leases-belong-to-a-workspace.md).
import type { StoreError } from "@rollcall/connector"
import { ChangeStore, journalEntryOf, journalKept, othersChange } from "@rollcall/plan"
import { Clock, Effect, Layer, Schedule, Semaphore } from "effect"
import { Database } from "./Database.ts"
import { fenceOf } from "./fence.ts"
import { asStore, storeError, unreadable } from "./storeError.ts"

/**
 * The changes that all replicas and commands make; those of this store are kept under the name of a connection where it has one. With the
 * epoch of a turn nothing is written once that is over.
 */
export const changeStorePostgres = (connection = "", epoch?: number): Layer.Layer<ChangeStore, StoreError, Database> =>
  Layer.effect(
    ChangeStore,
    Effect.gen(function* () {
      const database = yield* Database
      const { sql, run, runAgain, locks } = database
      const { turn, write } = fenceOf(database, epoch === undefined ? undefined : { connection, epoch })
      const now = yield* Clock.currentTimeMillis
      // By the newest entry, not by a clock alone: one that is set far ahead for a while must not make a plan forget what it did.
      yield* asStore(
        runAgain(sql`
          with ${turn} delete from rollcall_change using turn where connection = ${connection} and at <
            least(${now}::bigint, (select max(at) from rollcall_change where connection = ${connection})) - ${journalKept}::bigint`),
      )
      const holder = (lock: string) =>
        asStore(run(sql<{ what: string; since: string }>`select what, since from rollcall_holder where name = ${lock}`))
      const hold = Effect.fnUntraced(function* (tenant: string, what: string) {
        const lock = `apply ${tenant}`
        const held = yield* asStore(locks.take(lock))
        if (held === undefined) return yield* othersChange((yield* holder(lock))[0])
        const since = new Date(yield* Clock.currentTimeMillis).toISOString()
        yield* write(sql`
          with ${turn} insert into rollcall_holder (name, what, since)
          select ${lock}::text, ${what}::text, ${since}::text from turn
          on conflict (name) do update set what = excluded.what, since = excluded.since returning name`)
        return held
      })

      // Those of this process wait here, and one of them for other processes.
      const turns = yield* Semaphore.make(1)
      const inTurn = (tenant: string) =>
        Effect.flatMap(asStore(locks.take(`count ${tenant}`)), (held) =>
          held === undefined ? Effect.fail(othersChange(undefined)) : Effect.succeed(held),
        ).pipe(
          Effect.retry({
            while: ({ reason }) => reason === "Busy",
            schedule: Schedule.upTo(Schedule.spaced("20 millis"), { duration: "10 seconds" }),
          }),
        )

      return ChangeStore.of({
        append: ({ requestId, planId = null, tenant, intent, target, time, outcome }) =>
          write(
            sql`with ${turn}, known as (
                update rollcall_change set outcome = ${outcome}
                where tenant = ${tenant} and request_id = ${requestId} and exists (select from turn) returning request_id
              ), added as (
                insert into rollcall_change
                  (connection, request_id, plan_id, tenant, intent, entitlement, target, at, outcome)
                select ${connection}::text, ${requestId}::text, ${planId}::text, ${tenant}::text, ${intent}::text,
                  ${target["entitlement"] ?? null}::text, ${JSON.stringify(target)}::text, ${Date.parse(time)}::bigint,
                  ${outcome}::text where exists (select from turn) and not exists (select from known)
                on conflict (connection, request_id) do update set outcome = excluded.outcome returning request_id
              ) select request_id from known union all select request_id from added`,
          ),
        countSince: (tenant, since) =>
          asStore(
            runAgain(sql<{ intent: string; entitlement: string | null; count: number }>`
              select intent, entitlement, count(*)::int as count from rollcall_change
              where tenant = ${tenant} and at >= ${since}
                and outcome not in ('failed', 'already')
              group by intent, entitlement order by intent, entitlement`),
          ).pipe(
            Effect.map((rows) =>
              rows.map(({ intent, entitlement, count }) => ({ intent, entitlement: entitlement ?? undefined, count })),
            ),
          ),
        ofPlan: (planId) =>
          Effect.flatMap(
            asStore(
              runAgain(sql`
                select request_id as "requestId", intent, target, outcome from rollcall_change
                where plan_id = ${planId} order by at, request_id`),
            ),
            Effect.forEach((row) => Effect.mapError(journalEntryOf(row), (cause) => unreadable("a change", cause))),
          ),
        countAlone: (tenant, work) =>
          turns.withPermit(
            Effect.scoped(
              Effect.flatMap(Effect.interruptible(inTurn(tenant)), ({ lost }) =>
                Effect.raceFirst(work, Effect.mapError(lost, storeError)),
              ),
            ),
          ),
        alone: (tenant, what, work) =>
          Effect.scoped(
            Effect.flatMap(hold(tenant, what), ({ lost }) => Effect.raceFirst(work, Effect.mapError(lost, storeError))),
          ),
      })
    }),
  )
