// The consoles of several workers on one database: each shows all connections, and what is asked of one reaches whoever serves it.
import { assert, describe, it } from "@effect/vitest"
import { askForConsole, connectionsFolder } from "@rollcall/host/connections"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { enter } from "../console/visitConsole.ts"
import { until } from "../workerProcess.ts"
import type { ClusterWorker } from "./clusterWorld.ts"
import { clusterWorld, serving } from "./clusterWorld.ts"

/** The console of one of the workers. */
const consoleOf = (folder: string, { replica }: ClusterWorker) =>
  enter({
    link: (way) => askForConsole(connectionsFolder(join(folder, "connections.yaml"), join(folder, replica)), way),
  })

describe.skipIf(!hasPostgres)("the consoles of workers that share a database", () => {
  it.live("show what another worker serves, and have it paused, synced and added to by whichever worker answers", () =>
    Effect.gen(function* () {
      const { folder, start, slacks, isRight } = yield* clusterWorld({
        sales: { users: 20 },
        spare: { users: 12, seed: 2 },
      })
      const key = join(folder, "secret.key")
      writeFileSync(key, randomBytes(32).toString("base64"), { mode: 0o600 })
      const environment = {
        BATON_SECRET_KEY_FILE: key,
        BATON_CONSOLE_PORT: "0",
        BATON_CONSOLE_SETTINGS: `base-url=${slacks.get("spare")?.webApiUrl},rate-limits=off`,
      }
      const workers = [yield* start("one", environment), yield* start("two", environment)]
      for (const worker of workers) yield* worker.answers("/ready", 200)
      yield* until(Effect.sync(() => isRight("sales")))
      const { server, other } = yield* serving(workers, "sales")
      const { get, send } = yield* consoleOf(folder, other)
      const row = (name: string) =>
        Effect.map(get("/live"), ({ text }) =>
          JSON.parse(text).shown.rows.find((one: { name: string }) => one.name === name),
        )
      const becomes = (name: string, state: string) =>
        until(
          Effect.map(row(name), (one) => one?.state === state && (state === "Paused" || one.lastSync !== undefined)),
        )

      yield* becomes("sales", "Connected")
      const named = /This worker is (\S+),/u.exec(server.written())?.[1]
      assert.isDefined(named)
      yield* until(Effect.map(row("sales"), ({ servedBy }) => servedBy === named))
      const page = JSON.parse((yield* get("/live/connection?name=sales")).text).shown.connection
      const table = (id: string) => page.tables.find((one: { id: string }) => one.id === id)
      assert.strictEqual(table("syncs").rows[0][2], "success", "the worker that serves it has told")
      assert.include(table("log").note, "what the one has that answers here")
      assert.deepStrictEqual(table("leases"), { ...table("leases"), rows: [], note: "There are none." })

      assert.property((yield* send("sync-now", { name: "sales" })).answer, "done")
      yield* until(Effect.sync(() => (slacks.get("sales")?.calls()["users.list"] ?? 0) >= 2))
      assert.property((yield* send("pause", { name: "sales" })).answer, "done")
      yield* becomes("sales", "Paused")
      const { get: fromServer } = yield* consoleOf(folder, server)
      yield* until(
        Effect.map(fromServer("/live"), ({ text }) =>
          JSON.parse(text).shown.rows.some(
            (one: { name: string; state: string }) => one.name === "sales" && one.state === "Paused",
          ),
        ),
      )

      const added = yield* send("add", {
        name: "ops",
        module: "slack-pro",
        "set-token": slacks.get("spare")?.botToken ?? "",
        "set-every": "6h",
      })
      assert.deepStrictEqual(added.answer, { done: "ops was added." })
      yield* becomes("ops", "Connected")
      for (const worker of workers) assert.notInclude(worker.written(), slacks.get("spare")?.botToken ?? "")
    }).pipe(Effect.scoped),
  )

  it.live("have no field for a token without a key to seal it with, and say why", () =>
    Effect.gen(function* () {
      const { folder, start, slacks } = yield* clusterWorld({ sales: { users: 5 } })
      const worker = yield* start("one", { BATON_CONSOLE_PORT: "0" })
      yield* worker.answers("/ready", 200)
      const { origin, cookie, send } = yield* consoleOf(folder, worker)
      const text = yield* Effect.promise(async () => (await fetch(`${origin}/add`, { headers: { cookie } })).text())
      assert.match(text, /"noSecrets":"Rollcall keeps no secrets here: .* Set BATON_SECRET_KEY_FILE/u)
      const token = slacks.get("sales")?.botToken ?? ""
      for (const act of ["check", "add"]) {
        const refused = yield* send(act, { name: "ops", module: "slack-pro", "set-token": token, "set-every": "6h" })
        assert.match(refused.answer.refused.message, /^Rollcall keeps no secrets here/u, act)
      }
    }).pipe(Effect.scoped),
  )
})
