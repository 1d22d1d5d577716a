import { assert, describe, it } from "@effect/vitest"
import { ConnectionStore } from "@rollcall/connection-store"
import { ChangeStore, type Lease, LeaseStore } from "@rollcall/plan"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { SessionStore } from "@rollcall/session-store"
import { changeStoreSuite, connectionStoreSuite, leaseStoreSuite, sessionStoreSuite } from "@rollcall/test-kit/stores"
import { Context, Deferred, Effect, Fiber, Layer, Redacted } from "effect"
import { clientConfig } from "../src/Database.ts"
import { keptSession } from "../src/KeptSession.ts"
import { sessionLocks } from "../src/SessionLocks.ts"
import {
  changeStorePostgres,
  connectionStorePostgres,
  Database,
  databaseLayer,
  leaseStorePostgres,
  sessionStorePostgres,
} from "../src/index.ts"

const anyDatabase = Layer.unwrap(
  Effect.map(
    Effect.flatMap(sharedPostgres, (server) => server.freshDatabase),
    (url) => databaseLayer({ url }),
  ),
)
const freshDatabase = Effect.flatMap(sharedPostgres, (server) => server.freshDatabase)

describe.skipIf(!hasPostgres)("in PostgreSQL", () => {
  changeStoreSuite({
    name: "in PostgreSQL",
    place: Effect.map(freshDatabase, (url) => ({
      layer: Layer.orDie(Layer.provide(changeStorePostgres("sales"), databaseLayer({ url }))),
      code: `
        import { Layer, Redacted } from ${JSON.stringify(import.meta.resolve("effect"))}
        import { changeStorePostgres, databaseLayer } from ${JSON.stringify(import.meta.resolve("../src/index.ts"))}
        const url = Redacted.make(${JSON.stringify(Redacted.value(url))})
        const layer = Layer.provide(changeStorePostgres("sales"), databaseLayer({ url }))`,
    })),
  })
  connectionStoreSuite(
    Effect.map(freshDatabase, (url) => {
      const layer = Layer.orDie(Layer.provide(connectionStorePostgres, databaseLayer({ url })))
      return (work) => Effect.provide(ConnectionStore.use(work), layer, { local: true })
    }),
  )
  sessionStoreSuite(
    Effect.map(freshDatabase, (url) => {
      const layer = Layer.orDie(Layer.provide(sessionStorePostgres, databaseLayer({ url })))
      return (work) => Effect.provide(SessionStore.use(work), layer, { local: true })
    }),
  )
  leaseStoreSuite({
    name: "in PostgreSQL",
    place: Effect.map(freshDatabase, (url) => ({
      layer: Layer.orDie(Layer.provide(leaseStorePostgres("sales"), databaseLayer({ url }))),
      code: "",
    })),
  })

  const lease = (id: string, more: Partial<Lease> = {}): Lease => ({
    id,
    connector: "slack",
    tenant: "T1",
    entitlement: { id: "group:S1:member", resource: { resourceType: "group", resource: "S1" }, slug: "member" },
    principal: { resourceType: "user", resource: "U1" },
    begunAt: "2026-11-30T01:00:00.000Z",
    endsAt: "2026-11-30T11:00:00.000Z",
    state: "active",
    ...more,
  })
  const stores = (connection: string) =>
    Layer.build(Layer.mergeAll(changeStorePostgres(connection), leaseStorePostgres(connection)))

  it.live("each connection has leases, changes and locks of its own, also of the same pair", () =>
    Effect.gen(function* () {
      const [sales, support] = yield* Effect.all([stores("sales"), stores("support")])
      const [own, other] = [Context.get(sales, LeaseStore), Context.get(support, LeaseStore)]
      yield* own.put(lease("a"))
      yield* other.put(lease("a", { reason: "stands in" }))
      assert.deepStrictEqual(
        (yield* Effect.all([own.open(), other.open("T1")])).map((all) => all.map(({ reason }) => reason)),
        [[undefined], ["stands in"]],
      )
      yield* own.alone(other.alone(own.beat("T1", 7)))
      assert.deepStrictEqual(yield* Effect.all([own.lastBeat("T1"), other.lastBeat("T1")]), [7, undefined])
      const busy = yield* Context.get(sales, ChangeStore).alone(
        "applies the plan p1",
        Context.get(support, ChangeStore).alone(
          "applies the plan p2",
          Effect.flip(Context.get(sales, ChangeStore).alone("applies the plan p3", Effect.void)),
        ),
      )
      assert.include(busy.message, "it applies the plan p1")
    }).pipe(Effect.provide(anyDatabase)),
  )

  it.live("many connections hold locks at once, and work under them, with few sessions", () =>
    Effect.gen(function* () {
      const { sql, run } = yield* Database
      const everybody = yield* Deferred.make<void>()
      let inside = 0
      yield* Effect.forEach(
        Array.from({ length: 30 }, (_, at) => `connection-${at}`),
        (name) =>
          Effect.flatMap(stores(name), (built) =>
            Context.get(built, LeaseStore).alone(
              Effect.gen(function* () {
                inside += 1
                if (inside === 30) yield* Deferred.succeed(everybody, undefined)
                yield* Deferred.await(everybody)
                yield* Context.get(built, LeaseStore).put(lease("a"))
              }),
            ),
          ),
        { concurrency: "unbounded" },
      )
      assert.deepStrictEqual(yield* run(sql`select count(*)::int as put from rollcall_lease`), [{ put: 30 }])
      const [sessions] = yield* run(
        sql<{ count: number }>`select count(*)::int as count from pg_stat_activity where datname = current_database()`,
      )
      assert.isAtMost(sessions?.count ?? 99, 11)
    }).pipe(Effect.provide(anyDatabase)),
  )

  it.live("work under a lock is stopped when the session that holds it ends, and another may begin at once", () =>
    Effect.gen(function* () {
      const { sql, run } = yield* Database
      const store = Context.get(yield* stores("sales"), LeaseStore)
      const begun = yield* Deferred.make<void>()
      let stopped = false
      const work = Effect.andThen(Deferred.succeed(begun, undefined), Effect.never).pipe(
        Effect.onInterrupt(() => Effect.sync(() => void (stopped = true))),
      )
      const first = yield* Effect.forkChild(Effect.flip(store.alone(work)))
      yield* Deferred.await(begun)
      yield* run(sql`
        select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
          and database = (select oid from pg_database where datname = current_database())`)
      const error = yield* Fiber.join(first)
      assert.deepInclude(error, { reason: "Unreachable", kind: "interrupted" })
      assert.include(error.message, "The session of this process with the database has ended")
      assert.isTrue(stopped)
      assert.strictEqual(yield* store.alone(Effect.succeed("again")), "again")
    }).pipe(Effect.provide(anyDatabase)),
  )

  it.effect("a lock is free, and lost to its holder, when the holder is silent for long", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const { run, locks } = Context.get(yield* Layer.build(databaseLayer({ url })), Database)
      // On the clock of the test nobody is heard.
      const silent = sessionLocks(yield* keptSession(clientConfig(url, "silent"), run, "200ms"))
      const held = yield* silent.take("a")
      assert.isUndefined(yield* locks.take("a"))
      assert.strictEqual((yield* Effect.flip(held?.lost ?? Effect.void)).reason, "Unreachable")
      assert.isDefined(yield* locks.take("a"))
    }),
  )
})
