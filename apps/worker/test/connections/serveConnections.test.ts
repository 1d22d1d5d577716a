// One worker that serves several workspaces: a real process, simulated Slacks, a file that changes.
import { assert, describe, it } from "@effect/vitest"
import { bundledProgram } from "@rollcall/test-kit/bundles"
import { leaseStoreFile } from "@rollcall/change-store"
import type { StoredConnection } from "@rollcall/connection-store"
import { ConnectionStore } from "@rollcall/connection-store"
import { connectionStoreIn } from "@rollcall/host/connection-changes"
import type { ConnectionRequest } from "@rollcall/host/connections"
import { askWorker, connectionsFolder, controlSocket } from "@rollcall/host/connections"
import type { Lease } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import type { SimulatedSlack, SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { SecretStore } from "@rollcall/secret-store"
import { Effect, Redacted } from "effect"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { createServer, request } from "node:http"
import { join } from "node:path"
import { valuesOf } from "../samplesOf.ts"
import { startWorker, until } from "../workerProcess.ts"

const quickPasses = await bundledProgram(new URL("../quickPasses.ts", import.meta.url))

/** A simulated workspace, with the lines of an entry that opens it. */
const workspace = Effect.fnUntraced(function* (
  folder: string,
  name: string,
  users: number,
  options: SimulatorOptions = {},
) {
  const slack = yield* startSimulator({ users, userGroups: 2, rateLimits: "off", ...options })
  const token = join(folder, `${name}.token`)
  writeFileSync(token, slack.botToken, { mode: 0o600 })
  const lines = [`token-file: ${token}`, `base-url: ${slack.webApiUrl}`, "rate-limits: off"]
  const entry = (more: ReadonlyArray<string> = []) =>
    [`  ${name}:`, ...[...lines, ...more].map((line) => `    ${line}`)].join("\n")
  const settings = { "token-file": token, "base-url": slack.webApiUrl, "rate-limits": "off" }
  const added = (more: StoredConnection["settings"] = {}): StoredConnection => ({
    name,
    labels: {},
    settings: { ...settings, ...more },
  })
  return { slack, entry, added, file: join(folder, `${name}.c1z`) }
})

const world = Effect.gen(function* () {
  const folder = yield* scratchFolder("connections")
  const path = join(folder, "connections.yaml")
  const write = (...entries: ReadonlyArray<string>) => writeFileSync(path, ["connections:", ...entries, ""].join("\n"))
  const environment = {
    BATON_CONNECTIONS: path,
    BATON_EVERY: "6h",
    BATON_FILE: join(folder, "sync.c1z"),
    XDG_STATE_HOME: folder,
  }
  return { folder, path, write, environment }
})

/** What it was sent, as text: protobuf's strings stand in it as they are. */
const startCollector = Effect.gen(function* () {
  const requests: Array<readonly [path: string, text: string]> = []
  const server = createServer((received, response) => {
    const chunks: Array<Buffer> = []
    received.on("data", (chunk: Buffer) => chunks.push(chunk))
    received.on("end", () => {
      requests.push([received.url ?? "", Buffer.concat(chunks).toString("latin1")])
      response.end()
    })
  })
  const port = yield* freePort
  yield* Effect.acquireRelease(
    Effect.promise(() => new Promise<void>((done) => server.listen(port, "127.0.0.1", done))),
    () => Effect.sync(() => server.close().closeAllConnections()),
  )
  return {
    url: `http://127.0.0.1:${port}`,
    received: (path: string) => requests.flatMap(([to, text]) => (to === path ? [text] : [])).join("\n"),
  }
})

type Worker = Effect.Success<ReturnType<typeof startWorker>>

const statesOf = ({ ask }: Worker) =>
  Effect.map(ask("/connections"), ({ text }): Readonly<Record<string, string>> =>
    Object.fromEntries(
      JSON.parse(text).connections.map(({ name, state, ...more }: { name: string; state: string }) => {
        assert.deepStrictEqual(more, {}, "The port tells names and states alone.")
        return [name, state]
      }),
    ),
  )

const becomes = (worker: Worker, states: Readonly<Record<string, string>>) =>
  until(Effect.map(statesOf(worker), (now) => JSON.stringify(now) === JSON.stringify(states)))

describe("A worker with several connections", () => {
  it.live("syncs each into a file of its own, and runs them beside one that is wrong", () =>
    Effect.gen(function* () {
      const { folder, write, environment } = yield* world
      const sales = yield* workspace(folder, "sales", 40)
      const ops = yield* workspace(folder, "ops", 25)
      write(
        sales.entry(["labels: { team: Sales }"]),
        ops.entry(["every: 1d"]),
        "  hr:\n    token: xoxb-1-secret",
        "  odd:\n    connector: ./odd.mjs",
        "  Legal:\n    every: 6h",
        `  twin:\n    token-file: ${join(folder, "sales.token")}\n    file: ${sales.file}`,
      )
      writeFileSync(join(folder, "odd.mjs"), "export default { get contract() { throw new Error('odd') } }")
      const worker = yield* startWorker({
        environment: { ...environment, BATON_TOKEN: "xoxb-2-of-nobody", BATON_DRIFT_FILE: "/nowhere.yaml" },
      })
      yield* worker.answers("/ready", 200)
      // One whose token is accepted is connected before its first sync.
      for (const file of [sales.file, ops.file]) yield* worker.says(`is in ${file}`)
      yield* becomes(worker, { hr: "Failed", odd: "Failed", ops: "Connected", sales: "Connected", twin: "Failed" })
      assert.deepStrictEqual(storedIds(sales.file), expectedIds(sales.slack))
      assert.deepStrictEqual(storedIds(ops.file), expectedIds(ops.slack))
      assert.isFalse(existsSync(join(folder, "sync.c1z")))

      const told = worker.logs().map(({ message, annotations }) => `${String(annotations["connection"])}: ${message}`)
      const wrong = told.filter((line) => /cannot run|names a connection|have no effect|has no effect/u.test(line))
      assert.lengthOf(wrong, 5, wrong.join("\n"))
      assert.match(
        wrong[0] ?? "",
        /Each connection has settings of its own, so BATON_TOKEN, BATON_DRIFT_FILE have no effect\./u,
      )
      assert.match(wrong[1] ?? "", /"Legal"; a name has lower-case letters/u)
      assert.match(wrong[2] ?? "", /^hr: The connection cannot run\. token \(.*, line 1\d\) must say where/u)
      assert.match(wrong[3] ?? "", /^odd: The connection cannot run\. It failed because of a bug/u)
      assert.match(wrong[4] ?? "", /^twin: The connection cannot run\. twin .* would use the file .*, as sales does\./u)
      assert.notMatch(worker.written(), /xoxb-/u)
      const { text } = yield* worker.ask("/metrics")
      for (const [connection, { slack }] of Object.entries({ sales, ops })) {
        const labels = { connection, workspace: slack.teamId, outcome: "success" }
        assert.deepStrictEqual(valuesOf(text, "rollcall_syncs_total", labels), [1])
      }
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
    }).pipe(Effect.scoped),
  )

  it.live("takes up what changes in the file, and lets the rest of the connections be", () =>
    Effect.gen(function* () {
      const { folder, path, write, environment } = yield* world
      const sales = yield* workspace(folder, "sales", 20)
      const ops = yield* workspace(folder, "ops", 20)
      write(sales.entry(), "  ops:\n    every: 6h")
      const worker = yield* startWorker({ environment, program: quickPasses })
      yield* worker.answers("/ready", 200)
      yield* becomes(worker, { ops: "Failed", sales: "Connected" })
      yield* worker.says(/The connection ops \(.*, line 6\) has no token, .* Write .*token-file/u)
      write(sales.entry(), ops.entry())
      for (const file of [sales.file, ops.file]) yield* worker.says(`is in ${file}`)
      yield* becomes(worker, { ops: "Connected", sales: "Connected" })
      writeFileSync(path, "connections: [")
      yield* worker.says(/The connections stay as they are\. The file of connections .* is not valid YAML/u)
      write(ops.entry())
      yield* worker.says(/The connection was removed\./u)
      yield* becomes(worker, { ops: "Connected" })
      const { text } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(valuesOf(text, "rollcall_syncs_total", { connection: "sales" }), [])
      assert.strictEqual(sales.slack.calls()["users.list"], 1)
      assert.strictEqual(ops.slack.calls()["users.list"], 1)
    }).pipe(Effect.scoped),
  )

  it.live(
    "is as well as its process, whatever is wrong with a token, and tells of a connection that lacks something",
    () =>
      Effect.gen(function* () {
        const { folder, write, environment } = yield* world
        const sales = yield* workspace(folder, "sales", 20)
        const ops = yield* workspace(folder, "ops", 20, { botScopes: ["users:read", "team:read"] })
        const waiting = yield* workspace(folder, "waiting", 20)
        writeFileSync(join(folder, "sales.token"), "xoxb-of-another-workspace")
        const seldom = "every: 0 3 1 1 *"
        const refused = sales.entry([seldom, `file: ${join(folder, "refused.c1z")}`]).replace("sales:", "refused:")
        write(sales.entry(), ops.entry(), waiting.entry([seldom]), refused)
        const worker = yield* startWorker({ environment })
        yield* worker.answers("/ready", 200)
        yield* becomes(worker, { ops: "Degraded", refused: "Failed", sales: "Failed", waiting: "Connected" })
        assert.strictEqual((yield* worker.ask("/health")).status, 200)
      }).pipe(Effect.scoped),
  )

  it.live("is paused, resumed and asked for a sync over a socket of this user, also by a worker after it", () =>
    Effect.gen(function* () {
      const { folder, path, write, environment } = yield* world
      const sales = yield* workspace(folder, "sales", 20)
      const ops = yield* workspace(folder, "ops", 20)
      write(sales.entry(), ops.entry())
      const state = { ...environment, BATON_C1Z_TEMP_DIR: folder }
      const worker = yield* startWorker({ environment: state })
      yield* worker.answers("/ready", 200)
      for (const file of [sales.file, ops.file]) yield* worker.says(`is in ${file}`)
      yield* becomes(worker, { ops: "Connected", sales: "Connected" })
      const socket = connectionsFolder(path, folder)
      assert.strictEqual(statSync(controlSocket(socket)).mode & 0o777, 0o600)
      assert.strictEqual(statSync(socket).mode & 0o777, 0o700)
      const ask = (name: string, asked: ConnectionRequest) => askWorker(socket, { name, request: asked })
      const paused = yield* ask("sales", "pause")
      assert.deepStrictEqual(
        paused.map(({ name, state: how }) => [name, how]),
        [
          ["ops", "Connected"],
          ["sales", "Paused"],
        ],
      )
      const whilePaused = yield* Effect.flip(ask("sales", "sync-now"))
      assert.strictEqual(whilePaused.kind, "usage")
      assert.strictEqual(whilePaused.message, "sales is paused.")
      assert.strictEqual((yield* Effect.flip(ask("none", "pause"))).message, "There is no connection none.")
      const malformed = yield* Effect.promise(
        () =>
          new Promise<number | undefined>((done) =>
            request({ socketPath: controlSocket(socket), method: "POST", path: "/%/pause" }, (reply) =>
              done(reply.resume().statusCode),
            ).end(),
          ),
      )
      assert.strictEqual(malformed, 500)
      yield* ask("ops", "sync-now")
      yield* until(Effect.sync(() => ops.slack.calls()["users.list"] === 2))
      yield* worker.kill("SIGKILL")
      yield* worker.ended

      const next = yield* startWorker({ environment: state })
      yield* next.answers("/ready", 200)
      yield* becomes(next, { ops: "Connected", sales: "Paused" })
      assert.strictEqual(sales.slack.calls()["users.list"], 1)
      yield* ask("sales", "resume")
      yield* until(Effect.sync(() => sales.slack.calls()["users.list"] === 2))
      yield* becomes(next, { ops: "Connected", sales: "Connected" })
      yield* next.kill("SIGTERM")
      assert.strictEqual(yield* next.ended, 0)
      const nobody = yield* Effect.flip(ask("sales", "resume"))
      assert.match(nobody.message, /^No worker serves these connections/u)
    }).pipe(Effect.scoped),
  )

  it.live("takes up what is added by command beside an empty file, also after a restart, until it is removed", () =>
    Effect.gen(function* () {
      const { folder, path, environment } = yield* world
      writeFileSync(path, "connections:\n")
      const ops = yield* workspace(folder, "ops", 20)
      const state = { ...environment, BATON_C1Z_TEMP_DIR: folder }
      const worker = yield* startWorker({ environment: state })
      yield* worker.answers("/ready", 200)
      const socket = connectionsFolder(path, folder)
      const add = (added: StoredConnection) => askWorker(socket, { name: added.name, request: "add", added })
      const refusalOf = (added: StoredConnection) =>
        Effect.map(Effect.flip(add(added)), ({ kind, message }) => [kind, message])
      const shown = yield* add(ops.added())
      assert.deepStrictEqual(
        shown.map(({ name, isAdded }) => [name, isAdded]),
        [["ops", true]],
      )
      yield* worker.says(`is in ${ops.file}`)
      assert.deepStrictEqual(storedIds(ops.file), expectedIds(ops.slack))
      assert.deepStrictEqual(yield* refusalOf(ops.added()), ["usage", "A connection ops was added before."])
      assert.deepStrictEqual(yield* refusalOf({ name: "two", labels: {}, settings: { token: "xoxb-1-secret" } }), [
        "usage",
        "token (added by command) must say where the secret is found, and not be the secret.",
      ])
      assert.deepStrictEqual(yield* refusalOf({ ...ops.added({ file: ops.file }), name: "two" }), [
        "usage",
        `two (added by command) would use the file ${ops.file}, as ops does.`,
      ])
      yield* worker.kill("SIGKILL")
      yield* worker.ended

      const next = yield* startWorker({ environment: state })
      yield* next.answers("/ready", 200)
      yield* becomes(next, { ops: "Connected" })
      assert.deepStrictEqual(yield* askWorker(socket, { name: "ops", request: "remove" }), [])
      yield* becomes(next, {})
      assert.isTrue(existsSync(ops.file))
      assert.strictEqual(
        (yield* Effect.flip(askWorker(socket, { name: "ops", request: "remove" }))).message,
        "There is no connection ops.",
      )
      assert.notMatch(next.written() + worker.written(), /xoxb-/u)
    }).pipe(Effect.scoped),
  )

  it.live(
    "keeps one that lent access for a time until that is over, and lets the file win where both have a name",
    () =>
      Effect.gen(function* () {
        const { folder, path, write, environment } = yield* world
        const [sales, ops] = [yield* workspace(folder, "sales", 20), yield* workspace(folder, "ops", 20)]
        write(sales.entry())
        const state = { ...environment, BATON_C1Z_TEMP_DIR: folder }
        const worker = yield* startWorker({ environment: state, program: quickPasses })
        yield* worker.answers("/ready", 200)
        const socket = connectionsFolder(path, folder)
        const leases = join(folder, "ops-leases.db")
        yield* askWorker(socket, { name: "ops", request: "add", added: ops.added({ leases }) })
        const user = { resourceType: "user", resource: "U1" }
        const entitlement = {
          id: "group:S1:member",
          resource: { resourceType: "group", resource: "S1" },
          slug: "member",
        }
        const lease: Lease = {
          id: "a",
          connector: "slack",
          tenant: "T-of-nobody",
          entitlement,
          principal: user,
          begunAt: "2026-01-01T00:00:00.000Z",
          endsAt: "2126-01-01T00:00:00.000Z",
          state: "active",
        }
        const put = (one: Lease) =>
          Effect.provide(
            LeaseStore.use((store) => store.put(one)),
            leaseStoreFile(leases),
          )
        yield* put(lease)
        const remove = askWorker(socket, { name: "ops", request: "remove" })
        const refused = yield* Effect.flip(remove)
        assert.strictEqual(refused.kind, "usage")
        assert.strictEqual(refused.message, "ops has 1 open lease, which nothing would end once it is removed.")
        assert.include(refused.hint, `rollcall leases list --leases ${leases}`)
        const ofFile = yield* Effect.flip(askWorker(socket, { name: "sales", request: "remove" }))
        assert.match(ofFile.message, /^The connection sales stands in a file: .*connections\.yaml, line 2\.$/u)
        yield* becomes(worker, { ops: "Connected", sales: "Connected" })

        write(sales.entry(), ops.entry(["every: 2h"]))
        yield* worker.says(/The connection ops that was added is not used, as .*connections\.yaml, line 6 has one/u)
        yield* askWorker(socket, { name: "ops", request: "pause" })
        yield* put({ ...lease, state: "ended", closedAs: "expired" })
        yield* remove
        yield* worker.says(/that was added was removed, and that of the file goes on/u)
        yield* becomes(worker, { ops: "Paused", sales: "Connected" })
      }).pipe(Effect.scoped),
  )

  it.live("pauses all where what it kept is damaged, and works without keeping anything where it may not write", () =>
    Effect.gen(function* () {
      const { folder, path, write, environment } = yield* world
      const sales = yield* workspace(folder, "sales", 20)
      write(sales.entry())
      const kept = connectionsFolder(path, folder)
      mkdirSync(kept)
      writeFileSync(join(kept, "connections.db"), "no database ".repeat(100))
      const damaged = yield* startWorker({ environment: { ...environment, BATON_C1Z_TEMP_DIR: folder } })
      yield* damaged.says(
        /All connections are paused.*connections\.db is damaged.*was moved to .*connections\.db\.damaged/u,
      )
      yield* damaged.answers("/ready", 200)
      yield* becomes(damaged, { sales: "Paused" })
      yield* damaged.kill("SIGTERM")
      writeFileSync(join(folder, "a-file"), "")
      const nowhere = join(folder, "a-file", "below")
      const worker = yield* startWorker({ environment: { ...environment, BATON_C1Z_TEMP_DIR: nowhere } })
      yield* worker.says(
        /After a restart it will not be known what was added and paused\. The folder .* cannot be made/u,
      )
      yield* worker.answers("/ready", 200)
    }).pipe(Effect.scoped),
  )

  it.live("keeps two connections of one workspace below its limits together, and one of another apart from them", () =>
    Effect.gen(function* () {
      const { folder, write, environment } = yield* world
      // A Slack that takes no call early, but for what the network may hold up the one before.
      const strict = { rateLimits: "published", hiddenBurst: 1, speed: 2 } as const
      const sales = yield* workspace(folder, "sales", 20, strict)
      const ops = yield* workspace(folder, "ops", 20, { ...strict, seed: 7 })
      const published = (entry: string) => entry.replace("rate-limits: off", "rate-limits: published")
      const again = sales.entry([`file: ${join(folder, "again.c1z")}`]).replace("  sales:", "  again:")
      assert.notStrictEqual(sales.slack.teamId, ops.slack.teamId)
      write(...[again, ops.entry(), sales.entry()].map(published))
      const worker = yield* startWorker({ environment })
      for (const name of ["ops", "sales", "again"]) yield* worker.says(`is in ${join(folder, `${name}.c1z`)}`)
      assert.strictEqual(sales.slack.calls()["users.list"], 2)
      const { text } = yield* worker.ask("/metrics")
      const waits = (connection: string) =>
        valuesOf(text, "rollcall_api_call_waits_total", { connection, key: "users.list" })
      assert.deepStrictEqual(waits("ops"), [])
      // One of the two waits for the other, and sometimes again for what the timer was early.
      assert.lengthOf([...waits("sales"), ...waits("again")], 1)
    }).pipe(Effect.scoped),
  )

  it.live("names connection, connector and workspace in logs, traces, the last metrics and the archive", () =>
    Effect.gen(function* () {
      const { folder, write, environment } = yield* world
      const sales = yield* workspace(folder, "sales", 20)
      const ops = yield* workspace(folder, "ops", 20, { seed: 7 })
      write(sales.entry(), ops.entry())
      const collector = yield* startCollector
      const worker = yield* startWorker({
        environment: {
          ...environment,
          BATON_ARCHIVE: join(folder, "archive"),
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_METRIC_EXPORT_INTERVAL: "3600000",
        },
      })
      const summariesOf = ({ teamId }: SimulatedSlack) => {
        const place = join(folder, "archive", teamId)
        const names = existsSync(place) ? readdirSync(place) : []
        return names.filter((name) => /^[^.].*\.json$/u.test(name)).map((name) => join(place, name))
      }
      for (const { file } of [sales, ops]) yield* worker.says(`is in ${file}`)
      for (const { slack } of [sales, ops]) yield* until(Effect.sync(() => summariesOf(slack).length > 0))
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)

      for (const [connection, { slack, file }] of Object.entries({ sales, ops })) {
        const bears = { connection, connector: "slack-pro", workspace: slack.teamId }
        const line = worker.logs().find(({ message }) => message.includes(`is in ${file}`))
        assert.deepInclude(line?.annotations, bears)
        for (const path of ["/v1/traces", "/v1/metrics", "/v1/logs"]) {
          for (const value of [...Object.keys(bears), ...Object.values(bears)]) {
            assert.include(collector.received(path), value, path)
          }
        }
        const summary = JSON.parse(readFileSync(summariesOf(slack)[0] ?? "", "utf8"))
        assert.deepInclude(summary, { connection })
        assert.deepInclude(summary.workspace, { id: slack.teamId })
      }
      assert.include(collector.received("/v1/metrics"), "rollcall_syncs_total")
    }).pipe(Effect.scoped),
  )

  it.live("opens one with a secret that Rollcall keeps, and again with one that is put in its place", () =>
    Effect.gen(function* () {
      const { folder, path, write, environment } = yield* world
      const ops = yield* workspace(folder, "ops", 20)
      write("  sales: { every: 6h }")
      const stores = Effect.provide(connectionStoreIn(connectionsFolder(path, folder)), { local: true })
      const put = (secret: string) =>
        stores(SecretStore.use((store) => store.put({ connection: "ops", setting: "token" }, Redacted.make(secret))))
      const { "token-file": _, ...settings } = ops.added().settings
      const added = { ...ops.added(), settings: { ...settings, token: { stored: "true" } } }
      yield* stores(ConnectionStore.use((store) => store.add(added)))
      const worker = yield* startWorker({
        environment: { ...environment, BATON_C1Z_TEMP_DIR: folder },
        program: quickPasses,
      })
      yield* worker.says(/^The connection cannot run\. token \(added by command\) is not kept any more\./u)
      yield* put("xoxb-of-another-workspace")
      yield* worker.says(/^The sync failed\. .*invalid_auth/u)
      yield* put(ops.slack.botToken)
      yield* worker.says(/^The connection starts/u, 1)
      yield* worker.says(`is in ${ops.file}`)
      yield* becomes(worker, { ops: "Connected", sales: "Failed" })
      yield* askWorker(connectionsFolder(path, folder), { name: "ops", request: "remove" })
      assert.deepStrictEqual(yield* stores(SecretStore.use(({ all }) => all)), [])
      assert.notMatch(worker.written(), /xoxb-/u)
    }).pipe(Effect.scoped),
  )

  it.live("judges by what syncs took in an earlier process which ones fit into the memory at once", () =>
    Effect.gen(function* () {
      const { folder, path, write, environment } = yield* world
      const [sales, ops] = [yield* workspace(folder, "sales", 20), yield* workspace(folder, "ops", 20)]
      write(sales.entry(), ops.entry())
      const large = 1_900_000_000
      const store = Effect.provide(connectionStoreIn(connectionsFolder(path, folder)), { local: true })
      const names = ["sales", "ops"]
      yield* store(ConnectionStore.use(({ setPeak }) => Effect.forEach(names, (name) => setPeak(name, large))))
      const limits = { BATON_C1Z_TEMP_DIR: folder, BATON_MEMORY_LIMIT: "2Gi" }
      const worker = yield* startWorker({ environment: { ...environment, ...limits } })
      yield* worker.says(/The sync waits until others have ended\./u)
      for (const { file } of [sales, ops]) yield* worker.says(`is in ${file}`)
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
      const peaks = yield* store(ConnectionStore.use((kept) => kept.peaks))
      for (const name of names) {
        assert.isAbove(peaks.get(name) ?? 0, 0)
        assert.isBelow(peaks.get(name) ?? large, large)
      }
    }).pipe(Effect.scoped),
  )

  it.live("ends with 78 where its file is not there, and each connection lets the others run one by one", () =>
    Effect.gen(function* () {
      const { folder, write, environment } = yield* world
      const missing = yield* startWorker({ environment })
      assert.strictEqual(yield* missing.ended, 78)
      yield* missing.says(/The file of connections .*connections\.yaml does not exist\. Check the path/u)
      const sales = yield* workspace(folder, "sales", 20)
      const ops = yield* workspace(folder, "ops", 20)
      write(sales.entry(), ops.entry())
      const worker = yield* startWorker({ environment: { ...environment, BATON_CONCURRENT_SYNCS: "1" } })
      yield* worker.says(/The sync waits until others have ended\./u)
      yield* worker.answers("/ready", 200)
      yield* becomes(worker, { ops: "Connected", sales: "Connected" })
      const memory = yield* startWorker({ environment: { ...environment, BATON_MEMORY_LIMIT: "much" } })
      assert.strictEqual(yield* memory.ended, 78)
      yield* memory.says(/BATON_MEMORY_LIMIT cannot be used\. It is no amount of memory/u)
    }).pipe(Effect.scoped),
  )
})
