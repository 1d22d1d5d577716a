import { assert, describe, it } from "@effect/vitest"
import { ConnectionStore } from "@rollcall/connection-store"
import { ChangeStore, isAlive, type Lease, LeaseStore } from "@rollcall/plan"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { SessionStore } from "@rollcall/session-store"
import { changeStoreSuite, connectionStoreSuite, leaseStoreSuite, sessionStoreSuite } from "@rollcall/test-kit/stores"
import { Clock, Context, Deferred, Effect, Fiber, Layer, Redacted, Schedule } from "effect"
import { clientConfig } from "../src/Database.ts"
import { keptSession } from "../src/KeptSession.ts"
import { sessionLocks } from "../src/SessionLocks.ts"
import {
  Board,
  changeStorePostgres,
  connectionStorePostgres,
  Database,
  databaseLayer,
  leaseStorePostgres,
  Runs,
  sessionStorePostgres,
  taskRowsOf,
  uploadRowsOf,
  workLogOf,
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
  const stores = (connection?: string, epoch?: number) =>
    Layer.build(Layer.mergeAll(changeStorePostgres(connection, epoch), leaseStorePostgres(connection, epoch)))

  it.live("connections of one workspace share its leases, changes and locks, and those of others have their own", () =>
    Effect.gen(function* () {
      const [sales, support, command] = yield* Effect.all([stores("sales"), stores("support"), stores()])
      const [own, other, asked] = [sales, support, command].map((built) => Context.get(built, LeaseStore))
      const [changes] = [sales].map((built) => Context.get(built, ChangeStore))
      if (own === undefined || other === undefined || asked === undefined || changes === undefined) return assert.fail()
      const seenBy = (store: LeaseStore["Service"], tenant?: string) =>
        Effect.map(store.open(tenant), (open) => open.map(({ id }) => id))
      yield* own.put(lease("a"))
      assert.strictEqual((yield* Effect.flip(asked.put(lease("b")))).kind, "busy")
      yield* asked.put(lease("c", { tenant: "T2", endsAt: "2026-11-30T12:00:00.000Z" }))
      assert.deepStrictEqual(yield* Effect.all([own, other, asked].map((store) => seenBy(store, "T2"))), [
        ["c"],
        ["c"],
        ["c"],
      ])
      // Of no workspace that is named: of the connection, by its name or by what it ends.
      assert.deepStrictEqual(yield* Effect.all([own, other, asked].map((store) => seenBy(store))), [
        ["a"],
        [],
        ["a", "c"],
      ])
      yield* other.beat("T2", 7)
      assert.deepStrictEqual(yield* Effect.all([own, other].map((store) => seenBy(store))), [["a"], ["c"]])
      // It is written once more by another one, and is the same.
      yield* other.put(lease("a", { reason: "on call" }))
      assert.deepStrictEqual(
        (yield* asked.all).map(({ id, reason }) => [id, reason]),
        [
          ["a", "on call"],
          ["c", undefined],
        ],
      )

      const expiring = own.alone("T2", Effect.flip(other.alone("T2", Effect.void)))
      assert.strictEqual((yield* own.alone("T1", expiring)).kind, "busy")
      const busy = yield* changes.alone(
        "T1",
        "applies the plan p1",
        Context.get(support, ChangeStore).alone(
          "T2",
          "applies the plan p2",
          Effect.flip(Context.get(command, ChangeStore).alone("T1", "applies the plan p3", Effect.void)),
        ),
      )
      assert.include(busy.message, "it applies the plan p1")
    }).pipe(Effect.provide(anyDatabase)),
  )

  it.live("a connection is removed with all that is kept under its name, and its epoch counts on", () =>
    Effect.gen(function* () {
      const { sql, run } = yield* Database
      const runs = yield* Runs
      const store = yield* ConnectionStore
      const tables = yield* run(sql<{ table: string; column: string }>`
        select table_name as table, column_name as column from information_schema.columns
        where table_schema = current_schema() and table_name like 'rollcall_%'
          and (column_name = 'connection' or column_name = 'name' and table_name in
            ('rollcall_connection', 'rollcall_connection_kept', 'rollcall_connection_view', 'rollcall_sync_request'))`)
      const rowsOf = (name: string) =>
        Effect.map(
          Effect.forEach(tables, ({ table, column }) =>
            Effect.map(run(sql<object>`select from ${sql(table)} where ${sql(column)} = ${name}`), (rows) =>
              rows.length > 0 ? [table] : [],
            ),
          ),
          (found) => found.flat().toSorted(),
        )
      for (const name of ["sales", "support"]) {
        yield* store.add({ name, labels: {}, settings: {} })
        yield* store.setPaused(name, true)
        const turn = yield* runs.takeOver(name, "a")
        yield* runs.begin(turn, 1000)
        yield* (yield* workLogOf(turn)).append({ _tag: "Restarted", step: "people" })
        yield* (yield* taskRowsOf(turn)).received({ id: "task", kind: "sync" })
        yield* (yield* uploadRowsOf(turn)).write("upload", "text")
        yield* Context.get(yield* Layer.build(Board.layer), Board).say(turn, "{}")
        yield* Context.get(yield* Layer.build(Board.layer), Board).askForSync(name)
        const { put, beat, reached } = Context.get(yield* stores(name, turn.epoch), LeaseStore)
        yield* put(lease("over", { tenant: name, state: "ended", closedAs: "expired" }))
        yield* beat(name, 7)
        yield* reached({ since: 1, last: 2 })
        yield* Context.get(yield* stores(name, turn.epoch), ChangeStore).append({
          time: "2026-11-30T01:00:00.000Z",
          requestId: name,
          actor: "U0",
          tenant: name,
          intent: "grant",
          target: { entitlement: "group:S1:member", principal: "user:U1" },
          outcome: "changed",
        })
        yield* run(sql`insert into rollcall_secret (connection, setting, version, key_id, sealed)
          values (${name}, 'token', '1', 'key', '\\x00')`)
      }
      const all = tables.map(({ table }) => table).toSorted()
      assert.deepStrictEqual(yield* rowsOf("sales"), all)

      const late = Context.get(yield* stores("sales", 1), LeaseStore)
      const version = Effect.map(store.all, (found) => found.find(({ name }) => name === "sales")?.version)
      const before = yield* version
      assert.strictEqual(yield* version, before)
      assert.isTrue(yield* store.remove("sales"))
      assert.deepStrictEqual(yield* rowsOf("sales"), ["rollcall_change", "rollcall_lease", "rollcall_run"])
      assert.deepStrictEqual(yield* rowsOf("support"), all)
      assert.strictEqual((yield* Effect.flip(late.put(lease("late", { tenant: "sales" })))).reason, "Busy")
      yield* store.add({ name: "sales", labels: {}, settings: {} })
      // A worker that has not seen it go sees that it is another one.
      assert.notStrictEqual(yield* version, before)
      const { unfinished, file } = yield* runs.state("sales")
      assert.deepStrictEqual([unfinished, file], [undefined, undefined])
      assert.strictEqual((yield* runs.takeOver("sales", "b")).epoch, 3)
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.provideMerge(Layer.merge(Runs.layer, connectionStorePostgres), anyDatabase)),
    ),
  )

  it.live("no connection is removed that has open leases, not even one that is being granted, and it goes on", () =>
    Effect.gen(function* () {
      const { sql, run } = yield* Database
      const runs = yield* Runs
      const store = yield* ConnectionStore
      yield* store.add({ name: "sales", labels: {}, settings: {} })
      const turn = yield* runs.takeOver("sales", "a")
      const granting = Context.get(yield* stores("sales", turn.epoch), LeaseStore)
      // The lease is written, and what writes it has not ended, when the removal begins.
      const isWritten = yield* Deferred.make<void>()
      const mayEnd = yield* Deferred.make<void>()
      const writing = yield* Effect.forkScoped(
        sql.withTransaction(
          Effect.gen(function* () {
            yield* sql`select from rollcall_run where connection = 'sales' for share`
            const { entitlement, principal, begunAt, endsAt } = lease("one")
            yield* sql`insert into rollcall_lease (connection, id, tenant, entitlement, principal, begun_at, ends_at, is_open, lease)
              values ('sales', 'one', 'T1', ${entitlement.id}, ${principal.resource}, ${begunAt}, ${endsAt}, true, ${JSON.stringify(lease("one"))})`
            yield* Deferred.succeed(isWritten, undefined)
            yield* Deferred.await(mayEnd)
          }),
        ),
      )
      yield* Deferred.await(isWritten)
      const removing = yield* Effect.forkScoped(Effect.flip(store.remove("sales")))
      const waits = run(sql<object>`select from pg_locks where relation = 'rollcall_lease'::regclass and not granted`)
      yield* Effect.repeat(waits, { until: (rows) => rows.length > 0, schedule: Schedule.spaced("10 millis") })
      yield* Deferred.succeed(mayEnd, undefined)
      yield* Fiber.join(writing)
      const refused = yield* Fiber.join(removing)
      assert.strictEqual(refused.reason, "Busy")
      assert.match(refused.message, /^sales has 1 open lease, which nothing would end/u)
      yield* runs.check(turn)
      assert.deepStrictEqual(
        (yield* store.all).map(({ name }) => name),
        ["sales"],
      )
      yield* granting.put(lease("one", { state: "ended", closedAs: "expired" }))
      assert.isTrue(yield* store.remove("sales"))
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.provideMerge(Layer.merge(Runs.layer, connectionStorePostgres), anyDatabase)),
    ),
  )

  it.live("a lease that a command writes bears the name of the connection whose worker lately ended leases there", () =>
    Effect.gen(function* () {
      const { sql, run } = yield* Database
      const [sales, support, command] = yield* Effect.all([stores("sales"), stores("support"), stores()])
      const asked = Context.get(command, LeaseStore)
      yield* asked.put(lease("nobody"))
      yield* Context.get(sales, LeaseStore).beat("T2", 7)
      yield* Context.get(support, LeaseStore).beat("T2", 8)
      yield* asked.put(lease("served", { tenant: "T2" }))
      assert.deepStrictEqual(yield* run(sql`select id, connection from rollcall_lease order by id`), [
        { id: "nobody", connection: "" },
        { id: "served", connection: "support" },
      ])
    }).pipe(Effect.provide(anyDatabase)),
  )

  it.live(
    "a sign of life of a machine whose clock is a little ahead is of now, and one of far ahead says nothing",
    () =>
      Effect.gen(function* () {
        const [sales, support] = yield* Effect.all([stores("sales"), stores("support")])
        const [ahead, wrong] = [Context.get(sales, LeaseStore), Context.get(support, LeaseStore)]
        const now = yield* Clock.currentTimeMillis
        yield* ahead.beat("T1", now + 60_000)
        assert.isTrue(isAlive(yield* ahead.lastBeat("T1"), yield* Clock.currentTimeMillis))
        yield* wrong.beat("T2", now + 600_000)
        assert.isFalse(isAlive(yield* ahead.lastBeat("T2"), yield* Clock.currentTimeMillis))
      }).pipe(Effect.provide(anyDatabase)),
  )

  it.live("the outcome of a change is that of what another one had begun, whatever connections the two bear", () =>
    Effect.gen(function* () {
      const [sales, command] = yield* Effect.all([stores("sales"), stores()])
      const entry = {
        requestId: "r1",
        planId: "p1",
        actor: "ada",
        tenant: "T1",
        intent: "grant",
        target: { entitlement: "group:S1:member", principal: "user:U1" },
        time: "2026-11-30T01:00:00.000Z",
      } as const
      yield* Context.get(sales, ChangeStore).append({ ...entry, outcome: "begun" })
      yield* Context.get(command, ChangeStore).append({ ...entry, outcome: "changed" })
      const { ofPlan, countSince } = Context.get(sales, ChangeStore)
      assert.deepStrictEqual(
        (yield* ofPlan("p1")).map(({ outcome }) => outcome),
        ["changed"],
      )
      assert.deepStrictEqual(yield* countSince("T1", 0), [
        { intent: "grant", entitlement: "group:S1:member", count: 1 },
      ])
    }).pipe(Effect.provide(anyDatabase)),
  )

  it.live("nothing is written in a turn that is over, not even what was on its way when it ended", () =>
    Effect.gen(function* () {
      const { sql, run } = yield* Database
      const { takeOver } = yield* Runs
      const turn = yield* takeOver("sales", "one")
      const own = yield* stores("sales", turn.epoch)
      const { put, openOf, beat, lastBeat, reached, lastReached } = Context.get(own, LeaseStore)
      const { alone, append, ofPlan } = Context.get(own, ChangeStore)
      const entry = {
        requestId: "r1",
        planId: "p1",
        actor: "ada",
        tenant: "T1",
        intent: "grant",
        target: { entitlement: "group:S1:member", principal: "user:U1" },
        time: "2026-11-30T01:00:00.000Z",
        outcome: "begun",
      } as const
      yield* put(lease("a"))
      yield* append(entry)
      yield* beat("T1", 1000)
      yield* reached({ since: 1000, last: 2000 })
      // A takeover that has begun and is not over: the write waits for it, and then finds its turn over.
      const taken = yield* Deferred.make<void>()
      const goes = yield* Deferred.make<void>()
      const takeover = yield* Effect.forkChild(
        sql.withTransaction(
          Effect.gen(function* () {
            yield* sql`update rollcall_run set epoch = epoch + 1 where connection = 'sales'`
            yield* Deferred.succeed(taken, undefined)
            yield* Deferred.await(goes)
          }),
        ),
      )
      yield* Deferred.await(taken)
      const writes = yield* Effect.forkChild(
        Effect.all(
          [
            put(lease("a", { state: "ending" })),
            put(lease("b", { tenant: "T2" })),
            append({ ...entry, outcome: "changed" }),
            beat("T1", 5000),
            reached({ since: 4000, last: 5000 }),
            alone("T1", "applies the plan p1", Effect.void),
          ].map((write) => Effect.flip(write)),
          { concurrency: "unbounded" },
        ),
      )
      const waiting = run(sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`)
      while ((yield* waiting)[0]?.n !== 6) yield* Effect.sleep(20)
      yield* Deferred.succeed(goes, undefined)
      yield* Fiber.join(takeover)
      for (const error of yield* Fiber.join(writes)) {
        assert.deepInclude(error, { reason: "Busy", message: "Another worker has taken over the connection sales." })
      }
      assert.strictEqual((yield* openOf(lease("a")))?.state, "active")
      assert.isUndefined(yield* openOf(lease("b", { tenant: "T2" })))
      assert.deepStrictEqual(
        (yield* ofPlan("p1")).map(({ outcome }) => outcome),
        ["begun"],
      )
      assert.strictEqual(yield* lastBeat("T1"), 1000)
      assert.deepStrictEqual(yield* lastReached, { since: 1000, last: 2000 })
      const ofNext = yield* stores("sales", turn.epoch + 1)
      const next = Context.get(ofNext, LeaseStore)
      // What is too old is forgotten when a store is opened, and not in a turn that is over.
      const old = { ...entry, requestId: "r0", planId: "p0", time: "2026-01-01T01:00:00.000Z" }
      yield* Context.get(ofNext, ChangeStore).append(old)
      yield* stores("sales", turn.epoch)
      assert.lengthOf(yield* ofPlan("p0"), 1)
      yield* stores("sales", turn.epoch + 1)
      assert.lengthOf(yield* ofPlan("p0"), 0)
      yield* next.put(lease("a", { state: "ending" }))
      yield* next.beat("T1", 6000)
      yield* next.reached({ since: 4000, last: 6000 })
      assert.deepStrictEqual([yield* next.lastBeat("T1"), yield* next.lastReached], [6000, { since: 4000, last: 6000 }])
    }).pipe(Effect.provide(Layer.provideMerge(Runs.layer, anyDatabase))),
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
              name,
              Effect.gen(function* () {
                inside += 1
                if (inside === 30) yield* Deferred.succeed(everybody, undefined)
                yield* Deferred.await(everybody)
                yield* Context.get(built, LeaseStore).put(lease("a", { tenant: name }))
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
      const first = yield* Effect.forkChild(Effect.flip(store.alone("T1", work)))
      yield* Deferred.await(begun)
      yield* run(sql`
        select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
          and database = (select oid from pg_database where datname = current_database())`)
      const error = yield* Fiber.join(first)
      assert.deepInclude(error, { reason: "Unreachable", kind: "interrupted" })
      assert.include(error.message, "The session of this process with the database has ended")
      assert.isTrue(stopped)
      assert.strictEqual(yield* store.alone("T1", Effect.succeed("again")), "again")
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
      // The server tells the holder before it lets go.
      yield* Effect.repeat(locks.take("a"), { until: (taken) => taken !== undefined })
    }),
  )
})
