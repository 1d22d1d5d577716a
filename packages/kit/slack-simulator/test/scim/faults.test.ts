import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Fault, type FaultKind, operationNames, type RunningSimulator } from "../../src/index.ts"
import { call, request, walk } from "../calling.ts"
import { businessPlus, codeOf, idOf, resources, scim } from "./scimCalling.ts"

const on = (method: string, fault: FaultKind, when: Omit<Fault, "method" | "fault"> = {}): Fault => ({
  method,
  ...when,
  fault,
})
const onUsers = (fault: FaultKind) => businessPlus({ faults: [on("scim.users.list", fault)] })
const users = (slack: RunningSimulator, query = "") => scim(slack, `GET v2/Users${query}`)

describe("a fault", () => {
  it.effect("shows on the operation that it names, each under one name on both versions", () =>
    Effect.gen(function* () {
      const calls: Record<string, string> = {
        "scim.serviceProviderConfig": "GET v2/ServiceProviderConfig",
        "scim.resourceTypes": "GET v2/ResourceTypes",
        "scim.schemas": "GET v1/Schemas/Users",
        "scim.users.list": "GET v1/Users",
        "scim.users.get": "GET v2/Users/U1",
        "scim.users.create": "POST v2/Users",
        "scim.users.replace": "PUT v1/Users/U1",
        "scim.users.patch": "PATCH v2/Users/U1",
        "scim.users.delete": "DELETE v2/Users/U1",
        "scim.groups.list": "GET v2/Groups",
        "scim.groups.get": "GET v1/Groups/S1",
        "scim.groups.create": "POST v2/Groups",
        "scim.groups.replace": "PUT v2/Groups/S1",
        "scim.groups.patch": "PATCH v1/Groups/S1",
        "scim.groups.delete": "DELETE v2/Groups/S1",
      }
      assert.deepStrictEqual(Object.keys(calls), [...operationNames])
      for (const [name, path] of Object.entries(calls)) {
        const slack = yield* businessPlus({ faults: [on(name, { kind: "htmlError", status: 503 })] })
        yield* call(slack, "auth.test")
        const { status, headers } = yield* scim(slack, path)
        assert.strictEqual(status, 503, name)
        assert.include(headers.get("content-type"), "text/html")
        assert.notStrictEqual((yield* scim(slack, path)).status, 503, name)
      }
    }),
  )

  it.effect("limits the rate, with and without Retry-After", () =>
    Effect.gen(function* () {
      const limited = yield* users(yield* onUsers({ kind: "rateLimited", retryAfter: 7 }))
      assert.deepStrictEqual([limited.status, limited.headers.get("retry-after")], [429, "7"])
      assert.strictEqual(codeOf(limited), "too_many_requests")
      const bare = yield* users(yield* onUsers({ kind: "rateLimited", retryAfter: null }))
      assert.isNull(bare.headers.get("retry-after"))
    }),
  )

  it.effect("is any error of SCIM's, with the status asked for or that of the code", () =>
    Effect.gen(function* () {
      const locked = yield* users(yield* onUsers({ kind: "error", error: "resource_locked" }))
      assert.deepStrictEqual([locked.status, locked.json["detail"]], [429, "resource_locked"])
      const odd = yield* users(yield* onUsers({ kind: "error", error: "fatal_error", status: 500 }))
      assert.deepStrictEqual([odd.status, odd.json["status"]], [500, 500])
      const v1 = yield* scim(yield* onUsers({ kind: "error", error: "unknown_user" }), "GET v1/Users")
      assert.deepStrictEqual(v1.json, { Errors: { description: "unknown_user", code: 400 } })
    }),
  )

  it.effect("cuts the connection or the JSON, or gives another shape", () =>
    Effect.gen(function* () {
      assert.isTrue((yield* Effect.result(users(yield* onUsers({ kind: "cut" }))))._tag === "Failure")
      const half = yield* users(yield* onUsers({ kind: "truncated" }))
      assert.strictEqual(half.status, 200)
      assert.deepStrictEqual(half.json, {})
      assert.isFalse(Array.isArray((yield* users(yield* onUsers({ kind: "wrongShape" }))).json["Resources"]))
      assert.deepStrictEqual((yield* users(yield* onUsers({ kind: "wrongShape", body: [1] }))).text, "[1]")
    }),
  )

  it.effect("kills the token for good", () =>
    Effect.gen(function* () {
      const slack = yield* onUsers({ kind: "revokeToken", token: "user" })
      assert.strictEqual(codeOf(yield* users(slack)), "invalid_authentication")
      assert.strictEqual((yield* call(slack, "auth.test", {}, slack.userToken)).json["error"], "token_revoked")
    }),
  )

  it.effect("puts a malformed record beside all others, repeats one, or shortens the page", () =>
    Effect.gen(function* () {
      const malformed = (yield* users(yield* onUsers({ kind: "malformedRecord", record: { id: 7 } }))).json["Resources"]
      assert.strictEqual(malformed.length, 11)
      assert.deepStrictEqual(malformed[10], { id: 7 })
      const slack = yield* onUsers({ kind: "duplicateRecord" })
      const second = (yield* users(slack, "?startIndex=11")).json["Resources"]
      assert.strictEqual(second[10].id, (yield* users(slack)).json["Resources"][9].id)
      const short = (yield* users(yield* onUsers({ kind: "shortPage", records: 3 }))).json
      assert.deepStrictEqual([short["itemsPerPage"], short["Resources"].length], [3, 3])
    }),
  )
})

describe("a list that is not what it says", () => {
  it.effect("announces another total, or begins every page with its first record", () =>
    Effect.gen(function* () {
      const right = (yield* users(yield* businessPlus())).json
      const wrong = (yield* users(yield* onUsers({ kind: "wrongTotal", total: 7000 }))).json
      assert.deepStrictEqual(wrong, { ...right, totalResults: 7000 })
      const again = (yield* users(yield* onUsers({ kind: "firstPageAgain" }), "?startIndex=4")).json
      assert.deepStrictEqual(again, { ...right, startIndex: 4 })
    }),
  )
})

describe("a write whose reply is lost", () => {
  it.effect("has taken effect all the same: behind a 500, or a connection that was cut", () =>
    Effect.gen(function* () {
      for (const status of [500, "cut"] as const) {
        const fault = on("scim.users.delete", { kind: "afterEffect", status })
        const slack = yield* businessPlus({ faults: [fault] })
        const id = yield* idOf(slack, "member")
        const reply = yield* Effect.result(scim(slack, `DELETE v2/Users/${id}`))
        if (status === "cut") assert.strictEqual(reply._tag, "Failure")
        else assert.strictEqual(reply._tag === "Success" && reply.success.status, 500)
        assert.isFalse((yield* scim(slack, `GET v2/Users/${id}`)).json["active"])
      }
    }),
  )

  it.effect("answers 500 unless told otherwise", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ faults: [on("scim.users.delete", { kind: "afterEffect" })] })
      assert.strictEqual((yield* scim(slack, `DELETE v2/Users/${yield* idOf(slack, "member")}`)).status, 500)
    }),
  )
})

describe("a list that changes between two pages", () => {
  const secondPage = (method: string, change: "created" | "deleted") =>
    businessPlus({ idpGroups: 12, faults: [on(method, { kind: "listChanges", change }, { call: 2 })] })
  const walkTwo = Effect.fnUntraced(function* (slack: RunningSimulator, list: string) {
    const first = (yield* scim(slack, `GET v2/${list}?count=5`)).json
    const second = (yield* scim(slack, `GET v2/${list}?count=5&startIndex=6`)).json
    const ids = (page: typeof first): Array<string> => page["Resources"].map(({ id }: { id: string }) => id)
    return { first: ids(first), second: ids(second), totals: [first["totalResults"], second["totalResults"]] }
  })

  it.effect("shows an entry twice when another came before it", () =>
    Effect.gen(function* () {
      for (const list of ["Users", "Groups"]) {
        const slack = yield* secondPage(`scim.${list.toLowerCase()}.list`, "created")
        const { first, second, totals } = yield* walkTwo(slack, list)
        assert.strictEqual(second[0], first[4])
        assert.strictEqual(totals[1], totals[0] + 1)
      }
    }),
  )

  it.effect("leaves a group out when another went", () =>
    Effect.gen(function* () {
      const slack = yield* secondPage("scim.groups.list", "deleted")
      const before = (yield* resources(yield* businessPlus({ idpGroups: 12 }), "v2/Groups")).map(({ id }) => id)
      const { first, second, totals } = yield* walkTwo(slack, "Groups")
      assert.deepStrictEqual([first, second], [before.slice(0, 5), before.slice(6, 11)])
      assert.strictEqual(totals[1], totals[0] - 1)
      assert.strictEqual((yield* scim(slack, `GET v2/Groups/${first[0]}`)).status, 404)
    }),
  )

  it.effect("shows whom it lets come in users.list as well", () =>
    Effect.gen(function* () {
      const slack = yield* secondPage("scim.users.list", "created")
      yield* walkTwo(slack, "Users")
      const [newcomer] = (yield* users(slack)).json["Resources"]
      const last = (yield* walk(slack)).flat().at(-1)!
      assert.strictEqual(last["id"], newcomer.id)
      assert.strictEqual(last["profile"].email, newcomer.emails[0].value)
      yield* scim(slack, `DELETE v2/Users/${newcomer.id}`)
      const found = (yield* call(slack, "users.info", { user: newcomer.id })).json["user"]
      assert.isTrue(found.deleted)
    }),
  )
})

describe("GET /_simulator/state", () => {
  it.effect("tells accounts and memberships after all writes, before they show", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ activeDelayMillis: 3_600_000 })
      const id = yield* idOf(slack, "member")
      yield* scim(slack, `DELETE v2/Users/${id}`)
      const [group] = yield* resources(slack, "v2/Groups")
      yield* scim(slack, `PUT v2/Groups/${group.id}`, { schemas: [], displayName: "kept" })
      assert.isTrue((yield* scim(slack, `GET v2/Users/${id}`)).json["active"])
      const { headers, text } = yield* request(slack, "/_simulator/state")
      assert.include(headers.get("content-type"), "ndjson")
      const entries = text
        .trim()
        .split("\n")
        .map((line): object => JSON.parse(line))
      assert.deepInclude(entries, { account: id, active: false })
      assert.deepInclude(entries, { group: group.id, displayName: "kept", members: [] })
      assert.strictEqual(entries.length, (yield* resources(slack, "v2/Users")).length + 5)
      assert.deepStrictEqual(entries, [...slack.state()])
    }),
  )
})
