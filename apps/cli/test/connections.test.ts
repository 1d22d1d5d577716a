// `rollcall connections`, as a process, against a real worker.
import { assert, describe, it } from "@effect/vitest"
import { startSimulator } from "@rollcall/slack-simulator"
import { bundled } from "@rollcall/test-kit/bundles"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Schedule } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runRollcall, startRollcall } from "./runRollcall.ts"

const worker = await bundled("worker")

const page = readFileSync(new URL("../../../docs/many-workspaces.md", import.meta.url), "utf8")
/** The commands by which the page adds and removes, without `rollcall connections`. */
const documented = [...page.matchAll(/^rollcall connections ((?:add|remove) [^#\n]*?) *(?:#.*)?$/gmu)].map(
  ([, command = ""]) => command,
)

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
          until: ({ out }) => /Connected +file +\d{4}-/u.test(out),
        }),
      )
      assert.match(
        listed.out,
        /^Name +State +From +Last Sync +Next Sync +Labels +Because\nsales +Connected +file +\d{4}-.* team=Sales/u,
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
        "Name,State,From,Last Sync,Next Sync,Labels,Because\r\nsales,Not running,file,,,team=Sales,\r\n",
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

  it.live("adds and removes as docs/many-workspaces.md says, where no worker runs for one that starts", () =>
    Effect.gen(function* () {
      const { slack, folder, environment, run } = yield* world
      const [add = [], remove = []] = documented.map((command) =>
        command.split(" ").map((word) => word.replace("http://127.0.0.1:8076/api/", slack.webApiUrl)),
      )
      writeFileSync(join(folder, "support.token"), slack.botToken)
      const added = yield* run(...add, "-o", "csv")
      assert.strictEqual(added.code, 0, added.err)
      assert.include(added.out, "ops,Not running,added,,,team=Ops,")
      assert.include(added.err, "one that starts takes up ops.")
      const listed = yield* run("list", "-o", "csv")
      assert.match(listed.out, /sales,Not running,file,.*\r\nops,Not running,added,/u)
      const refusals: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
        [add, "A connection ops was added before."],
        [["add", "x", "--set", "token=xoxb-1-secret"], "token (added by command) must say where the secret is found"],
        [["add", "x", "--secret-file", "xoxb-1-secret"], "--secret-file needs a name, = and a value."],
        [
          ["add", "x", "--secret-variable", "token=UNSET"],
          "token (added by command) names a variable that is not set.",
        ],
        [["add", "x", "--set", "every=1h", "--set", "every=2h"], "every is given twice."],
        [["add", "x", "--module", "./none.mjs"], "connector (added by command)"],
        [["remove", "sales"], "The connection sales stands in a file: connections.yaml, line 2."],
      ]
      for (const [args, says] of refusals) {
        const { code, out, err } = yield* run(...args)
        assert.deepStrictEqual([code, out], [64, ""], args.join(" "))
        assert.include(err, says)
        assert.notInclude(err, "xoxb-")
      }
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          startRollcall([], { folder, main: worker, environment: { ...environment, BATON_EVERY: "6h" } }),
        ),
        (started) => Effect.sync(() => started.signal("SIGKILL")),
      )
      yield* run("list").pipe(
        Effect.repeat({ schedule: Schedule.spaced("100 millis"), until: ({ out }) => /^ops +Connected/mu.test(out) }),
      )
      assert.include((yield* run(...add)).err, "A connection ops was added before.")
      const removed = yield* run(...remove)
      assert.deepStrictEqual([removed.code, removed.out], [0, ""])
      assert.include(removed.err, "ops was removed. Its files, copies and audit log stay.")
      assert.notMatch((yield* run("list")).out, /^ops/mu)
    }).pipe(Effect.scoped),
  )
})
