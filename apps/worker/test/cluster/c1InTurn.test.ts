// Two workers on one database that work for a simulated ConductorOne: real processes that are killed and stopped.
import { assert, describe, it } from "@effect/vitest"
import { bundledProgram } from "@rollcall/test-kit/bundles"
import { startC1 } from "@rollcall/c1-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Redacted } from "effect"
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { startWorker, until } from "../workerProcess.ts"

const quickCluster = await bundledProgram(new URL("../quickCluster.ts", import.meta.url))

/** A workspace of six slow pages of accounts, a ConductorOne, and two workers between them, known by their host ids. */
const world = Effect.gen(function* () {
  const folder = yield* scratchFolder("c1-cluster")
  const url = yield* (yield* sharedPostgres).freshDatabase
  const slack = yield* startSimulator({
    users: 5000,
    userGroups: 2,
    rateLimits: "off",
    faults: [{ method: "users.list", times: 6, fault: { kind: "delay", millis: 700 } }],
  })
  const c1 = yield* startC1({ nextPollMillis: 200, nextHeartbeatMillis: 1000 })
  const connections = join(folder, "connections.yaml")
  writeFileSync(join(folder, "token"), slack.botToken)
  writeFileSync(join(folder, "secret"), c1.clientSecret)
  writeFileSync(
    connections,
    `connections:
  sales:
    token-file: ${join(folder, "token")}
    base-url: "${slack.webApiUrl}"
    rate-limits: off
    client-id: "${c1.clientId}"
    client-secret-file: ${join(folder, "secret")}
`,
  )
  const start = (replica: string) =>
    startWorker({
      program: quickCluster,
      folder,
      environment: {
        BATON_CONNECTIONS: connections,
        BATON_DATABASE_URL: Redacted.value(url),
        BATON_EXTRA_CA_FILE: c1.caFile,
        BATON_HOST_ID: replica,
        BATON_C1Z_TEMP_DIR: join(folder, replica),
        BATON_FILE: join(folder, "sync.c1z"),
        BATON_LOG_FORMAT: "json",
      },
    }).pipe(Effect.map((worker) => ({ replica, ...worker })))
  const workers = yield* Effect.all([start("one"), start("two")])
  const add = Effect.map(c1.addTasks([{ syncFull: {} }]), ([id = ""]) => id)
  /** What a worker has called since the entry of this number, and before it registered again. */
  const callsOf = (replica: string, since: number) => {
    const calls = c1
      .captured()
      .slice(since)
      .flatMap(({ call, message }) => (Object(message).hostId === replica ? [call] : []))
    return calls.slice(0, calls.includes("Hello") ? calls.indexOf("Hello") : undefined)
  }
  /** Waits until a worker reads this task; gives it. */
  const reading = (id: string) =>
    Effect.gen(function* () {
      yield* until(Effect.sync(() => (c1.task(id)?.heartbeats ?? 0) > 0 && (slack.calls()["users.list"] ?? 0) >= 3))
      return (
        workers.find(({ replica }) => c1.captured().some(({ message }) => Object(message).hostId === replica)) ??
        assert.fail("nobody registered")
      )
    })
  const isRight = (path: string) => JSON.stringify(storedIds(path)) === JSON.stringify(expectedIds(slack))
  return { folder, workers, slack, c1, add, callsOf, reading, isRight }
})

describe.skipIf(!hasPostgres)("workers that share a database, for ConductorOne", () => {
  it.live("finish the task of one that is killed as one that can be given again, once, and do the next one", () =>
    Effect.gen(function* () {
      const { folder, workers, c1, add, reading, isRight, slack } = yield* world
      const id = yield* add
      yield* (yield* reading(id)).kill("SIGKILL")
      const { outcome } = yield* c1.untilFinished(id)
      assert.deepInclude(outcome?.status, { message: "The worker that had this task was lost; ask again." })
      assert.deepInclude(outcome?.finalState.value, { nonRetryable: false })
      const next = yield* c1.untilFinished(yield* add)
      assert.strictEqual(next.outcome?.finalState.case, "success")
      assert.isTrue(isRight(next.assets[0]?.path ?? ""))
      // Six pages, and the one that was on its way: the next one went on after the last page that was stored.
      const read = slack.calls()["users.list"] ?? 0
      assert.isAtMost(read, 8)
      // What was uploaded is read again by the one after it.
      const last = yield* c1.untilFinished(yield* add)
      assert.deepStrictEqual([last.outcome?.finalState.case, slack.calls()["users.list"]], ["success", read + 6])
      // How much was uploaded is known to whichever comes next, not in a folder of the one that did.
      assert.lengthOf(
        workers.flatMap(({ logs }) => logs().filter((line) => /No previous upload/u.test(line.message))),
        1,
      )
      const kept = workers.flatMap(({ replica }) => readdirSync(join(folder, replica)))
      assert.isEmpty(kept.filter((name) => name.startsWith("upload-")))
      assert.deepStrictEqual(
        c1.tasks().map(({ finishes }) => finishes.length),
        [1, 1, 1],
      )
    }).pipe(Effect.scoped),
  )

  it.live("make no call for a connection that another one has taken over while they were paused", () =>
    Effect.gen(function* () {
      const { c1, add, callsOf, reading } = yield* world
      const id = yield* add
      const paused = yield* reading(id)
      yield* paused.kill("SIGSTOP")
      yield* c1.untilFinished(id)
      const takenOver = c1.captured().length
      const next = yield* c1.untilFinished(yield* add)
      assert.strictEqual(next.outcome?.finalState.case, "success")
      yield* paused.kill("SIGCONT")
      yield* paused.says(/ConductorOne was not called. Another worker has taken over/u)
      // One call may have been between the question and its sending. Once it has the connection again, it registers again.
      const late = callsOf(paused.replica, takenOver)
      assert.isAtMost(late.length, 1)
      assert.notInclude(late, "FinishTask")
      assert.deepStrictEqual(
        c1.tasks().map(({ finishes }) => finishes.length),
        [1, 1],
      )
    }).pipe(Effect.scoped),
  )
})
