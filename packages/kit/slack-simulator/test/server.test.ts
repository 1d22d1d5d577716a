import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { makeSimulator, readyLine, Simulator, startSimulator } from "../src/index.ts"
import { call, request } from "./calling.ts"

describe("a started simulator", () => {
  it.effect("takes a free port of loopback, and tells where it is in one line", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ port: 0 })
      const line = readyLine(slack)
      assert.notInclude(line, "\n")
      assert.deepStrictEqual(JSON.parse(line), {
        webApiUrl: `http://127.0.0.1:${slack.port}/api/`,
        scimUrl: `http://127.0.0.1:${slack.port}/scim/`,
        botToken: slack.botToken,
        userToken: slack.userToken,
        plan: "pro",
      })
    }),
  )

  it.effect("stops with its scope, cutting off whoever still waits", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const faults = [{ method: "auth.test", fault: { kind: "never" } }] as const
      const slack = yield* Scope.provide(startSimulator({ faults }), scope)
      const waiting = yield* Effect.forkChild(Effect.exit(call(slack, "auth.test")), { startImmediately: true })
      while (slack.calls()["auth.test"] === undefined) yield* Effect.promise(() => new Promise(setImmediate))
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.isFailure(yield* Fiber.join(waiting)))
      yield* Effect.flip(call(slack, "auth.test"))
    }),
  )

  it.effect("says which port it cannot have", () =>
    Effect.gen(function* () {
      const { port } = yield* startSimulator()
      const error = yield* Effect.flip(startSimulator({ port }))
      assert.strictEqual(error.reason, "CannotListen")
      assert.strictEqual(error.kind, "configuration")
      assert.include(error.message, String(port))
    }),
  )

  it.effect("refuses options out of their bounds, naming the option", () =>
    Effect.gen(function* () {
      for (const options of [{ users: -1 }, { users: 1_000_001 }, { users: 1.5 }, { port: 70_000 }, { speed: 0 }]) {
        const error = yield* Effect.flip(makeSimulator(options))
        assert.strictEqual(error.reason, "BadOption")
        assert.include(error.message, `["${Object.keys(options)[0]}"]`)
      }
    }),
  )

  it.effect("is a service to those who test with layers", () =>
    Effect.gen(function* () {
      const slack = yield* Simulator
      assert.isTrue((yield* call(slack, "api.test")).json["ok"])
    }).pipe(Effect.provide(Simulator.layer({ users: 1 }))),
  )
})

describe("GET /_simulator/calls", () => {
  it.effect("counts requests by method, refused ones too", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ users: 5 })
      assert.deepStrictEqual((yield* request(slack, "/_simulator/calls")).json, {})
      yield* call(slack, "users.list", { limit: "2" })
      yield* call(slack, "users.list", { limit: "2" }, "wrong")
      yield* call(slack, "auth.test")
      yield* request(slack, "/scim/v2/Users")
      const counted = { "auth.test": 1, "scim.users.list": 1, "users.list": 2 }
      assert.deepStrictEqual((yield* request(slack, "/_simulator/calls")).json, counted)
      assert.deepStrictEqual(slack.calls(), counted)
    }),
  )
})

describe("any other path", () => {
  it.effect("is not found, and does no harm", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator()
      for (const path of ["/", "//", "/api", "/_simulator/nothing", "/%zz?%"]) {
        assert.strictEqual((yield* request(slack, path)).status, 404)
      }
    }),
  )
})

describe("a simulator called in process", () => {
  it.effect("answers through its fetch as over HTTP", () =>
    Effect.gen(function* () {
      const [inProcess, served] = [yield* makeSimulator({ users: 30 }), yield* startSimulator({ users: 30 })]
      const reply = yield* Effect.promise(() =>
        inProcess.fetch(`${inProcess.webApiUrl}users.list`, {
          method: "POST",
          headers: { authorization: `Bearer ${inProcess.botToken}` },
          body: new URLSearchParams({ limit: "7" }),
        }),
      )
      const overHttp = yield* call(served, "users.list", { limit: "7" })
      assert.strictEqual(reply.headers.get("x-oauth-scopes"), overHttp.headers.get("x-oauth-scopes"))
      assert.deepStrictEqual(yield* Effect.promise(() => reply.json()), overHttp.json)
    }),
  )

  it.effect("breaks off as a cut connection does", () =>
    Effect.gen(function* () {
      const slack = yield* makeSimulator({
        faults: [
          { method: "api.test", fault: { kind: "cut" } },
          { method: "api.test", call: 2, fault: { kind: "cut", after: 0 } },
        ],
      })
      const api = `${slack.webApiUrl}api.test`
      const reply = yield* Effect.promise(() => slack.fetch(api))
      yield* Effect.flip(Effect.tryPromise(() => reply.text()))
      yield* Effect.flip(Effect.tryPromise(() => slack.fetch(api)))
    }),
  )

  it.effect("is aborted by the signal of a call, with the signal's reason", () =>
    Effect.gen(function* () {
      const slack = yield* makeSimulator({ faults: [{ method: "api.test", fault: { kind: "never" } }] })
      const controller = new AbortController()
      const pending = slack.fetch(`${slack.webApiUrl}api.test`, { signal: controller.signal })
      controller.abort(new Error("enough"))
      const error = yield* Effect.flip(Effect.tryPromise({ try: () => pending, catch: (cause) => cause }))
      assert.strictEqual(error instanceof Error ? error.message : error, "enough")
    }),
  )
})
