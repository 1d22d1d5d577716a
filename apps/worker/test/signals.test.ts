// How the worker comes to its end when it is told to, whenever that is.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { fileURLToPath } from "node:url"
import { serviceWorld } from "./serviceWorld.ts"
import { sources, startWorker, until } from "./workerProcess.ts"

/** gRPC's code. https://grpc.io/docs/guides/status-codes */
const cancelled = 1

describe("a worker that is stopped", () => {
  it.live(
    "lets a change finish and reports it to ConductorOne, says that it is not ready, and ignores a second signal",
    () =>
      Effect.gen(function* () {
        const slackClock = yield* TestClock.make()
        const { slack, c1, start } = yield* serviceWorld({ slackClock })
        slack.addFaults([{ method: "scim.groups.patch", fault: { kind: "delay", millis: 1000 } }])
        const worker = yield* start()
        const group = [...slack.state()].flatMap((entry) => ("group" in entry ? [entry] : []))[0]
        const member = group?.members[0] ?? ""
        const [id = ""] = yield* c1.addTasks([
          {
            revoke: {
              grant: {
                entitlement: { id: `group:${group?.group}:member` },
                principal: { id: { resourceType: "user", resource: member } },
              },
            },
          },
        ])
        yield* worker.says("Audit: revoke begun.")
        yield* until(Effect.sync(() => slack.calls()["scim.groups.patch"] === 1))
        yield* worker.kill("SIGTERM")
        yield* worker.answers("/ready", 503)
        assert.strictEqual(worker.logs().filter(({ message }) => message === "Stopping.").length, 1)
        yield* worker.kill("SIGTERM")
        yield* worker.kill("SIGINT")
        assert.strictEqual((yield* worker.ask("/live")).status, 200)
        yield* slackClock.adjust("1 second")
        assert.strictEqual(yield* worker.ended, 0)
        assert.strictEqual(c1.task(id)?.outcome?.finalState.case, "success")
        const after = [...slack.state()].flatMap((entry) => ("group" in entry ? [entry] : []))
        assert.isFalse(after.find((entry) => entry.group === group?.group)?.members.includes(member))
      }).pipe(Effect.scoped),
  )

  it.live("reports a task that its last poll brings as cancelled", () =>
    Effect.gen(function* () {
      const c1Clock = yield* TestClock.make()
      yield* c1Clock.setTime(yield* Clock.currentTimeMillis)
      const { c1, start } = yield* serviceWorld({
        c1: { faults: [{ method: "GetTask", fault: { kind: "delay", millis: 1000 } }] },
        c1Clock,
      })
      const worker = yield* start()
      yield* c1.until(() => c1.calls()["GetTask"] === 1)
      yield* worker.kill("SIGTERM")
      yield* worker.says("Stopping.")
      const [id = ""] = yield* c1.addTasks([{ syncFull: {} }])
      yield* c1Clock.adjust("1 second")
      assert.strictEqual(yield* worker.ended, 0)
      const { handedOut, outcome, assets } = c1.task(id) ?? {}
      assert.deepStrictEqual([handedOut, outcome?.status?.code, assets?.length], [1, cancelled, 0])
      assert.strictEqual(c1.calls()["GetTask"], 1)
    }).pipe(Effect.scoped),
  )

  it.live("ends with 0 while it is still being loaded, from its sources and as a bundle", () =>
    Effect.gen(function* () {
      for (const program of [sources, undefined]) {
        const worker = yield* startWorker({
          environment: {
            NODE_OPTIONS: `--import ${fileURLToPath(new URL("signalAtFirstImport.ts", import.meta.url))}`,
          },
          program,
        })
        assert.strictEqual(yield* worker.ended, 0)
        assert.match(worker.written(), /^a signal while main\.m?[jt]s imports\n$/u)
      }
    }).pipe(Effect.scoped),
  )
})
