// The bundled worker with a connector that another team made: it lies in a folder of its own, beside another copy of Effect that must
// never be loaded, and `BATON_CONNECTOR` names it.
import { assert, describe, it } from "@effect/vitest"
import { startC1 } from "@rollcall/c1-simulator"
import { installClub, readBook } from "@rollcall/test-kit/club"
import { storedIds } from "@rollcall/test-kit/oracle"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { startWorker } from "./workerProcess.ts"

/** A club, a ConductorOne, and the worker between them; `connectorOf` says how its settings name the connector. */
const clubWorld = Effect.fnUntraced(function* (connectorOf: (home: string, name: string) => string) {
  const home = yield* scratchFolder("club")
  const name = installClub(home)
  const workFolder = join(yield* scratchFolder("worker"), "work")
  const c1 = yield* startC1({ nextPollMillis: 50, nextHeartbeatMillis: 1000 })
  const environment = {
    BATON_CONNECTOR: connectorOf(home, name),
    CLUB_KEY: "club_abcdef",
    CLUB_BOOK: join(home, "club.json"),
    BATON_CLIENT_ID: c1.clientId,
    BATON_CLIENT_SECRET: c1.clientSecret,
    BATON_EXTRA_CA_FILE: c1.caFile,
    BATON_HOST_ID: "rollcall-test",
    BATON_PROVISIONING: "true",
    BATON_C1Z_TEMP_DIR: workFolder,
  }
  const start = (folder?: string) => startWorker({ environment, ...(folder === undefined ? {} : { folder }) })
  const done = (task: Parameters<typeof c1.addTasks>[0][number]) =>
    Effect.gen(function* () {
      const [id = ""] = yield* c1.addTasks([task])
      return yield* c1.untilFinished(id)
    })
  return { home, workFolder, c1, start, done }
})

const rows = (grants: ReadonlyArray<string>) =>
  [
    ...grants.map((id) => `grant club:C1:key:member:${id}`),
    "entitlement club:C1:key",
    "resource club:C1",
    "resource member:ada",
    "resource member:ben",
  ].toSorted()

describe("a worker with a connector of another team", () => {
  it.live("registers it, and completes ConductorOne's tasks: a full sync, a grant, a revocation and an action", () =>
    Effect.gen(function* () {
      const { home, workFolder, c1, start, done } = yield* clubWorld((folder, name) =>
        join(folder, "node_modules", name),
      )
      const worker = yield* start()
      yield* worker.answers("/ready", 200)
      const hello = c1.captured().find(({ call }) => call === "Hello")
      assert.match(JSON.stringify(hello?.message), /"Club"/u)

      const succeeds = (task: Parameters<typeof done>[0]) =>
        Effect.map(done(task), (history) => {
          assert.strictEqual(history.outcome?.finalState.case, "success", worker.written())
          return history
        })
      const { assets } = yield* succeeds({ syncFull: {} })
      assert.deepStrictEqual(storedIds(assets[0]?.path ?? ""), rows(["ada"]))

      const entitlement = { id: "club:C1:key" }
      const principal = (resource: string) => ({ id: { resourceType: "member", resource } })
      yield* succeeds({ grant: { entitlement, principal: principal("ben") } })
      assert.deepStrictEqual(readBook(home).keys, ["ada", "ben"])
      yield* succeeds({
        revoke: { grant: { id: "club:C1:key:member:ada", entitlement, principal: principal("ada") } },
      })
      assert.deepStrictEqual(readBook(home).keys, ["ben"])
      yield* succeeds({ actionInvoke: { name: "close_club", args: {} } })
      assert.isTrue(readBook(home).closed)
      assert.lengthOf(readFileSync(join(workFolder, "audit.ndjson"), "utf8").trim().split("\n"), 6)

      const again = yield* succeeds({ syncFull: {} })
      assert.deepStrictEqual(storedIds(again.assets[0]?.path ?? ""), rows(["ben"]))
      assert.notInclude(worker.written(), "club_abcdef")
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
    }).pipe(Effect.scoped),
  )

  it.live("finds it by the name of its package from the folder that it runs in", () =>
    Effect.gen(function* () {
      const { home, start, done } = yield* clubWorld((_, name) => name)
      const worker = yield* start(home)
      const { outcome, assets } = yield* done({ syncFull: {} })
      assert.strictEqual(outcome?.finalState.case, "success", worker.written())
      assert.deepStrictEqual(storedIds(assets[0]?.path ?? ""), rows(["ada"]))
    }).pipe(Effect.scoped),
  )

  it.live("ends with 78 and one sentence where the package is not installed", () =>
    Effect.gen(function* () {
      const { start } = yield* clubWorld((_, name) => name)
      const worker = yield* start()
      assert.strictEqual(yield* worker.ended, 78)
      assert.match(worker.written(), /no package of this name is installed/u)
    }).pipe(Effect.scoped),
  )
})
