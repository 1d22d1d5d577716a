// The store of leases as an SQLite file, which is that of the changes too. A lease is on the disk before the call that it is about is made
// (`synchronous = FULL`).
import type { StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Lease, LeaseStore } from "@rollcall/plan"
import { Effect, Layer, Schema } from "effect"
import { existsSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { endAlone } from "./applyAlone.ts"
import { attempt, openPrivately, storeFailure } from "./openPrivately.ts"

const schema = `
  create table if not exists lease (
    id text primary key, tenant text not null, entitlement text not null, principal text not null, ends_at text not null,
    is_open integer not null, lease text not null
  ) strict, without rowid;
  create unique index if not exists lease_open on lease (tenant, entitlement, principal) where is_open = 1;
  create table if not exists beat (only_one integer primary key, at integer not null) strict;
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
        "select lease from lease where is_open = 1 and (?1 is null or tenant = ?1) order by ends_at, id",
      )
      const all = db.prepare("select lease from lease order by json_extract(lease, '$.begunAt') desc, id")
      const beat = db.prepare("insert or replace into beat values (1, ?)")
      const reached = db.prepare("insert or replace into reached values (1, ?, ?)")
      const lastReached = db.prepare("select since, last from reached")
      const lastBeat = db.prepare("select at from beat")
      const leases = (read: () => ReadonlyArray<Record<string, unknown>>) =>
        Effect.flatMap(
          attempt(path, read),
          Effect.forEach((row) => Effect.mapError(decodeRow(row), (cause) => storeFailure(path, cause))),
        ).pipe(Effect.map((rows) => rows.map(({ lease }) => lease)))

      return LeaseStore.of({
        put: (lease) =>
          attempt(path, () => {
            const { id, tenant, entitlement, principal, endsAt, state } = lease
            const isOpen = state === "ended" ? 0 : 1
            const text = JSON.stringify(encodeLease(lease))
            put.run(id, tenant, entitlement.id, formatResourceId(principal), endsAt, isOpen, text)
          }),
        openOf: ({ tenant, entitlement, principal }) =>
          Effect.map(
            leases(() => openOf.all(tenant, entitlement.id, formatResourceId(principal))),
            ([lease]) => lease,
          ),
        open: (tenant) => leases(() => open.all(tenant ?? null)),
        all: leases(() => all.all()),
        alone: endAlone(path),
        beat: (now) => attempt(path, () => void beat.run(now)),
        lastBeat: attempt(path, () => {
          const at = lastBeat.get()?.["at"]
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

/** What a store holds, for whoever only looks: it is not made where there is none. */
export const lookIntoLeases = Effect.fn("LeaseStore.look")(function* (
  path: string,
): Effect.fn.Return<{ readonly leases: ReadonlyArray<Lease>; readonly lastBeat?: number | undefined }, StoreError> {
  const rows = yield* attempt(path, () => {
    if (!existsSync(path)) return undefined
    const db = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
    try {
      const known = db.prepare("select 1 from sqlite_schema where name = 'beat'").get()
      if (known === undefined) return undefined
      return {
        leases: db.prepare("select lease from lease order by ends_at, id").all(),
        beat: db.prepare("select at from beat").get(),
      }
    } finally {
      db.close()
    }
  })
  if (rows === undefined) return { leases: [] }
  const decoded = yield* Effect.mapError(
    Effect.forEach(rows.leases, (row) => decodeRow(row)),
    (cause) => storeFailure(path, cause),
  )
  const at = rows.beat?.["at"]
  return { leases: decoded.map(({ lease }) => lease), lastBeat: at === undefined ? undefined : Number(at) }
})

const encodeLease = Schema.encodeSync(Lease)
const decodeRow = Schema.decodeUnknownEffect(Schema.Struct({ lease: Schema.fromJsonString(Lease) }))
