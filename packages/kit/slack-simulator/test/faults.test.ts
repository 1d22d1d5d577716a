import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { type Fault, type FaultKind, makeSimulator, type RunningSimulator, startSimulator } from "../src/index.ts"
import { call, request, walk, type Untyped } from "./calling.ts"

const started = (...faults: ReadonlyArray<Fault>) => startSimulator({ rateLimits: "off", users: 50, faults })
const onUsersList = (fault: FaultKind, when: Omit<Fault, "method" | "fault"> = {}): Fault => ({
  method: "users.list",
  ...when,
  fault,
})
const page = (slack: RunningSimulator, cursor?: string) =>
  call(slack, "users.list", { limit: "10", ...(cursor === undefined ? {} : { cursor }) })
const cursorOf = ({ json }: { readonly json: Record<string, Untyped> }): string => json["response_metadata"].next_cursor

describe("when a fault shows", () => {
  it.effect("is the first call of its method, once, unless told otherwise", () =>
    Effect.gen(function* () {
      const slack = yield* started(onUsersList({ kind: "htmlError" }))
      assert.strictEqual((yield* call(slack, "auth.test")).status, 200)
      assert.strictEqual((yield* page(slack)).status, 500)
      assert.strictEqual((yield* page(slack)).status, 200)
    }),
  )

  it.effect("is the call and the number of times asked for, or always", () =>
    Effect.gen(function* () {
      const statuses = (fault: Fault) =>
        Effect.gen(function* () {
          const slack = yield* started(fault)
          return yield* Effect.forEach([1, 2, 3, 4, 5], () => Effect.map(page(slack), ({ status }) => status))
        })
      const fault = { kind: "htmlError", status: 502 } as const
      assert.deepStrictEqual(yield* statuses(onUsersList(fault, { call: 2, times: 2 })), [200, 502, 502, 200, 200])
      assert.deepStrictEqual(
        yield* statuses(onUsersList(fault, { call: 3, times: "always" })),
        [200, 200, 502, 502, 502],
      )
    }),
  )

  it.effect("may be any method's call", () =>
    Effect.gen(function* () {
      const slack = yield* started({ method: "*", call: 2, fault: { kind: "htmlError" } })
      assert.strictEqual((yield* call(slack, "auth.test")).status, 200)
      assert.strictEqual((yield* call(slack, "team.info")).status, 500)
    }),
  )

  it.effect("counts from when it was posted, and ends when faults are cleared", () =>
    Effect.gen(function* () {
      const slack = yield* started()
      yield* page(slack)
      const post = (body: unknown) =>
        request(slack, "/_simulator/faults", { method: "POST", body: JSON.stringify(body) })
      const fault = onUsersList({ kind: "htmlError" }, { times: "always" })
      assert.deepStrictEqual((yield* post(fault)).json, { ok: true, faults: [fault] })
      assert.strictEqual((yield* page(slack)).status, 500)
      yield* request(slack, "/_simulator/faults", { method: "DELETE" })
      assert.strictEqual((yield* page(slack)).status, 200)
      assert.strictEqual((yield* post([fault, fault])).json["faults"].length, 2)
    }),
  )

  it.effect("is refused with what is wrong when it cannot be read", () =>
    Effect.gen(function* () {
      const slack = yield* started()
      for (const body of [
        "{",
        '{"method":"users.list"}',
        '{"method":"users.list","fault":{"kind":"rateLimited","after":3}}',
      ]) {
        const reply = yield* request(slack, "/_simulator/faults", { method: "POST", body })
        assert.strictEqual(reply.status, 400)
        assert.include(reply.json["error"], "cannot be read")
      }
    }),
  )
})

describe("faults in Slack's place", () => {
  it.effect("are a 429 with Retry-After, without one, or inside a 200", () =>
    Effect.gen(function* () {
      const slack = yield* started(
        onUsersList({ kind: "rateLimited" }),
        onUsersList({ kind: "rateLimited", retryAfter: 7 }, { call: 2 }),
        onUsersList({ kind: "rateLimited", retryAfter: null }, { call: 3 }),
        onUsersList({ kind: "rateLimitedInside" }, { call: 4 }),
      )
      const replies = yield* Effect.forEach([1, 2, 3, 4], () => page(slack))
      assert.deepStrictEqual(
        replies.map(({ status, headers }) => [status, headers.get("retry-after")]),
        [
          [429, "30"],
          [429, "7"],
          [429, null],
          [200, null],
        ],
      )
      for (const { json } of replies) assert.deepStrictEqual(json, { ok: false, error: "ratelimited" })
    }),
  )

  it.effect("are statuses with a page of HTML", () =>
    Effect.gen(function* () {
      const slack = yield* started(onUsersList({ kind: "htmlError", status: 502 }))
      const { status, headers, text } = yield* page(slack)
      assert.strictEqual(status, 502)
      assert.include(headers.get("content-type"), "text/html")
      assert.match(text, /^<!DOCTYPE html>/)
    }),
  )

  it.effect("are any error code of Slack's", () =>
    Effect.gen(function* () {
      const slack = yield* started(onUsersList({ kind: "error", error: "fatal_error" }))
      const { status, json } = yield* page(slack)
      assert.deepStrictEqual({ status, json }, { status: 200, json: { ok: false, error: "fatal_error" } })
    }),
  )

  it.effect("are JSON of the wrong shape: Slack's own turned wrong, or what is given", () =>
    Effect.gen(function* () {
      const slack = yield* started(
        onUsersList({ kind: "wrongShape" }),
        onUsersList({ kind: "wrongShape", body: ["what", 1] }, { call: 2 }),
      )
      assert.deepStrictEqual((yield* page(slack)).json, { ok: true, members: "unexpected" })
      assert.deepStrictEqual((yield* page(slack)).json, ["what", 1])
    }),
  )
})

describe("faults on the wire", () => {
  it.effect("are a complete reply with incomplete JSON", () =>
    Effect.gen(function* () {
      const slack = yield* started(onUsersList({ kind: "truncated" }))
      const half = yield* page(slack)
      const whole = yield* page(slack)
      assert.strictEqual(half.status, 200)
      assert.isTrue(whole.text.startsWith(half.text))
      assert.throws(() => JSON.parse(half.text))
    }),
  )

  it.effect("are a connection cut in mid-body, or before the first byte", () =>
    Effect.gen(function* () {
      const slack = yield* started(onUsersList({ kind: "cut" }), onUsersList({ kind: "cut", after: 0 }, { call: 2 }))
      yield* Effect.flip(page(slack))
      yield* Effect.flip(page(slack))
      assert.isTrue((yield* page(slack)).json["ok"])
    }),
  )

  it.effect("are an answer that comes late by the clock", () =>
    Effect.gen(function* () {
      const slack = yield* makeSimulator({ faults: [{ method: "*", fault: { kind: "delay", millis: 5000 } }] })
      const target = { method: "GET", target: "/api/api.test", headers: {}, body: "" }
      const fiber = yield* Effect.forkChild(slack.handle(target))
      yield* TestClock.adjust("4999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 200)
    }),
  )

  it.effect("are an answer that never comes: the client gives up, and the next call is answered", () =>
    Effect.gen(function* () {
      const slack = yield* started(onUsersList({ kind: "never" }))
      const waiting = yield* Effect.forkChild(page(slack), { startImmediately: true })
      // The count shows that the request has arrived.
      while (slack.calls()["users.list"] === undefined) yield* Effect.promise(() => new Promise(setImmediate))
      assert.isUndefined(waiting.pollUnsafe())
      yield* Fiber.interrupt(waiting)
      assert.isTrue((yield* page(slack)).json["ok"])
    }),
  )
})

describe("faults of tokens and cursors", () => {
  it.effect("are the death of both tokens from that call on, or of one, in each of Slack's ways", () =>
    Effect.gen(function* () {
      for (const error of ["token_revoked", "token_expired", "account_inactive", "invalid_auth"] as const) {
        const slack = yield* started({ method: "users.list", call: 2, fault: { kind: "revokeToken", error } })
        assert.isTrue((yield* page(slack)).json["ok"])
        assert.strictEqual((yield* page(slack)).json["error"], error)
        assert.strictEqual((yield* call(slack, "auth.test")).json["error"], error)
        assert.strictEqual((yield* call(slack, "auth.test", {}, slack.userToken)).json["error"], error)
      }
      const slack = yield* started({ method: "auth.test", fault: { kind: "revokeToken", token: "bot" } })
      assert.strictEqual((yield* call(slack, "auth.test")).json["error"], "token_revoked")
      assert.isTrue((yield* call(slack, "auth.test", {}, slack.userToken)).json["ok"])
    }),
  )

  it.effect("are cursors that have expired, while a new walk succeeds", () =>
    Effect.gen(function* () {
      const slack = yield* started(onUsersList({ kind: "expireCursors" }, { call: 3 }))
      const second = cursorOf(yield* page(slack))
      const third = cursorOf(yield* page(slack, second))
      assert.strictEqual((yield* page(slack, third)).json["error"], "invalid_cursor")
      assert.strictEqual((yield* page(slack, second)).json["error"], "invalid_cursor")
      assert.strictEqual((yield* walk(slack, { limit: "10" })).flat().length, 51)
    }),
  )

  it.effect("are cursors that lead in a circle, to the same page or to one before", () =>
    Effect.gen(function* () {
      const same = yield* started(onUsersList({ kind: "repeatCursor" }, { call: 2 }))
      const second = cursorOf(yield* page(same))
      assert.strictEqual(cursorOf(yield* page(same, second)), second)

      const wider = yield* started(onUsersList({ kind: "repeatCursor", back: 2 }, { call: 3, times: "always" }))
      const two = cursorOf(yield* page(wider))
      const three = cursorOf(yield* page(wider, two))
      assert.notStrictEqual(three, two)
      assert.strictEqual(cursorOf(yield* page(wider, three)), two)
    }),
  )
})

describe("faults of pages", () => {
  const idsOf = (members: ReadonlyArray<Record<string, Untyped>>): Array<string> =>
    members.map((member) => member["id"])

  it.effect("show the last member of the page before again", () =>
    Effect.gen(function* () {
      const slack = yield* started(onUsersList({ kind: "duplicateRecord" }, { call: 2 }))
      const [first, second] = yield* walk(slack, { limit: "10" })
      assert.strictEqual(second!.length, 11)
      assert.strictEqual(second![0]!["id"], first!.at(-1)!["id"])
    }),
  )

  it.effect("show a user group twice", () =>
    Effect.gen(function* () {
      const slack = yield* started({ method: "usergroups.list", fault: { kind: "duplicateRecord" } })
      const ids = idsOf((yield* call(slack, "usergroups.list")).json["usergroups"])
      assert.strictEqual(new Set(ids).size, ids.length - 1)
    }),
  )

  it.effect("put a malformed record beside all others", () =>
    Effect.gen(function* () {
      const sound = idsOf((yield* walk(yield* started())).flat())
      const slack = yield* started(
        onUsersList({ kind: "malformedRecord" }),
        onUsersList({ kind: "malformedRecord", record: null }),
        { method: "usergroups.list", fault: { kind: "malformedRecord", record: "S1" } },
      )
      const members: Array<Untyped> = (yield* walk(slack)).flat()
      assert.strictEqual(typeof members.at(-2).id, "number")
      assert.isNull(members.at(-1))
      assert.deepStrictEqual(idsOf(members.slice(0, -2)), sound)
      assert.strictEqual((yield* call(slack, "usergroups.list")).json["usergroups"].at(-1), "S1")
    }),
  )

  it.effect("are short or empty pages whose cursors differ, and still show everybody once", () =>
    Effect.gen(function* () {
      const slack = yield* started(
        onUsersList({ kind: "shortPage", records: 3 }),
        onUsersList({ kind: "shortPage", records: 0 }, { call: 2, times: 2 }),
      )
      const pages = yield* walk(slack, { limit: "10" })
      assert.deepStrictEqual(
        pages.map((members) => members.length),
        [3, 0, 0, 10, 10, 10, 10, 8],
      )
      assert.strictEqual(new Set(idsOf(pages.flat())).size, 51)
      yield* request(slack, "/_simulator/faults", {
        method: "POST",
        body: JSON.stringify(onUsersList({ kind: "shortPage", records: 0 }, { times: 2 })),
      })
      const first = cursorOf(yield* page(slack))
      assert.notStrictEqual(cursorOf(yield* page(slack, first)), first)
    }),
  )
})
