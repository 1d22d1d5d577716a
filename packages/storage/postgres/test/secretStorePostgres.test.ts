// Secrets in a database: what is in it, and what a worker that has other keys, or meets changed rows, makes of them.
import { randomBytes } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import type { SecretKey } from "@rollcall/secret-store"
import { seal, secretKey, SecretStore } from "@rollcall/secret-store"
import { hasPostgres, hasPostgresProgram, sharedPostgres } from "@rollcall/test-kit/postgres"
import { secretStoreSuite } from "@rollcall/test-kit/stores"
import type { StoreError } from "@rollcall/connector"
import { Context, Effect, Layer, Redacted } from "effect"
import { Database, databaseLayer, secretStorePostgres } from "../src/index.ts"

const freshDatabase = Effect.flatMap(sharedPostgres, (server) => server.freshDatabase)
const [old, fresh] = [secretKey(randomBytes(32)), secretKey(randomBytes(32))]

type Store = SecretStore["Service"]

/** Workers on one database, each opened with keys of its own. */
const workers = Effect.gen(function* () {
  const url = yield* freshDatabase
  const database = yield* Layer.build(databaseLayer({ url }))
  const { sql, run } = Context.get(database, Database)
  const open = (...keys: readonly [SecretKey, ...ReadonlyArray<SecretKey>]) =>
    Effect.map(Layer.build(Layer.provide(secretStorePostgres(keys), Layer.succeedContext(database))), (built) =>
      Context.get(built, SecretStore),
    )
  const rows = run(
    sql<{ setting: string; version: string; key_id: string; sealed: Uint8Array }>`
      select setting, version, key_id, sealed from rollcall_secret order by setting`,
  )
  return { url, sql, run, open, rows }
})

const token = { connection: "sales", setting: "token" }
const admin = { connection: "sales", setting: "admin" }
const get = (store: Store, name = token) => Effect.map(store.get(name), (secret) => secret && Redacted.value(secret))
const fails = (store: Store, name = token): Effect.Effect<StoreError, Redacted.Redacted | undefined> =>
  Effect.flip(store.get(name))

describe.skipIf(!hasPostgres)("a store of secrets in PostgreSQL", () => {
  secretStoreSuite(
    Effect.map(freshDatabase, (url) => {
      const layer = Layer.orDie(Layer.provide(secretStorePostgres([old]), databaseLayer({ url })))
      return (work) => Effect.provide(SecretStore.use(work), layer, { local: true })
    }),
  )

  it.live.skipIf(!hasPostgresProgram("pg_dump"))("leaves nothing of a secret in a dump of the database", () =>
    Effect.gen(function* () {
      const { url, open } = yield* workers
      const secret = "xoxb-7418529630-findme"
      yield* (yield* open(old)).put(token, Redacted.make(secret))
      const dump = yield* (yield* sharedPostgres).program("pg_dump", `--dbname=${Redacted.value(url)}`)
      assert.match(dump, /sales\ttoken\t/u)
      for (const hidden of [secret, secret.slice(5), "findme"]) {
        for (const written of [
          hidden,
          Buffer.from(hidden).toString("hex"),
          Buffer.from(hidden).toString("base64").slice(0, 6),
        ]) {
          assert.notInclude(dump, written)
        }
      }
    }),
  )

  it.live("opens no row that was moved to another setting, put back, or changed, and says which", () =>
    Effect.gen(function* () {
      const { sql, run, open } = yield* workers
      const store = yield* open(old)
      yield* store.put(token, Redacted.make("first"))
      yield* store.put(admin, Redacted.make("of an admin"))
      yield* run(sql`create table earlier as select * from rollcall_secret where setting = 'token'`)
      yield* run(sql`update rollcall_secret as it set sealed = one.sealed, version = one.version from rollcall_secret as one
        where it.setting = 'token' and one.setting = 'admin'`)
      const moved = yield* fails(store)
      assert.strictEqual(moved.reason, "Unreadable")
      assert.include(moved.message, "The token of sales is not as it was sealed")
      yield* store.put(token, Redacted.make("second"))
      yield* run(sql`update rollcall_secret as it set sealed = earlier.sealed from earlier where it.setting = 'token'`)
      assert.strictEqual((yield* fails(store)).reason, "Unreadable")
      yield* run(
        sql`update rollcall_secret set sealed = set_byte(sealed, 14, get_byte(sealed, 14) # 1) where setting = 'admin'`,
      )
      assert.include((yield* fails(store, admin)).message, "The admin of sales is not as it was sealed")
      yield* store.put(token, Redacted.make("third"))
      assert.strictEqual(yield* get(store), "third")
    }),
  )

  it.live(
    "opens with either key while one is replaced, and seals all again with the first, under the same version",
    () =>
      Effect.gen(function* () {
        const { open, rows } = yield* workers
        const before = yield* open(old)
        yield* before.put(token, Redacted.make("xoxb-1"))
        yield* before.put(admin, Redacted.make("xoxb-2"))
        // First all workers learn of the new key, which does not seal yet.
        const both = yield* open(old, fresh)
        yield* both.put(admin, Redacted.make("xoxb-3"))
        const [first, second] = yield* rows
        assert.deepStrictEqual([first?.key_id, second?.key_id], [old.id, old.id])
        const turned = yield* open(fresh, old)
        const sealed = yield* rows
        assert.deepStrictEqual(
          sealed.map(({ key_id: id, version }) => [id, version]),
          [first, second].map((row) => [fresh.id, row?.version]),
        )
        for (const store of [both, turned, yield* open(fresh)]) {
          assert.strictEqual(yield* get(store), "xoxb-1")
          assert.strictEqual(yield* get(store, admin), "xoxb-3")
        }
        const error = yield* fails(before)
        assert.deepInclude(error, { reason: "NoPermission", kind: "configuration" })
        assert.include(error.message, "The token of sales is sealed with a key that this worker does not have.")
      }),
  )

  it.live("starts where it cannot open a row, and keeps that row as it is", () =>
    Effect.gen(function* () {
      const { open, rows } = yield* workers
      yield* (yield* open(old)).put(token, Redacted.make("xoxb-1"))
      const before = yield* rows
      const store = yield* open(fresh)
      assert.deepStrictEqual(yield* rows, before)
      assert.strictEqual((yield* fails(store)).reason, "NoPermission")
      yield* store.put(admin, Redacted.make("xoxb-2"))
      assert.strictEqual(yield* get(store, admin), "xoxb-2")
    }),
  )

  it.live("is not deceived by a row that was sealed elsewhere with a key that it does not have", () =>
    Effect.gen(function* () {
      const { sql, run, open } = yield* workers
      const store = yield* open(old)
      const row = { ...token, version: "1" }
      const sealed = seal(row, Redacted.make("xoxb-of-somebody-else"), fresh)
      yield* run(sql`insert into rollcall_secret (connection, setting, version, key_id, sealed)
        values (${row.connection}, ${row.setting}, ${row.version}, ${old.id}, ${sealed})`)
      assert.strictEqual((yield* fails(store)).reason, "Unreadable")
    }),
  )
})
