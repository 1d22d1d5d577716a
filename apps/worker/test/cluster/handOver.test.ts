// A worker that is told to stop, as Kubernetes tells a pod, while locks would outlive the test: what it served goes on elsewhere all the same.
import { assert, describe, it } from "@effect/vitest"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { Effect } from "effect"
import { until } from "../workerProcess.ts"
import { clusterWorld, serving, timesSaid } from "./clusterWorld.ts"

/** Locks that outlive the test: another worker takes over only what is handed over. */
const patient = { TEST_TIMES: JSON.stringify({ lockExpires: 1200, lockRefreshed: 2 }) }

describe.skipIf(!hasPostgres)("a worker that is stopped", () => {
  it.live("hands its connections over, and the sync that it was at goes on after the last page", () =>
    Effect.gen(function* () {
      const faults = [{ method: "users.list", times: "always", fault: { kind: "delay", millis: 1500 } }] as const
      const small = ["a", "b", "c", "d", "e", "f"]
      const { start, slacks, isRight } = yield* clusterWorld({
        sales: { users: 5000, faults },
        ...Object.fromEntries(small.map((name) => [name, {}])),
      })
      const pages = () => slacks.get("sales")?.calls()["users.list"] ?? 0
      const workers = yield* Effect.all([start("one", patient), start("two", patient)])
      // Each that comes takes its share, and after that nothing moves by itself.
      const serves = /serves the connection from now on/u
      yield* until(Effect.sync(() => workers.every((one) => small.some((name) => timesSaid(one, serves, name) > 0))))
      const { server } = yield* serving(workers, "sales")
      yield* until(Effect.sync(() => pages() >= 2))
      assert.isFalse(isRight("sales"))
      yield* server.kill("SIGTERM")
      assert.strictEqual(yield* server.ended, 0)
      yield* until(Effect.sync(() => isRight("sales")))
      // Six pages, and those that were on their way as it moved.
      assert.isAtMost(pages(), 8)
    }).pipe(Effect.scoped),
  )
})
