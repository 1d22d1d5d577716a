// What `rollcall connections` asks one worker of a connection that another one serves: real processes on one database.
import { assert, describe, it } from "@effect/vitest"
import type { Lease } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import { databaseLayer, leaseStorePostgres } from "@rollcall/postgres"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer, Redacted, Schema } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { until } from "../workerProcess.ts"
import type { ClusterWorker } from "./clusterWorld.ts"
import { clusterWorld, serving, timesSaid } from "./clusterWorld.ts"

const decodeList = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Struct({
      connections: Schema.Array(
        Schema.Struct({
          name: Schema.String,
          state: Schema.String,
          because: Schema.optional(Schema.String),
          lastSync: Schema.optional(Schema.String),
        }),
      ),
    }),
  ),
)

describe.skipIf(!hasPostgres)("a worker that is asked for a connection that another one serves", () => {
  it.live(
    "lists it as it is there, and pauses, resumes and syncs it there, and takes it over when that one stops",
    () =>
      Effect.gen(function* () {
        const { start, ask, slacks } = yield* clusterWorld(
          { hr: { users: 5, seed: 1 }, sales: { users: 20, seed: 2 } },
          { settings: { hr: "leases: hr.leases.db" } },
        )
        const often = { TEST_TIMES: JSON.stringify({ readConnections: 2 }) }
        const workers = yield* Effect.all([start("one", often), start("two", often)])
        for (const one of workers) yield* one.answers("/ready", 200)
        const another = Effect.map(serving(workers, "sales"), ({ other }) => other)
        const ok = (to: ClusterWorker, ...args: ReadonlyArray<string>) =>
          Effect.map(ask(to, ...args), ({ code, out, err }) => {
            assert.strictEqual(code, 0, err)
            return out
          })
        const shown = (name: string, to: ClusterWorker) =>
          Effect.map(ok(to, "list", "-o", "json"), (out) =>
            decodeList(out).connections.find((one) => one.name === name),
          )
        const is = (state: string) =>
          Effect.forEach(workers, (one) => until(Effect.map(shown("sales", one), (found) => found?.state === state)))
        const published = () => workers.reduce((sum, one) => sum + timesSaid(one, /Sync published/u, "sales"), 0)

        yield* until(Effect.sync(() => published() === 1))
        yield* is("Connected")
        assert.isDefined((yield* shown("sales", yield* another))?.lastSync)
        for (const one of workers) {
          const refused = yield* shown("hr", one)
          assert.strictEqual(refused?.state, "Failed")
          assert.match(
            refused?.because ?? "",
            /^hr \(.*, line \d+\) names a file of leases, and workers that share a database keep leases there\. Take leases out of its entry\./u,
          )
        }

        yield* ok(yield* another, "pause", "sales")
        yield* is("Paused")
        for (const one of workers) {
          assert.deepInclude(yield* ask(one, "sync-now", "sales"), { code: 64, out: "" })
        }
        yield* ok(yield* another, "resume", "sales")
        yield* is("Connected")
        for (const times of [2, 3]) {
          yield* ok(yield* another, "sync-now", "sales")
          yield* until(Effect.sync(() => published() === times))
          assert.strictEqual(slacks.get("sales")?.calls()["users.list"], times)
        }

        const { server, other } = yield* serving(workers, "sales")
        const before = (yield* shown("sales", other))?.lastSync ?? ""
        yield* server.kill("SIGTERM")
        assert.strictEqual(yield* server.ended, 0)
        yield* until(Effect.map(shown("sales", other), (found) => found?.state === "Connected"))
        const after = (yield* shown("sales", other))?.lastSync ?? ""
        // The database has when it was published, which is a little later or earlier than the worker says.
        assert.approximately(Date.parse(after), Date.parse(before), 60_000)
        assert.strictEqual(slacks.get("sales")?.calls()["users.list"], 3)
      }).pipe(Effect.scoped),
  )

  it.live("has it synced though the one that serves it is killed before that begins", () =>
    Effect.gen(function* () {
      const { start, ask, slacks } = yield* clusterWorld({ sales: { users: 20 } })
      const workers = yield* Effect.all([start("one"), start("two")])
      const slack = slacks.get("sales") ?? assert.fail("there is no workspace")
      const pages = () => slack.calls()["users.list"] ?? 0
      const published = () => workers.reduce((sum, one) => sum + timesSaid(one, /Sync published/u, "sales"), 0)
      for (const one of workers) yield* one.answers("/ready", 200)
      yield* until(Effect.sync(() => published() === 1))
      const syncNow = Effect.gen(function* () {
        const { other } = yield* serving(workers, "sales")
        assert.strictEqual((yield* ask(other, "sync-now", "sales")).code, 0)
      })
      // The next one stands still at its first page, and another one is to come after it.
      const before = pages()
      slack.addFaults([{ method: "users.list", fault: { kind: "delay", millis: 15_000 } }])
      yield* syncNow
      yield* until(Effect.sync(() => pages() > before))
      yield* syncNow
      const { server } = yield* serving(workers, "sales")
      yield* server.kill("SIGKILL")
      yield* until(Effect.sync(() => published() === 3))
      assert.isAtMost(pages(), before + 4)
    }).pipe(Effect.scoped),
  )

  it.live("has a connection that was removed and added again begun from the start by one that has not seen it go", () =>
    Effect.gen(function* () {
      const { folder, start, ask, slacks } = yield* clusterWorld({ sales: { users: 5 }, ops: { users: 20, seed: 2 } })
      const token = join(folder, "ops.token")
      const settings = [`base-url=${slacks.get("ops")?.webApiUrl}`, "rate-limits=off"].flatMap((one) => ["--set", one])
      const add = ["add", "again", "--secret-file", `token=${token}`, ...settings]
      // Longer than the two commands take.
      const seldom = { TEST_TIMES: JSON.stringify({ readConnections: 5 }) }
      const workers = yield* Effect.all([start("one", seldom), start("two", seldom)])
      for (const one of workers) yield* one.answers("/ready", 200)
      const [first] = workers
      const published = () => workers.reduce((sum, one) => sum + timesSaid(one, /Sync published/u, "again"), 0)
      assert.strictEqual((yield* ask(first, ...add)).code, 0)
      yield* until(Effect.sync(() => published() === 1))
      const { other } = yield* serving(workers, "again")
      for (const args of [["remove", "again"], add]) assert.strictEqual((yield* ask(other, ...args)).code, 0)
      yield* until(Effect.sync(() => published() === 2))
    }).pipe(Effect.scoped),
  )
})

/** Access that a connection has granted in a workspace that none of these serves. */
const granted: Lease = {
  id: "a",
  tenant: "T9",
  connector: "slack",
  entitlement: { id: "group:S1:member", resource: { resourceType: "group", resource: "S1" }, slug: "member" },
  principal: { resourceType: "user", resource: "U1" },
  begunAt: "2026-11-29T00:00:00.000Z",
  endsAt: "2036-11-29T00:00:00.000Z",
  state: "active",
}

describe.skipIf(!hasPostgres)("a command on a machine without a worker", () => {
  it.live("asks over the database what it else asks over the socket, and keeps there what a worker is to find", () =>
    Effect.gen(function* () {
      const { start, ask, slacks, folder, url } = yield* clusterWorld(
        { sales: { users: 20 }, c1: { users: 5, seed: 2 }, hr: { users: 5 } },
        {
          settings: { c1: "client-id: a@127.0.0.1:9/b, client-secret-file: c1.token", hr: "leases: hr.leases.db" },
        },
      )
      const here = { replica: "elsewhere", environment: { BATON_DATABASE_URL: Redacted.value(url), BATON_EVERY: "6h" } }
      const slack = slacks.get("sales") ?? assert.fail("there is no workspace")
      const run = (...args: ReadonlyArray<string>) => ask(here, ...args)
      const ends = (code: number, says: RegExp, ...args: ReadonlyArray<string>) =>
        Effect.map(run(...args), (ended) => {
          assert.strictEqual(ended.code, code, ended.err)
          assert.match(ended.out + ended.err, says, args.join(" "))
        })
      const isAs = (state: string, name: string, from: { readonly replica: string } = here) =>
        until(
          Effect.map(ask(from, "list", "-o", "json"), ({ out }) =>
            decodeList(out).connections.some((one) => one.name === name && one.state === state),
          ),
        )
      const token = join(folder, "sales.token")
      const add = ["add", "ops", "--secret-file", `token=${token}`, "--set", `base-url=${slack.webApiUrl}`]

      yield* ends(0, /sales +Not running[^]*No worker runs that shares the database; these are those/u, "list")
      yield* ends(69, /so nobody syncs sales\.\n.*on any machine/u, "sync-now", "sales")
      yield* ends(64, /hr cannot run\. hr .* names a file of leases/u, "sync-now", "hr")
      yield* ends(0, /sales +Paused[^]*; one that starts keeps to it/u, "pause", "sales")
      yield* ends(64, /There is no connection slaes/u, "pause", "slaes")
      yield* ends(64, /c1 works for ConductorOne/u, "sync-now", "c1")
      yield* ends(0, /ops +Not running[^]*; one that starts takes up ops/u, ...add)
      yield* ends(64, /A connection ops was added before/u, ...add)

      const worker = yield* start("one", { TEST_TIMES: JSON.stringify({ readConnections: 1 }) })
      const published = (name: string) => timesSaid(worker, /Sync published/u, name)
      yield* isAs("Connected", "ops")
      yield* isAs("Paused", "sales", worker)
      assert.strictEqual(published("sales"), 0)
      yield* ends(64, /sales is paused/u, "sync-now", "sales")
      yield* ends(0, /^Name.*\nsales +(?:Setting up|Connected)/u, "resume", "sales")
      yield* isAs("Connected", "sales")
      yield* until(Effect.sync(() => published("sales") === 1))
      yield* ends(0, /sales/u, "sync-now", "sales")
      yield* until(Effect.sync(() => published("sales") === 2))

      yield* ends(64, /The connection sales stands in a file/u, "remove", "sales")
      const leases = Layer.provide(leaseStorePostgres("ops"), databaseLayer({ url }))
      const put = (lease: Lease) =>
        Effect.provide(
          LeaseStore.use((store) => store.put(lease)),
          leases,
        )
      yield* put(granted)
      yield* ends(64, /ops has 1 open lease, which nothing would end/u, "remove", "ops")
      yield* put({ ...granted, state: "ended", closedAs: "expired", closedAt: granted.endsAt })
      yield* ends(0, /ops was removed/u, "remove", "ops")
      yield* until(Effect.map(ask(worker, "list"), ({ out }) => !/^ops /mu.test(out)))

      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
      yield* ends(69, /so nobody syncs sales/u, "sync-now", "sales")
      assert.isFalse(existsSync(join(folder, here.replica)))
    }).pipe(Effect.scoped),
  )
})
