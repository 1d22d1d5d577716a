import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { makeSimulator, readWorkspaceFile } from "../../src/index.ts"
import { call, fixture, walk } from "../calling.ts"
import { businessPlus, idOf, resources, scim } from "./scimCalling.ts"

const oracle = fixture("oracle/workspace.json")
const records = fixture("oracle/business-plus.ndjson")

describe("the truth about the oracle workspace on Business+", () => {
  it.effect.skipIf(oracle === undefined || records === undefined)(
    "is what the Go connector stored, the accounts that SCIM does not list, and the Business+ roles",
    () =>
      Effect.gen(function* () {
        const stored = readFileSync(records!, "utf8")
          .trim()
          .split("\n")
          .map((line): { kind: string; id: string } => JSON.parse(line))
          .filter(({ kind }) => kind !== "resourceType")
          .map(({ kind, id }) => `${kind} ${id}`)
        const workspace = yield* readWorkspaceFile(oracle!)
        const slack = yield* makeSimulator({ plan: "business-plus", workspace })
        const expected = [...slack.expected()].map(({ kind, id }) => `${kind} ${id}`)
        assert.strictEqual(new Set(expected).size, expected.length)
        assert.isAbove(stored.length, 100)
        const missing = stored.filter((id) => !expected.includes(id))
        const role = (name: string) => [
          `resource businessPlusRole:${name}`,
          `entitlement businessPlusRole:${name}:assigned`,
        ]
        const holds = (name: string, user: string) => `grant businessPlusRole:${name}:assigned:user:${user}`
        assert.deepStrictEqual(missing, [])
        assert.deepStrictEqual(
          expected.filter((id) => !stored.includes(id)).toSorted(),
          [
            "resource user:U0000000B",
            "resource user:USLACKBOT",
            ...role("organization_primary_owner"),
            ...role("organization_owner"),
            ...role("organization_admin"),
            holds("organization_primary_owner", "U00000001"),
            ...["U00000001", "U00000002"].map((user) => holds("organization_owner", user)),
            ...["U00000001", "U00000002", "U00000003"].map((user) => holds("organization_admin", user)),
          ].toSorted(),
        )
      }),
  )
})

describe("the truth about a seeded Business+ workspace", () => {
  it.effect("is what its lists tell, writes included", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 700, idpGroups: 20, scimOnlyUsers: 5 })
      yield* scim(slack, `DELETE v2/Users/${yield* idOf(slack, "owner")}`)
      const schemas = ["urn:scim:schemas:core:1.0"]
      yield* scim(slack, "POST v1/Users", { schemas, userName: "new", emails: [{ value: "new@example.com" }] })
      yield* scim(slack, "POST v1/Groups", {
        schemas,
        displayName: "new",
        members: [{ value: yield* idOf(slack, "member") }],
      })
      const body = { schemas, userName: "brief", emails: [{ value: "brief@example.com" }] }
      const brief: string = (yield* scim(slack, "POST v1/Users", body)).json["id"]
      yield* scim(slack, `DELETE v1/Users/${brief}`)
      const members = (yield* walk(slack)).flat()
      const accounts = yield* resources(slack, "v2/Users")
      const groups: Array<{ id: string; members: Array<{ value: string }> }> = yield* resources(slack, "v2/Groups")
      const expected = [...slack.expected()].map(({ kind, id }) => `${kind} ${id}`)
      assert.strictEqual(new Set(expected).size, expected.length)
      const only = (start: string) => expected.filter((id) => id.startsWith(start)).toSorted()

      assert.deepStrictEqual(
        expected.filter((id) => id.startsWith("grant ") && id.endsWith(brief)),
        [`grant workspace:${slack.teamId}:member:user:${brief}`],
      )
      const everybody = new Set([...members, ...accounts].map(({ id }) => `resource user:${id}`))
      assert.deepStrictEqual(only("resource user:"), [...everybody].toSorted())
      assert.isAbove(everybody.size, members.length)
      const holders = (flag: string, role: string) =>
        members.flatMap((member) =>
          member[flag] ? [`grant businessPlusRole:${role}:assigned:user:${member["id"]}`] : [],
        )
      assert.deepStrictEqual(
        only("grant businessPlusRole:"),
        [
          ...holders("is_primary_owner", "organization_primary_owner"),
          ...holders("is_owner", "organization_owner"),
          ...holders("is_admin", "organization_admin"),
        ].toSorted(),
      )
      assert.deepStrictEqual(
        only("grant group:"),
        groups
          .flatMap(({ id, members: list }) => list.map(({ value }) => `grant group:${id}:member:user:${value}`))
          .toSorted(),
      )
      assert.strictEqual(only("resource group:").length, 21)
      assert.strictEqual(only("entitlement group:").length, 21)
    }),
  )

  it.effect("gives no role to whom a file shows as deactivated with its flags, and nothing twice", () =>
    Effect.gen(function* () {
      const workspace = {
        team: { id: "T1", name: "Tiny" },
        users: [{ id: "U1", is_owner: true, deleted: true }],
        scim: { groups: [{ id: "S1", displayName: "one", members: [{ value: "U1" }, { value: "U1" }] }] },
      }
      const slack = yield* makeSimulator({ plan: "business-plus", workspace })
      const grants = [...slack.expected()].flatMap(({ kind, id }) => (kind === "grant" ? [id] : []))
      assert.deepStrictEqual(grants, [
        "workspace:T1:member:user:U1",
        "workspaceRole:T1:owner:assigned:user:U1",
        "group:S1:member:user:U1",
      ])
    }),
  )

  it.effect("has the system roles that the user token may read", () =>
    Effect.gen(function* () {
      const scopes = ["admin", "users:read", "usergroups:read"]
      const without = yield* businessPlus({ systemRoles: 300, userScopes: scopes })
      assert.isFalse([...without.expected()].some(({ id }) => id.includes(":Rl")))
      const slack = yield* businessPlus({ systemRoles: 300, userScopes: [...scopes, "admin.roles:read"] })
      const assignments: Array<{ role_id: string; user_id: string }> = []
      let cursor = ""
      do {
        const args = cursor === "" ? {} : { cursor }
        const { json } = yield* call(slack, "admin.roles.listAssignments", args, slack.userToken)
        assert.isTrue(json["ok"])
        assert.isAtMost(json["role_assignments"].length, 200)
        assignments.push(...json["role_assignments"])
        cursor = json["response_metadata"].next_cursor
      } while (cursor !== "")
      assert.strictEqual(assignments.length, 300)
      const grants = new Set(
        assignments.map(({ role_id, user_id }) => `businessPlusRole:${role_id}:assigned:user:${user_id}`),
      )
      assert.deepStrictEqual(
        [...slack.expected()]
          .flatMap(({ kind, id }) => (kind === "grant" && id.includes(":Rl") ? [id] : []))
          .toSorted(),
        [...grants].toSorted(),
      )
    }),
  )
})
