// A worker without ConductorOne: a real process, a simulated Slack, real probes.
import { assert, describe, it } from "@effect/vitest"
import { listArchive } from "@rollcall/archive"
import { startC1 } from "@rollcall/c1-simulator"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { valuesOf } from "./samplesOf.ts"
import { startWorker } from "./workerProcess.ts"

const world = Effect.gen(function* () {
  const slack = yield* startSimulator({ users: 60, userGroups: 3, rateLimits: "off" })
  const file = join(yield* scratchFolder("worker"), "sync.c1z")
  const environment = {
    BATON_TOKEN: slack.botToken,
    BATON_BASE_URL: slack.webApiUrl,
    BATON_RATE_LIMITS: "off",
    BATON_FILE: file,
    BATON_EVERY: "6h",
  }
  return { slack, file, environment }
})

describe("a standalone worker", () => {
  it.live("syncs immediately, answers its probes, has metrics, and ends with 0 on SIGTERM", () =>
    Effect.gen(function* () {
      const { slack, file, environment } = yield* world
      const worker = yield* startWorker({ environment })
      yield* worker.says(/is in .*sync\.c1z/)
      assert.strictEqual((yield* worker.ask("/live")).status, 200)
      assert.strictEqual((yield* worker.ask("/ready")).status, 200)
      assert.match((yield* worker.ask("/health")).text, /^\{"status":"healthy","timestamp":"[\d-]+T[\d:.]+Z"\}\n$/)
      const { text: metrics } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(valuesOf(metrics, "rollcall_syncs_total", { outcome: "success" }), [1])
      assert.deepStrictEqual(
        valuesOf(metrics, "rollcall_api_calls_total", { system: "slack", method: "users.list", result: "ok" }),
        [1],
      )

      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
      assert.deepStrictEqual(storedIds(file), expectedIds(slack))
    }).pipe(Effect.scoped),
  )

  it.live("keeps a dated copy of each sync in the archive, and goes on where that fails", () =>
    Effect.gen(function* () {
      const { file, environment } = yield* world
      const archive = `${file}-history`
      const worker = yield* startWorker({ environment: { ...environment, BATON_ARCHIVE: archive } })
      yield* worker.says(/The sync is archived as /)
      const [copy] = yield* listArchive(archive)
      assert.deepStrictEqual(readFileSync(copy?.file ?? ""), readFileSync(file))
      const { text } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(valuesOf(text, "rollcall_archive_copies_total", { outcome: "success" }), [1])
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)

      const failing = yield* startWorker({ environment: { ...environment, BATON_ARCHIVE: file } })
      yield* failing.says(/The sync was not archived\. The archive cannot use /)
      const metrics = yield* failing.ask("/metrics")
      assert.deepStrictEqual(valuesOf(metrics.text, "rollcall_archive_copies_total", { outcome: "error" }), [1])
      assert.deepStrictEqual(valuesOf(metrics.text, "rollcall_syncs_total", { outcome: "success" }), [1])
      yield* failing.kill("SIGTERM")
      assert.strictEqual(yield* failing.ended, 0)
    }).pipe(Effect.scoped),
  )

  it.live("names at its start the settings that only tasks of ConductorOne use, and ignores them", () =>
    Effect.gen(function* () {
      const { slack, file, environment } = yield* world
      const { clientSecret } = yield* startC1()
      const worker = yield* startWorker({
        args: ["--audit-file=audit.ndjson"],
        environment: {
          ...environment,
          BATON_SKIP_FULL_SYNC: "true",
          BATON_PROVISIONING: "true",
          BATON_GET_TASKS: "true",
          BATON_TASK_CONCURRENCY: "5",
          BATON_C1_API_HOST: "localhost:1",
          BATON_CLIENT_SECRET: clientSecret,
          BATON_HOST_ID: "rollcall",
        },
      })
      yield* worker.says(/is in .*sync\.c1z/)
      assert.deepStrictEqual(storedIds(file), expectedIds(slack))
      assert.deepStrictEqual(
        worker
          .logs()
          .filter(({ level }) => level === "WARN")
          .map(({ message }) => message),
        [
          "Without BATON_CLIENT_ID no task comes from ConductorOne, so BATON_CLIENT_SECRET, BATON_C1_API_HOST, " +
            "BATON_PROVISIONING, BATON_SKIP_FULL_SYNC, BATON_TASK_CONCURRENCY, BATON_GET_TASKS, --audit-file have no effect.",
        ],
      )
    }).pipe(Effect.scoped),
  )

  it.live("ends with 78 at its start, before any call, if the output is a file that no sync can replace", () =>
    Effect.gen(function* () {
      const { slack, file, environment } = yield* world
      writeFileSync(file, "somebody's notes")
      const worker = yield* startWorker({ environment: { ...environment, BATON_EVERY: "0 3 1 1 *" } })
      assert.strictEqual(yield* worker.ended, 78)
      yield* worker.says(/sync\.c1z is not a \.c1z file.* Move that file away/)
      assert.deepStrictEqual(slack.calls(), {})
      assert.strictEqual(readFileSync(file, "utf8"), "somebody's notes")
    }).pipe(Effect.scoped),
  )

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    it.live(`that waits for the next sync says that it stops, and ends with 0, on ${signal}`, () =>
      Effect.gen(function* () {
        const { environment } = yield* world
        const worker = yield* startWorker({ environment: { ...environment, BATON_EVERY: "0 3 1 1 *" } })
        yield* worker.says("The token opens")
        yield* worker.kill(signal)
        assert.strictEqual(yield* worker.ended, 0)
        assert.strictEqual(worker.logs().at(-1)?.message, "Stopping.")
      }).pipe(Effect.scoped),
    )
  }

  it.live("names the host to which a file of its folder would send the token of another source", () =>
    Effect.gen(function* () {
      const { environment } = yield* world
      const { BATON_BASE_URL: url, ...others } = environment
      const folder = yield* scratchFolder("worker")
      writeFileSync(join(folder, ".baton.yaml"), `base-url: ${url}\n`)
      const worker = yield* startWorker({ environment: others, shell: `cd '${folder}';` })
      yield* worker.says(new RegExp(`BATON_TOKEN sent to ${new URL(url).host.replaceAll(".", "\\.")}`))
    }).pipe(Effect.scoped),
  )

  it.live("keeps what it has read when it is stopped during a sync, and the next worker resumes the sync", () =>
    Effect.gen(function* () {
      const { slack, file, environment } = yield* world
      slack.addFaults([{ method: "usergroups.list", fault: { kind: "never" } }])
      const first = yield* startWorker({ environment })
      yield* first.says("Step finished.", 1)
      yield* first.kill("SIGTERM")
      assert.strictEqual(yield* first.ended, 0)
      assert.isFalse(existsSync(file))

      const second = yield* startWorker({ environment })
      yield* second.says("Sync resumed.")
      yield* second.says(/is in .*sync\.c1z/)
    }).pipe(Effect.scoped),
  )
})

describe("a standalone worker whose file was written by an earlier one", () => {
  /** The settings of a worker over a file that holds sixty people, and the file's bytes. */
  const withSixty = Effect.gen(function* () {
    const { file, environment } = yield* world
    const worker = yield* startWorker({ environment })
    yield* worker.says(/is in .*sync\.c1z/)
    yield* worker.kill("SIGTERM")
    assert.strictEqual(yield* worker.ended, 0)
    const against = (options: { readonly users: number; readonly seed?: number }) =>
      Effect.map(startSimulator({ userGroups: 3, rateLimits: "off", ...options }), (slack) => ({
        ...environment,
        BATON_TOKEN: slack.botToken,
        BATON_BASE_URL: slack.webApiUrl,
      }))
    return { file, bytes: readFileSync(file), against }
  })

  it.live("does not replace the file if far fewer people are left, and replaces it if that is accepted", () =>
    Effect.gen(function* () {
      const { file, bytes, against } = yield* withSixty
      const environment = yield* against({ users: 5 })
      const held = yield* startWorker({ environment })
      yield* held.says(/The sync failed\. .*61 user before, 6 now/)
      yield* held.kill("SIGTERM")
      assert.strictEqual(yield* held.ended, 0)
      assert.isTrue(readFileSync(file).equals(bytes))

      const accepting = yield* startWorker({ environment: { ...environment, BATON_ALLOW_SHRINK_UNTIL: "9999-12-31" } })
      yield* accepting.says(/is in .*sync\.c1z/)
      assert.isFalse(readFileSync(file).equals(bytes))
    }).pipe(Effect.scoped),
  )

  it.live("ends with 78 if the file holds another workspace", () =>
    Effect.gen(function* () {
      const { file, bytes, against } = yield* withSixty
      const worker = yield* startWorker({ environment: yield* against({ users: 60, seed: 2 }) })
      assert.strictEqual(yield* worker.ended, 78)
      assert.isTrue(readFileSync(file).equals(bytes))
    }).pipe(Effect.scoped),
  )
})
