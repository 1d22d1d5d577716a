// Several workers on one database: real processes that are killed and stopped, a real PostgreSQL, simulated Slacks.
import { assert, describe, it } from "@effect/vitest"
import { ConnectionStore } from "@rollcall/connection-store"
import { connectionStorePostgres, databaseLayer, secretStorePostgres } from "@rollcall/postgres"
import { readSecretKeys, SecretStore } from "@rollcall/secret-store"
import { hasPostgres, PostgresServer } from "@rollcall/test-kit/postgres"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Context, Effect, Layer, Redacted } from "effect"
import { randomBytes } from "node:crypto"
import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { valuesOf } from "../samplesOf.ts"
import { until } from "../workerProcess.ts"
import type { ClusterWorker } from "./clusterWorld.ts"
import { clusterWorld, serving, timesSaid } from "./clusterWorld.ts"

/** A workspace whose six pages of accounts come slowly. */
const slow: SimulatorOptions = {
  users: 5000,
  faults: [{ method: "users.list", times: "always", fault: { kind: "delay", millis: 700 } }],
}

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((a, b) => a + b, 0)

describe.skipIf(!hasPostgres)("workers that share a database", () => {
  it.live("serve each connection once, whoever of them it is, and publish where they are told to", () =>
    Effect.gen(function* () {
      const names = ["a", "b", "c", "d", "e", "f"]
      const { folder, start, slacks, isRight, stored } = yield* clusterWorld(
        Object.fromEntries(names.map((name, at) => [name, { users: 10 + at, seed: at + 1 }])),
        { fileStore: "published" },
      )
      const workers = yield* Effect.all([start("one"), start("two"), start("three")])
      for (const name of names) yield* until(Effect.sync(() => isRight(name)))
      let allTurns = 0
      for (const name of names) {
        // A worker that comes late takes its share, and a sync that was on its way goes on there.
        const turns = sum(workers.map((one) => timesSaid(one, /serves the connection from now on/u, name)))
        allTurns += turns
        assert.isAtMost(slacks.get(name)?.calls()["users.list"] ?? Infinity, turns, name)
        assert.isAtMost(stored(name).length, turns, name)
      }
      assert.isBelow(allTurns, workers.length * names.length)
      for (const name of names) {
        yield* until(Effect.sync(() => workers.some((one) => timesSaid(one, / is in /u, name) > 0)))
      }
      assert.deepStrictEqual(
        readdirSync(folder).filter((name) => name.endsWith(".c1z")),
        [],
      )
    }).pipe(Effect.scoped),
  )

  it.live("go on with the sync of one that is killed, after the last page that it had stored", () =>
    Effect.gen(function* () {
      const { start, slacks, isRight, stored } = yield* clusterWorld({ sales: slow })
      const workers = yield* Effect.all([start("one"), start("two")])
      const { server: first } = yield* serving(workers, "sales")
      yield* until(Effect.sync(() => (slacks.get("sales")?.calls()["users.list"] ?? 0) >= 4))
      yield* first.kill("SIGKILL")
      yield* until(Effect.sync(() => isRight("sales")))
      // Six pages, and the one that was on its way.
      assert.isAtMost(slacks.get("sales")?.calls()["users.list"] ?? 0, 8)
      assert.lengthOf(stored("sales"), 1)
    }).pipe(Effect.scoped),
  )

  it.live(
    "publish once where one of them was paused in the middle of a sync, and had lost its turn when it went on",
    () =>
      Effect.gen(function* () {
        const { start, slacks, isRight, stored } = yield* clusterWorld({ sales: slow })
        const workers = yield* Effect.all([start("one"), start("two")])
        const { server: paused } = yield* serving(workers, "sales")
        yield* until(Effect.sync(() => (slacks.get("sales")?.calls()["users.list"] ?? 0) >= 3))
        yield* paused.kill("SIGSTOP")
        yield* until(Effect.sync(() => isRight("sales")))
        const [published] = stored("sales")
        yield* paused.kill("SIGCONT")
        yield* paused.says(/The sync was stopped|Another worker has taken over/u)
        assert.deepStrictEqual(stored("sales"), [published])
        assert.isTrue(isRight("sales"))
      }).pipe(Effect.scoped),
  )

  it.live("go on where they were when the database went down and is there again", () =>
    Effect.gen(function* () {
      const own = Effect.map(Layer.build(PostgresServer.layer), (built) => Context.get(built, PostgresServer))
      const { start, restartDatabase, slacks, isRight, stored } = yield* clusterWorld({ sales: slow }, { server: own })
      const workers = yield* Effect.all([start("one"), start("two")])
      yield* serving(workers, "sales")
      const pages = () => slacks.get("sales")?.calls()["users.list"] ?? 0
      yield* until(Effect.sync(() => pages() >= 3))
      yield* restartDatabase
      yield* until(Effect.sync(() => isRight("sales")))
      assert.isAtMost(pages(), 8)
      // The second one is as it was before: it still takes over from the first.
      const { server, other } = yield* serving(workers, "sales")
      yield* server.kill("SIGKILL")
      yield* until(Effect.map(serving(workers, "sales"), (now) => now.server === other))
      assert.isAtLeast(stored("sales").length, 1)
    }).pipe(Effect.scoped),
  )

  it.live("open a connection with a secret that is sealed in the database, and need the key for it", () =>
    Effect.gen(function* () {
      const { folder, url, start, slacks, isRight } = yield* clusterWorld({ sales: { users: 10 } })
      const { botToken, webApiUrl } = slacks.get("sales") ?? assert.fail("There is no workspace.")
      writeFileSync(join(folder, "connections.yaml"), "connections: {}")
      const keyFile = join(folder, "secret.key")
      writeFileSync(keyFile, `${randomBytes(32).toString("base64")}\n`)
      const withKey = { BATON_SECRET_KEY_FILE: keyFile }
      const workers = yield* Effect.all([start("one", withKey), start("two", withKey)])
      yield* Effect.all(workers.map((one) => one.answers("/ready", 200)))
      const sealed = Layer.unwrap(Effect.map(readSecretKeys(keyFile), secretStorePostgres))
      const stores = yield* Layer.build(
        Layer.provide(Layer.merge(sealed, connectionStorePostgres), databaseLayer({ url })),
      )
      const settings = { token: { stored: "true" }, "base-url": webApiUrl, "rate-limits": "off" }
      yield* Context.get(stores, ConnectionStore).add({ name: "sales", labels: {}, settings })
      const token = { connection: "sales", setting: "token" }
      yield* Context.get(stores, SecretStore).put(token, Redacted.make(botToken))
      yield* until(Effect.sync(() => isRight("sales")))
      for (const one of workers) assert.notInclude(one.written(), botToken)

      const without = yield* start("three")
      yield* without.says(/Rollcall keeps no secrets here: they would stand in the database, .* Set BATON_SECRET_KEY/u)
      writeFileSync(join(folder, "no.key"), "a word")
      const wrong = yield* start("four", { BATON_SECRET_KEY_FILE: join(folder, "no.key") })
      assert.strictEqual(yield* wrong.ended, 78)
      yield* wrong.says(/The file .*no\.key that BATON_SECRET_KEY_FILE names has neither 32 bytes nor/u)
    }).pipe(Effect.scoped),
  )

  it.live("say in metrics who serves a connection, and when its next data is due, also after a takeover", () =>
    Effect.gen(function* () {
      const { start, slacks, file, isRight } = yield* clusterWorld({ sales: { users: 10 } })
      const workers = yield* Effect.all([start("one"), start("two")])
      yield* until(Effect.sync(() => isRight("sales")))
      const valueOf = (worker: ClusterWorker, name: string) =>
        Effect.map(
          Effect.orElseSucceed(worker.ask("/metrics"), () => ({ text: "" })),
          ({ text }) => valuesOf(text, `rollcall_${name}`, { connection: "sales" })[0],
        )
      let served: ReadonlyArray<number | undefined> = []
      yield* until(
        Effect.map(
          Effect.forEach(workers, (worker) => valueOf(worker, "connection_served")),
          (found) => {
            served = found
            return found.includes(0) && found.includes(1)
          },
        ),
      )
      const [first, other] = served[0] === 1 ? workers : workers.toReversed()
      if (first === undefined || other === undefined) return assert.fail("there are two")
      assert.strictEqual(yield* valueOf(other, "connection_up"), 0)
      assert.isUndefined(yield* valueOf(other, "sync_due_timestamp_seconds"))
      const published = Effect.map(
        valueOf(first, "sync_last_success_timestamp_seconds"),
        (value) => value !== undefined,
      )
      yield* until(published)
      const due = (yield* valueOf(first, "sync_due_timestamp_seconds")) ?? 0

      yield* first.kill("SIGKILL")
      // A file that was stored in S3 is not where the next worker looks for its age.
      rmSync(file("sales"))
      yield* until(Effect.map(valueOf(other, "connection_up"), (value) => value === 1))
      const known = valueOf(other, "sync_last_success_timestamp_seconds")
      yield* until(Effect.map(known, (value) => value !== undefined))
      // The database says when the last one was published, by its own clock, so no sync is begun for it.
      assert.approximately((yield* valueOf(other, "sync_due_timestamp_seconds")) ?? 0, due, 600)
      assert.strictEqual(yield* valueOf(other, "connection_served"), 1)
      assert.strictEqual(slacks.get("sales")?.calls()["users.list"], 1)
    }).pipe(Effect.scoped),
  )
})
