// What `rollcall connections` asks one worker of a connection that another one serves: real processes on one database.
import { assert, describe, it } from "@effect/vitest"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Schema } from "effect"
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
        const workers = yield* Effect.all([start("one"), start("two")])
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
})
