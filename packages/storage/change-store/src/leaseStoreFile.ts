// The store of leases as an SQLite file, which is that of the changes too. A lease is on the disk before the call that it is about is made
// (`synchronous = EXTRA`).
import type { StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Lease, LeaseStore, pairIsLeased } from "@rollcall/plan"
import { Effect, Layer, Schema } from "effect"
import { endAlone } from "./locks.ts"
import { attempt, damaged, isTaken, openPrivately, readPrivately } from "./openPrivately.ts"

const schema = `
  create table if not exists lease (
    id text primary key, tenant text not null, entitlement text not null, principal text not null, ends_at text not null,
    is_open integer not null, lease text not null
  ) strict, without rowid;
  create unique index if not exists lease_open on lease (tenant, entitlement, principal) where is_open = 1;
  create table if not exists beat_of (tenant text primary key, at integer not null) strict, without rowid;
  create table if not exists reached (only_one integer primary key, since integer not null, last integer not null) strict;
`

/** The store in this file, which is made where there is none. */
export const leaseStoreFile = (path: string): Layer.Layer<LeaseStore, StoreError> =>
  Layer.effect(
    LeaseStore,
    Effect.gen(function* () {
      const db = yield* openPrivately(path, schema)
      const put = db.prepare(
        `insert into lease (id, tenant, entitlement, principal, ends_at, is_open, lease) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update set ends_at = excluded.ends_at, is_open = excluded.is_open, lease = excluded.lease`,
      )
      const openOf = db.prepare(
        "select lease from lease where tenant = ? and entitlement = ? and principal = ? and is_open = 1",
      )
      const open = db.prepare(
        "select lease from lease where is_open = 1 and tenant = ifnull(?, tenant) order by ends_at, id",
      )
      const all = db.prepare(
        "select lease from lease order by iif(json_valid(lease), json_extract(lease, '$.begunAt'), '') desc, id",
      )
      const beat = db.prepare("insert or replace into beat_of values (?, ?)")
      const reached = db.prepare("insert or replace into reached values (1, ?, ?)")
      const lastReached = db.prepare("select since, last from reached")
      const lastBeat = db.prepare("select at from beat_of where tenant = ?")
      const leases = (read: () => ReadonlyArray<Record<string, unknown>>) =>
        Effect.flatMap(attempt(path, read), (rows) => decodeLeases(path, rows))

      return LeaseStore.of({
        put: (lease) =>
          attempt(path, () => {
            const { id, tenant, entitlement, principal, endsAt, state } = lease
            const isOpen = state === "ended" ? 0 : 1
            const text = JSON.stringify(encodeLease(lease))
            put.run(id, tenant, entitlement.id, formatResourceId(principal), endsAt, isOpen, text)
          }).pipe(Effect.mapError((error) => (isTaken(error.cause) ? pairIsLeased(error.cause) : error))),
        openOf: ({ tenant, entitlement, principal }) =>
          Effect.map(
            leases(() => openOf.all(tenant, entitlement.id, formatResourceId(principal))),
            ([lease]) => lease,
          ),
        open: (tenant) => leases(() => open.all(tenant ?? null)),
        all: leases(() => all.all()),
        alone: endAlone(path),
        beat: (tenant, now) => attempt(path, () => void beat.run(tenant, now)),
        lastBeat: (tenant) =>
          attempt(path, () => {
            const at = lastBeat.get(tenant)?.["at"]
            return at === undefined ? undefined : Number(at)
          }),
        reached: ({ since, last }) => attempt(path, () => void reached.run(since, last)),
        lastReached: attempt(path, () => {
          const row = lastReached.get()
          return row === undefined ? undefined : { since: Number(row["since"]), last: Number(row["last"]) }
        }),
      })
    }),
  )

/** What a store holds, and who ends its leases. */
export interface LeasesSeen {
  readonly leases: ReadonlyArray<Lease>
  /** When somebody last said that they end the leases of a tenant, by its id: milliseconds since the epoch. */
  readonly beats: ReadonlyMap<string, number>
}

/** What a store holds, for whoever only looks: it is not made where there is none. */
export const lookIntoLeases = Effect.fn("LeaseStore.look")(function* (
  path: string,
): Effect.fn.Return<LeasesSeen, StoreError> {
  const seen = yield* readPrivately(path, (db) => {
    const tables = new Set(
      db
        .prepare("select name from sqlite_schema")
        .all()
        .map(({ name }) => name),
    )
    return {
      leases: tables.has("lease") ? db.prepare("select lease from lease order by ends_at, id").all() : [],
      beats: tables.has("beat_of") ? db.prepare("select tenant, at from beat_of").all() : [],
    }
  })
  const { leases = [], beats = [] } = seen ?? {}
  return {
    leases: yield* decodeLeases(path, leases),
    beats: new Map(beats.map(({ tenant, at }) => [String(tenant), Number(at)])),
  }
})

const decodeLeases = (path: string, rows: ReadonlyArray<unknown>) =>
  Effect.forEach(rows, (row) => decodeRow(row)).pipe(
    Effect.map((decoded) => decoded.map(({ lease }) => lease)),
    Effect.mapError((cause) => damaged(path, cause)),
  )

const encodeLease = Schema.encodeSync(Lease)
const decodeRow = Schema.decodeUnknownEffect(Schema.Struct({ lease: Schema.fromJsonString(Lease) }))
