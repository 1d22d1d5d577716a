// `rollcall connections`, as a process, against a real worker.
import { assert, describe, it } from "@effect/vitest"
import { startSimulator } from "@rollcall/slack-simulator"
import { bundled } from "@rollcall/test-kit/bundles"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Schedule } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { runRollcall, startRollcall } from "./runRollcall.ts"

const worker = await bundled("worker")

const world = Effect.gen(function* () {
  const slack = yield* startSimulator({ users: 20, userGroups: 2, rateLimits: "off" })
  const folder = yield* scratchFolder("connections")
  writeFileSync(join(folder, "token"), slack.botToken)
  const entry = `    token-file: token\n    base-url: ${slack.webApiUrl}\n    rate-limits: off\n    labels: { team: Sales }`
  writeFileSync(join(folder, "connections.yaml"), `connections:\n  sales:\n${entry}\n`)
  const environment = { BATON_CONNECTIONS: "connections.yaml", BATON_C1Z_TEMP_DIR: folder }
  const run = (...args: ReadonlyArray<string>) => runRollcall(["connections", ...args], { folder, environment })
  return { slack, folder, environment, run }
})

describe("rollcall connections", () => {
  it.live("shows the connections of the worker, and pauses, resumes and syncs one", () =>
    Effect.gen(function* () {
      const { slack, folder, environment, run } = yield* world
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          startRollcall([], { folder, main: worker, environment: { ...environment, BATON_EVERY: "6h" } }),
        ),
        (started) => Effect.sync(() => started.signal("SIGKILL")),
      )
      const listed = yield* run("list").pipe(
        Effect.repeat({
          schedule: Schedule.spaced("100 millis"),
          until: ({ out }) => /Connected +\d{4}-/u.test(out),
        }),
      )
      assert.match(
        listed.out,
        /^Name +State +Last Sync +Next Sync +Labels +Because\nsales +Connected +\d{4}-.* team=Sales/u,
      )
      assert.strictEqual(listed.err, "")
      const paused = yield* run("pause", "sales", "-o", "json")
      assert.strictEqual(paused.code, 0, paused.err)
      const [shown] = JSON.parse(paused.out).connections
      assert.deepStrictEqual([shown.name, shown.state, shown.labels], ["sales", "Paused", { team: "Sales" }])
      const refused = yield* run("sync-now", "sales")
      assert.deepStrictEqual([refused.code, refused.out], [64, ""])
      assert.include(refused.err, "sales is paused.")
      assert.include(refused.err, "Run `rollcall connections resume sales` first.")
      assert.strictEqual((yield* run("resume", "sales")).code, 0)
      assert.strictEqual((yield* run("sync-now", "sales")).code, 0)
      yield* Effect.repeat(
        Effect.sync(() => slack.calls()["users.list"]),
        {
          schedule: Schedule.spaced("25 millis"),
          until: (calls) => calls === 2,
        },
      )
      const unknown = yield* run("pause", "slaes")
      assert.strictEqual(unknown.code, 64)
      assert.include(unknown.err, "There is no connection slaes.")
    }).pipe(Effect.scoped),
  )

  it.live("shows those of the file where no worker runs, with what is wrong with them", () =>
    Effect.gen(function* () {
      const { folder, run } = yield* world
      const listed = yield* run("list", "-o", "csv")
      assert.strictEqual(listed.code, 0, listed.err)
      assert.strictEqual(
        listed.out,
        "Name,State,Last Sync,Next Sync,Labels,Because\r\nsales,Not running,,,team=Sales,\r\n",
      )
      assert.include(listed.err, "No worker serves these connections on this machine")
      const nobody = yield* run("pause", "sales")
      assert.strictEqual(nobody.code, 69)
      assert.include(nobody.err, "Start rollcall-worker with the same BATON_CONNECTIONS")
      writeFileSync(join(folder, "connections.yaml"), "connections:\n  sales: {}\n  Ops: {}\n")
      const wrong = yield* run("list")
      assert.strictEqual(wrong.code, 78)
      assert.match(wrong.out, /sales +Not running/u)
      assert.match(wrong.err, /names a connection "Ops"/u)
      const unnamed = yield* runRollcall(["connections", "list"], { folder })
      assert.strictEqual(unnamed.code, 64)
      assert.include(unnamed.err, "Set BATON_CONNECTIONS, or name it with --connections.")
    }).pipe(Effect.scoped),
  )
})
