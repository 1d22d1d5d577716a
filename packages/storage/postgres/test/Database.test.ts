import { once } from "node:events"
import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { hasPostgres, PostgresServer, sharedPostgres, tcpProxy } from "@rollcall/test-kit/postgres"
import { freePort } from "@rollcall/test-kit/scratch"
import { Cause, Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { refusalOf } from "../src/checks.ts"
import { sessionOf } from "../src/Database.ts"
import type { DatabaseError } from "../src/index.ts"
import { Database, databaseLayer } from "../src/index.ts"
import { poolingProxy } from "./poolingProxy.ts"

const freshDatabase = Effect.flatMap(sharedPostgres, (server) => server.freshDatabase)
const using = <A, E, R>(url: Redacted.Redacted, work: (database: Database["Service"]) => Effect.Effect<A, E, R>) =>
  Effect.provide(Database.use(work), databaseLayer({ url }))
const refusal = (url: Redacted.Redacted | string) =>
  Effect.flip(Effect.scoped(Layer.build(databaseLayer({ url: typeof url === "string" ? Redacted.make(url) : url }))))
const changed = (url: Redacted.Redacted, change: (url: URL) => void) => {
  const changing = new URL(Redacted.value(url))
  change(changing)
  return Redacted.make(changing.href)
}

/** All that a log could show of an error. */
const shown = (error: DatabaseError) => Cause.pretty(Cause.fail(error)) + JSON.stringify(error)

describe.skipIf(!hasPostgres)("the database", () => {
  it.live(
    "is ready for use when it is open, with commits that survive a crash of the server whatever its settings",
    () =>
      Effect.gen(function* () {
        const { execute, freshDatabase: fresh } = yield* sharedPostgres
        const url = yield* fresh
        yield* execute(`alter database ${new URL(Redacted.value(url)).pathname.slice(1)} set synchronous_commit = off`)
        assert.deepStrictEqual(
          yield* using(url, ({ sql, run }) => run(sql`select current_setting('synchronous_commit') as durable`)),
          [{ durable: "on" }],
        )
      }),
  )

  it.live("refuses a URL that is none or asks for what it does not know, and does not quote it", () =>
    Effect.gen(function* () {
      for (const [url, about] of [
        ["hunter2", "no URL"],
        ["postgres://u:hunter2@[broken/db", "no URL"],
        ["mysql://u:hunter2@127.0.0.1/db", "not the URL of a PostgreSQL database"],
        ["postgres://u:hunter2@127.0.0.1/db?sslrootcert=/ca.pem", "sslrootcert, which is not supported"],
        ["postgres://u:hunter2@127.0.0.1/db?sslmode=perhaps", "sslmode, which is not supported"],
      ] as const) {
        const error = yield* refusal(url)
        assert.deepStrictEqual([error.reason, error.kind], ["Setting", "configuration"])
        assert.include(error.message, about)
        assert.notInclude(shown(error), "hunter2")
      }
    }),
  )

  it.live("says what it was refused, and ends as a wrong setting does", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const { execute } = yield* sharedPostgres
      yield* execute("create role poor login password 'poor'")
      // As it is by itself from PostgreSQL 15 on.
      yield* execute("revoke create on schema public from public", new URL(Redacted.value(url)).pathname.slice(1))
      for (const [change, reason, about] of [
        [(to: URL) => (to.password = "hunter2"), "Denied", "refuses the password"],
        [(to: URL) => (to.pathname = "/nowhere"), "Missing", 'database "nowhere" does not exist'],
        [(to: URL) => ([to.username, to.password] = ["poor", "poor"]), "Denied", "permission denied for schema public"],
      ] as const) {
        const error = yield* refusal(changed(url, (to) => void change(to)))
        assert.deepStrictEqual([error.reason, error.kind], [reason, "configuration"])
        assert.include(error.message, about)
        assert.notInclude(shown(error), "hunter2")
      }
    }),
  )

  it.live("says that nothing answers, and that it may later", () =>
    Effect.gen(function* () {
      const error = yield* refusal(`postgres://u:hunter2@127.0.0.1:${yield* freePort}/db`)
      assert.deepStrictEqual([error.reason, error.kind], ["Unreachable", "interrupted"])
      assert.match(error.message, /cannot be reached \(connect ECONNREFUSED/u)
      assert.notInclude(shown(error), "hunter2")
    }),
  )

  it.effect("does not wait for ever for a server that is silent", () =>
    Effect.gen(function* () {
      const silent = yield* Effect.acquireRelease(
        Effect.promise(async () => {
          const server = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1")
          await once(server, "listening")
          return server
        }),
        (server) => Effect.sync(() => server.close()),
      )
      const address = silent.address()
      const port = typeof address === "object" ? address?.port : undefined
      const connected = once(silent, "connection")
      const opening = yield* Effect.forkChild(refusal(`postgres://u:hunter2@127.0.0.1:${port}/db`))
      yield* Effect.promise(() => connected)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(opening)).reason, "Unreachable")
    }),
  )

  it.live("does not run through a proxy that pools transactions", () =>
    Effect.gen(function* () {
      const server = yield* sharedPostgres
      const url = yield* server.freshDatabase
      const port = yield* poolingProxy(server.port)
      const error = yield* refusal(changed(url, (to) => void (to.port = String(port))))
      assert.deepStrictEqual([error.reason, error.kind], ["Pooled", "configuration"])
      assert.include(error.message, "a proxy gives each transaction another one")
    }),
  )

  it("refuses a server that is older than PostgreSQL 14, and one that has no schema for tables", () => {
    const server = { number: 140_000, version: "14.0", schema: "public", durability: "on" }
    assert.isUndefined(refusalOf(server))
    assert.strictEqual(refusalOf({ ...server, number: 130_099, version: "13.99" })?.reason, "TooOld")
    assert.strictEqual(refusalOf({ ...server, schema: null })?.reason, "Missing")
    assert.strictEqual(refusalOf({ ...server, durability: "off" })?.reason, "Pooled")
  })

  it.live("runs a statement again that may be, when the server has been down for a moment", () =>
    Effect.gen(function* () {
      const server = yield* PostgresServer
      const url = yield* server.freshDatabase
      yield* using(url, ({ sql, run, runAgain }) =>
        Effect.gen(function* () {
          yield* run(sql`create table kept (n integer)`)
          yield* run(sql`insert into kept values (1)`)
          yield* server.stop("immediate")
          assert.strictEqual((yield* Effect.flip(run(sql`select n from kept`))).reason, "Unreachable")
          const later = yield* Effect.forkChild(runAgain(sql`select n from kept`))
          yield* server.start
          assert.deepStrictEqual(yield* Fiber.join(later), [{ n: 1 }])
        }),
      )
    }).pipe(Effect.provide(PostgresServer.layer)),
  )

  it.live("ends a statement in its time when the connection falls silent, also where nothing may be interrupted", () =>
    Effect.gen(function* () {
      const server = yield* sharedPostgres
      const { port, silence, resume, cut } = yield* tcpProxy(server.port)
      const url = changed(yield* server.freshDatabase, (to) => void (to.port = String(port)))
      yield* using(url, (database) =>
        Effect.gen(function* () {
          const { sql, run } = sessionOf(database.sql, yield* Effect.scope, "300 millis")
          yield* run(sql`select 1`)
          yield* silence
          const error = yield* Effect.uninterruptible(Effect.flip(run(sql`select 1`)))
          assert.deepStrictEqual([error.reason, error.kind], ["Unreachable", "interrupted"])
          assert.include(error.message, "it gives no answer")
          yield* resume
          yield* cut
          assert.deepStrictEqual(yield* database.runAgain(sql`select 1 as one`), [{ one: 1 }])
        }),
      )
    }),
  )
})
