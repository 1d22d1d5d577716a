// What is remembered of each connection for its page: its log lines, its syncs and its tasks.
import { assert, describe, it } from "@effect/vitest"
import type { C1Event } from "@rollcall/c1-tasks"
import { builtIn } from "@rollcall/host"
import { Effect, Logger } from "effect"
import { ConnectionLogs } from "../../src/connections/ConnectionLogs.ts"
import { makeRecentWork } from "../../src/connections/recentWork.ts"
import { consoleModules, formModuleOf } from "../../src/console/consoleModules.ts"

describe("the log lines of a connection", () => {
  it.effect(
    "are the last hundred, of that connection alone, without tokens and addresses, and no longer than a thousand",
    () =>
      Effect.gen(function* () {
        const elsewhere: Array<string> = []
        const others = Logger.make(({ message }) => void elsewhere.push(String(message)))
        yield* Effect.gen(function* () {
          const logs = yield* ConnectionLogs
          const log = (text: string, connection?: string) =>
            connection === undefined
              ? Effect.logInfo(text)
              : Effect.annotateLogs(Effect.logWarning(text), { connection })
          yield* log("of nobody")
          for (let at = 0; at < 150; at++) yield* log(`line ${at}`, "sales")
          yield* log(`xoxb-1234-5678-abcdefghijkl of ada@example.com ${"x".repeat(5000)}`, "ops")
          const lines = logs.of("sales")
          assert.lengthOf(lines, 100)
          assert.deepStrictEqual([lines[0]?.text, lines[99]?.text, lines[0]?.level], ["line 149", "line 50", "WARN"])
          const [line, ...more] = logs.of("ops")
          assert.deepStrictEqual(more, [])
          assert.match(line?.text ?? "", /^<secret> of <address> x+$/u)
          assert.lengthOf(line?.text ?? "", 1000)
          assert.deepStrictEqual(logs.of("nobody"), [])
        }).pipe(Effect.provide(ConnectionLogs.layer), Effect.provide(Logger.layer([others])))
        assert.lengthOf(elsewhere, 152, "what others write of it is all there")
      }),
  )
})

describe("the recent work of a connection", () => {
  it("says how far a sync is, and what came of the last five", () => {
    const recent = makeRecentWork()
    assert.isUndefined(recent.progress())
    const sync = { syncId: "s", resumed: false } as const
    const opened = {
      _tag: "SyncOpened",
      tenant: { id: "T", displayName: "T" },
      sync,
      steps: [
        { id: "users", title: "people" },
        { id: "groups", title: "groups" },
      ],
    } as const
    for (let at = 0; at < 7; at++) {
      recent.observe(opened, at * 10)
      recent.observe({ _tag: "StepStarted", step: "users", title: "people", resumed: false }, at * 10)
      recent.observe({ _tag: "StepStarted", step: "groups", title: "groups", resumed: false }, at * 10)
      recent.observe(
        { _tag: "PageCommitted", step: "users", pages: 1, records: 1200, announced: { read: 1200, of: 5000 } },
        1,
      )
      recent.observe({ _tag: "StepEnded", step: "groups", pages: 1, records: 34 }, 1)
      assert.strictEqual(recent.progress(), "1,234 records read; reads people (1,200 of 5,000)")
      recent.observe({ _tag: "Publishing" }, 1)
      assert.strictEqual(recent.progress(), "1,234 records read; the file is written")
      recent.ended(at === 6 ? "error" : "success", at === 6 ? "It was refused." : undefined, at * 10 + 5)
      assert.isUndefined(recent.progress())
    }
    const [last, ...before] = recent.syncs()
    assert.deepStrictEqual(last, { begun: 60, ended: 65, outcome: "error", records: 1234, why: "It was refused." })
    assert.deepStrictEqual(
      before.map(({ begun }) => begun),
      [50, 40, 30, 20],
    )
  })

  it("has a task once, from when it is received until it has ended", () => {
    const recent = makeRecentWork()
    const tell = (event: C1Event, now: number) => recent.task(event, now)
    tell({ _tag: "TaskReceived", taskId: "a", kind: "syncFull" }, 100)
    assert.deepStrictEqual(recent.tasks(), [{ id: "a", kind: "syncFull", received: 100 }])
    tell({ _tag: "TaskReceived", taskId: "b", kind: "grant" }, 150)
    const end = { outcome: "error", code: 5, message: "There is no such group." } as const
    tell({ _tag: "TaskFinished", taskId: "a", kind: "syncFull", end, millis: 100 }, 200)
    assert.deepStrictEqual(recent.tasks(), [
      { id: "a", kind: "syncFull", received: 100, ended: 200, outcome: "error", why: "There is no such group." },
      { id: "b", kind: "grant", received: 150 },
    ])
  })
})

describe("the connectors of the console", () => {
  it.effect("ask for no address and no path, and are given those that the process says", () =>
    Effect.gen(function* () {
      const modules = yield* consoleModules(builtIn, ["base-url=http://127.0.0.1:1/api/", "rate-limits=off"])
      assert.deepStrictEqual([...modules.keys()], ["slack-business-plus", "slack-pro"])
      const pro = formModuleOf([...modules.values()].find(({ module }) => module.id === "slack-pro") ?? assert.fail())
      assert.deepStrictEqual(
        pro.fields.map(({ name, type, isRequired }) => [name, type, isRequired]),
        [["token", "secret", true]],
      )
      assert.deepStrictEqual(pro.fixed, [
        ["base-url", "http://127.0.0.1:1/api/"],
        ["rate-limits", "off"],
      ])
      const plus = formModuleOf([...modules.values()].find(({ module }) => module.id !== "slack-pro") ?? assert.fail())
      const types = new Map(plus.fields.map(({ name, type }) => [name, type]))
      assert.deepStrictEqual(
        [types.get("gov-env"), types.get("sso-enabled"), types.get("scim-base-url")],
        ["yes", "choice", undefined],
      )
    }),
  )

  it.effect.each<readonly [what: string, given: string, why: RegExp]>([
    ["no pair", "xoxb-1-secret", /has an entry that is not setting=value/u],
    ["no setting of a connector", "file=/etc/x", /names file, which is no setting of a connector/u],
    ["a secret", "token=xoxb-1-secret", /gives token, which is a secret/u],
    ["a value that cannot be", "rate-limits=fast", /gives rate-limits, which must be one of published/u],
    ["an address without TLS", "base-url=http://evil.example/", /gives base-url, which must be a URL/u],
  ])("are not given %s", ([, given, why]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(consoleModules(builtIn, [given]))
      assert.match(error.message, why)
      assert.strictEqual(error.kind, "configuration")
      assert.notInclude(error.message, "xoxb-1-secret")
    }),
  )
})
