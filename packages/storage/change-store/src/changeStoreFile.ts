// The store of changes as an SQLite file. Each entry is on the disk before the call that it is about is made (`synchronous = EXTRA`),
// and the file is for this user alone (0600).
import type { StoreError } from "@rollcall/connector"
import { ChangeStore, journalEntryOf, journalKept } from "@rollcall/plan"
import { Clock, Effect, Layer, Semaphore } from "effect"
import { applyAlone, holderTable, inTurn } from "./locks.ts"
import { attempt, damaged, openPrivately, readPrivately } from "./openPrivately.ts"
import type { DatabaseSync, StatementSync } from "node:sqlite"

const schema = `
  create table if not exists change (
    request_id text primary key, plan_id text, tenant text not null, intent text not null, target text not null,
    at integer not null, outcome text not null
  ) strict, without rowid;
  create index if not exists change_by_plan on change (plan_id, at) where plan_id is not null;
  create index if not exists change_by_time on change (tenant, at);
`

/** The store in this file, which is made where there is none. */
export const changeStoreFile = (path: string): Layer.Layer<ChangeStore, StoreError> =>
  Layer.effect(
    ChangeStore,
    Effect.gen(function* () {
      const db = yield* openPrivately(path, `${schema} ${holderTable}`)
      const append = db.prepare(
        `insert into change (request_id, plan_id, tenant, intent, target, at, outcome) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (request_id) do update set outcome = excluded.outcome`,
      )
      const now = yield* Clock.currentTimeMillis
      // By the newest entry, not by the clock alone: one that is set far ahead for a while must not make a plan forget what it did.
      yield* attempt(path, () =>
        db.prepare("delete from change where at < min(?, (select max(at) from change)) - ?").run(now, journalKept),
      )

      return ChangeStore.of({
        append: ({ requestId, planId = null, tenant, intent, target, time, outcome }) =>
          attempt(path, () => {
            append.run(requestId, planId, tenant, intent, JSON.stringify(target), Date.parse(time), outcome)
          }),
        ...reading(path, (look) => attempt(path, () => look(db))),
        countAlone: inTurn(`${path}.count`, yield* Semaphore.make(1)),
        alone: applyAlone(path, db),
      })
    }),
  )

type Reads = Pick<ChangeStore["Service"], "countSince" | "ofPlan">

/** What the store in this file has, for whoever only reads: it is not made where there is none, and need not be writable. */
export const lookIntoChanges = (path: string): Reads =>
  reading(path, (look) =>
    Effect.map(
      readPrivately(path, (db) =>
        db.prepare("select 1 from sqlite_schema where name = 'change'").get() === undefined ? [] : look(db),
      ),
      (rows) => rows ?? [],
    ),
  )

type Rows = ReturnType<StatementSync["all"]>

const reading = (path: string, run: (look: (db: DatabaseSync) => Rows) => Effect.Effect<Rows, StoreError>): Reads => ({
  countSince: (tenant, since) =>
    Effect.map(
      run((db) => db.prepare(counts).all(tenant, since)),
      (rows) =>
        rows.map(({ intent, entitlement, number }) => ({
          intent: String(intent),
          entitlement: entitlement === null ? undefined : String(entitlement),
          count: Number(number),
        })),
    ),
  ofPlan: (planId) =>
    Effect.flatMap(
      run((db) => db.prepare(entriesOfPlan).all(planId)),
      Effect.forEach((row) => Effect.mapError(journalEntryOf(row), (cause) => damaged(path, cause))),
    ),
})

const counts = `
  select intent, target ->> '$.entitlement' as entitlement, count(*) as number from change
  where tenant = ? and at >= ? and outcome not in ('failed', 'already') group by intent, entitlement`

const entriesOfPlan =
  "select request_id as requestId, intent, target, outcome from change where plan_id = ? order by at, request_id"
