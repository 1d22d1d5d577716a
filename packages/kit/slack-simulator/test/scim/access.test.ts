import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { startSimulator } from "../../src/index.ts"
import { request } from "../calling.ts"
import { businessPlus, codeOf, scim } from "./scimCalling.ts"

describe("who may call SCIM", () => {
  it.effect("is nobody on Pro, each version in its own shape", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ plan: "pro" })
      const v1 = yield* scim(slack, "GET v1/Users")
      assert.strictEqual(v1.status, 403)
      assert.deepStrictEqual(v1.json, { Errors: { description: "plus_teams_only", code: 403 } })
      assert.deepStrictEqual((yield* scim(slack, "GET v2/Users")).json, {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
        detail: "plus_teams_only",
        status: 403,
      })
    }),
  )

  it.effect("is refused without a good token first, in the shape of v1 on v2 too", () =>
    Effect.gen(function* () {
      for (const plan of ["pro", "business-plus"] as const) {
        const slack = yield* startSimulator({ plan })
        for (const version of ["v1", "v2"]) {
          const bad = yield* scim(slack, `GET ${version}/Users`, undefined, "xoxp-other")
          assert.strictEqual(bad.status, 401)
          assert.deepStrictEqual(bad.json, { Errors: { description: "invalid_authentication", code: 401 } })
          const none = yield* scim(slack, `GET ${version}/Users`, undefined, null)
          assert.deepStrictEqual(none.json, { Errors: { description: "missing_authentication", code: 401 } })
        }
      }
    }),
  )

  it.effect("is the user token with the scope admin alone", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      assert.strictEqual((yield* scim(slack, "GET v2/Users")).status, 200)
      assert.strictEqual(
        codeOf(yield* scim(slack, "GET v2/Users", undefined, slack.botToken)),
        "invalid_authentication",
      )
      const strong = yield* businessPlus({ botScopes: ["admin"] })
      const asBot = yield* scim(strong, "GET v2/Users", undefined, strong.botToken)
      assert.strictEqual(codeOf(asBot), "invalid_authentication")
      const weak = yield* businessPlus({ userScopes: ["users:read"] })
      assert.strictEqual(codeOf(yield* scim(weak, "GET v2/Users")), "invalid_authentication")
    }),
  )

  it.effect("is nobody in an Enterprise organisation whose app is installed on one workspace", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ enterprise: "workspace" })
      assert.strictEqual(codeOf(yield* scim(slack, "GET v2/Users")), "non_org_teams_only")
      assert.strictEqual((yield* scim(yield* businessPlus({ enterprise: "org" }), "GET v2/Users")).status, 200)
    }),
  )
})

describe("the service's description", () => {
  it.effect("answers any token, under the singular and the plural name", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ plan: "pro" })
      for (const path of ["v1/ServiceProviderConfigs", "v2/ServiceProviderConfig", "v2/ServiceProviderConfigs"]) {
        const { status, json } = yield* scim(slack, `GET ${path}`, undefined, "dummy")
        assert.strictEqual(status, 200, path)
        assert.isTrue(json["patch"].supported)
      }
      assert.strictEqual(
        codeOf(yield* scim(slack, "GET v2/ServiceProviderConfig", undefined, null)),
        "missing_authentication",
      )
    }),
  )

  it.effect("tells v2's resource types and both versions' schemas", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const types = (yield* scim(slack, "GET v2/ResourceTypes")).json["Resources"]
      assert.deepStrictEqual(
        types.map(({ endpoint }: { endpoint: string }) => endpoint),
        ["/Users", "/Groups"],
      )
      assert.strictEqual((yield* scim(slack, "GET v1/Schemas/Users")).json["id"], "urn:scim:schemas:core:1.0")
      assert.strictEqual((yield* scim(slack, "GET v2/Schemas")).json["Resources"].length, 2)
      assert.strictEqual((yield* scim(slack, "GET v1/ResourceTypes")).status, 404)
    }),
  )
})

describe("what SCIM does not have", () => {
  it.effect("is said in Slack's words", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const refusals = {
        "GET v3/Users": [404, "unsupported_version"],
        "GET v2/Me": [404, "bad_endpoint"],
        "GET v2/Users/U1/groups": [404, "bad_endpoint"],
        "PUT v2/Users": [405, "method_not_allowed"],
        "POST v2/Groups/S1": [405, "method_not_allowed"],
        "GET v2/Users/U1": [404, "no_such_user"],
        "GET v1/Groups/S1": [404, "no_such_group"],
      } as const
      for (const [call, [status, code]] of Object.entries(refusals)) {
        const reply = yield* scim(slack, call)
        assert.deepStrictEqual([reply.status, codeOf(reply)], [status, code], call)
      }
    }),
  )

  it.effect("counts as scim, all else under the operation's name", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      yield* scim(slack, "GET v2/Me")
      yield* scim(slack, "GET v2/Users")
      yield* scim(slack, "PATCH v1/Groups/S1", {})
      yield* scim(slack, "DELETE v1/Users/U1", undefined, null)
      assert.deepStrictEqual((yield* request(slack, "/_simulator/calls")).json, {
        scim: 1,
        "scim.groups.patch": 1,
        "scim.users.delete": 1,
        "scim.users.list": 1,
      })
    }),
  )
})
