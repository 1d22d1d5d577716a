// What settings mean to a worker for ConductorOne: each is acted on, or a line at the start says that it is not.
import { assert, describe, it } from "@effect/vitest"
import { storedIds } from "@rollcall/test-kit/oracle"
import { Effect } from "effect"
import { serviceWorld } from "./serviceWorld.ts"

describe("BATON_SKIP_ENTITLEMENTS_AND_GRANTS", () => {
  it.live(
    "has no effect on what is uploaded, because missing grants would be read as removed, and a warning says so",
    () =>
      Effect.gen(function* () {
        const { start, done } = yield* serviceWorld()
        const worker = yield* start({ environment: { BATON_SKIP_ENTITLEMENTS_AND_GRANTS: "true" } })
        const { assets } = yield* done({ syncFull: {} })
        const kinds = storedIds(assets[0]?.path ?? "").map((id) => id.split(" ")[0])
        assert.sameMembers([...new Set(kinds)], ["resource", "entitlement", "grant"])
        yield* worker.says("so BATON_SKIP_ENTITLEMENTS_AND_GRANTS has no effect.")
      }).pipe(Effect.scoped),
  )
})

describe("BATON_STRICT", () => {
  it.live("makes the gaps of a sync an error in the log; the file is still uploaded", () =>
    Effect.gen(function* () {
      const { start, done } = yield* serviceWorld({ slack: { botScopes: ["team:read", "users:read"] } })
      const worker = yield* start({ environment: { BATON_STRICT: "true" } })
      const { id, assets } = yield* done({ syncFull: {} })
      assert.strictEqual(assets.length, 1)
      yield* worker.says("BATON_STRICT allows no gaps, but the sync lacks ")
      const line = worker.logs().find(({ message }) => message.startsWith("BATON_STRICT"))
      assert.deepInclude(line, { level: "ERROR" })
      assert.strictEqual(line?.annotations["taskId"], id)
    }).pipe(Effect.scoped),
  )
})

describe("BATON_SKIP_FULL_SYNC", () => {
  it.live("is logged at the start and with each sync that it skips", () =>
    Effect.gen(function* () {
      const { start, done } = yield* serviceWorld()
      const worker = yield* start({ environment: { BATON_SKIP_FULL_SYNC: "true" } })
      yield* worker.answers("/ready", 200)
      const warnings = () =>
        worker.logs().filter(({ level, message }) => level === "WARN" && message.includes("BATON_SKIP_FULL_SYNC"))
      assert.strictEqual(warnings().length, 1)
      const { id, assets } = yield* done({ syncFull: {} })
      assert.strictEqual(assets.length, 0)
      assert.strictEqual(warnings()[1]?.annotations["taskId"], id)
    }).pipe(Effect.scoped),
  )
})

describe("BATON_PROVISIONING", () => {
  it.live("allows grants; without it they are refused with the setting to use", () =>
    Effect.gen(function* () {
      const { start, done } = yield* serviceWorld()
      yield* start({ environment: { BATON_PROVISIONING: "" } })
      const grant = {
        entitlement: { id: "group:S1:member" },
        principal: { id: { resourceType: "user", resource: "U1" } },
      }
      const { outcome } = yield* done({ grant })
      assert.strictEqual(outcome?.status?.code, 9)
      assert.include(outcome?.status?.message ?? "", "BATON_PROVISIONING=true")
    }).pipe(Effect.scoped),
  )
})

describe("a worker without BATON_BUSINESS_PLUS_TOKEN", () => {
  it.live("names it when ConductorOne asks for what needs it", () =>
    Effect.gen(function* () {
      const { start, done } = yield* serviceWorld()
      yield* start({ environment: { BATON_BUSINESS_PLUS_TOKEN: "" } })
      const grant = {
        entitlement: { id: "group:S1:member", resource: { id: { resourceType: "group", resource: "S1" } } },
        principal: { id: { resourceType: "user", resource: "U1" } },
      }
      const tasks = [
        { grant },
        { revoke: { grant } },
        { actionInvoke: { name: "disable_user", args: { user_id: "U1" } } },
        { actionInvoke: { name: "enable_user", args: { user_id: "U1" } } },
      ]
      for (const task of tasks) {
        const { outcome } = yield* done(task)
        assert.strictEqual(outcome?.status?.code, 9)
        assert.match(outcome?.status?.message ?? "", /^The Business\+ token \(BATON_BUSINESS_PLUS_TOKEN\) is missing/)
      }
    }).pipe(Effect.scoped),
  )
})

describe("BATON_TASK_CONCURRENCY", () => {
  it.live("requests twice as many tasks in one call with BATON_GET_TASKS", () =>
    Effect.gen(function* () {
      const { c1, start, done } = yield* serviceWorld()
      yield* start({ environment: { BATON_GET_TASKS: "true", BATON_TASK_CONCURRENCY: "7" } })
      yield* done({ listEventFeeds: {} })
      const asked = c1.captured().find(({ call }) => call === "GetTasks")
      assert.deepInclude(asked?.message, { pageSize: 14 })
    }).pipe(Effect.scoped),
  )
})

describe("BATON_HOST_ID", () => {
  it.live("is the id by which ConductorOne knows the worker", () =>
    Effect.gen(function* () {
      const { c1, start } = yield* serviceWorld()
      const worker = yield* start({ environment: { BATON_HOST_ID: "slack-of-acme" } })
      yield* worker.answers("/ready", 200)
      const hello = c1.captured().find(({ call }) => call === "Hello")
      assert.deepInclude(hello?.message, { hostId: "slack-of-acme" })
    }).pipe(Effect.scoped),
  )
})

describe("the hello of a worker", () => {
  it.live("describes in a sentence what its connector does", () =>
    Effect.gen(function* () {
      const { c1, start } = yield* serviceWorld()
      const worker = yield* start()
      yield* worker.answers("/ready", 200)
      const hello = c1.captured().find(({ call }) => call === "Hello")
      assert.match(JSON.stringify(hello?.message), /"description":"Reads accounts, workspaces, roles, user groups/)
    }).pipe(Effect.scoped),
  )
})

describe("BATON_C1_API_HOST", () => {
  it.live("is called instead of the host in the client id", () =>
    Effect.gen(function* () {
      const { c1, start } = yield* serviceWorld()
      const worker = yield* start({ environment: { BATON_C1_API_HOST: "localhost:1" } })
      yield* worker.says(/The registration with ConductorOne failed\..* localhost:1: /)
      assert.isUndefined(c1.calls()["token"])
    }).pipe(Effect.scoped),
  )
})

describe("a setting that only a schedule uses", () => {
  it.live("is named at the start, with its source", () =>
    Effect.gen(function* () {
      const { start } = yield* serviceWorld()
      const worker = yield* start({
        args: ["--every=6h"],
        environment: { BATON_FILE: "roll.c1z", BATON_KEEP_SYNC_COUNT: "3", BATON_SKIP_CLEANUP: "false" },
      })
      yield* worker.says(/so BATON_FILE, BATON_KEEP_SYNC_COUNT, BATON_SKIP_CLEANUP, --every have no effect\.$/)
    }).pipe(Effect.scoped),
  )
})
