import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { startSimulator } from "../../src/index.ts"
import { call, type Untyped, walk } from "../calling.ts"
import { codeOf, resources, scim } from "./scimCalling.ts"

const gov = (workspaces = 3) =>
  startSimulator({ gov: true, rateLimits: "off", users: 200, userGroups: 12, idpGroups: 4, workspaces })

describe("GovSlack", () => {
  it.effect("answers SCIM v1 alone", () =>
    Effect.gen(function* () {
      const slack = yield* gov()
      assert.strictEqual(slack.plan, "business-plus")
      assert.strictEqual((yield* scim(slack, "GET v1/Users")).status, 200)
      assert.strictEqual(codeOf(yield* scim(slack, "GET v2/Users")), "unsupported_version")
    }),
  )

  it.effect("has tokens of the whole organisation, and lists its workspaces in pages", () =>
    Effect.gen(function* () {
      const slack = yield* gov()
      const { json: me } = yield* call(slack, "auth.test", {}, slack.userToken)
      assert.isTrue(me["is_enterprise_install"])
      assert.match(me["enterprise_id"], /^E/)
      const all = (yield* call(slack, "auth.teams.list")).json["teams"]
      assert.strictEqual(new Set(all.map(({ id }: Untyped) => id)).size, 3)
      const first = (yield* call(slack, "auth.teams.list", { limit: "2" })).json
      const { next_cursor: cursor } = first["response_metadata"]
      const last = (yield* call(slack, "auth.teams.list", { limit: "2", cursor })).json
      assert.deepStrictEqual([...first["teams"], ...last["teams"]], all)
      assert.strictEqual(last["response_metadata"].next_cursor, "")
    }),
  )

  it.effect("wants to know which workspace a call is about", () =>
    Effect.gen(function* () {
      const slack = yield* gov(1)
      for (const method of ["users.list", "usergroups.list", "team.info"]) {
        const errorOf = (args: Record<string, string>) =>
          Effect.map(call(slack, method, args), ({ json }) => json["error"])
        assert.strictEqual(yield* errorOf({}), "missing_argument", method)
        assert.strictEqual(yield* errorOf({ team_id: "T0OTHER" }), "team_access_not_granted", method)
        assert.isUndefined(yield* errorOf({ team_id: slack.teamId }), method)
      }
      assert.isTrue((yield* call(slack, "team.info", { team: slack.teamId })).json["ok"])
    }),
  )

  it.effect("ignores team_id everywhere else", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ users: 5 })
      assert.isTrue((yield* call(slack, "users.list", { limit: "5", team_id: "T0OTHER" })).json["ok"])
    }),
  )

  it.effect("shares its people and user groups among its workspaces, and SCIM shows them all", () =>
    Effect.gen(function* () {
      const slack = yield* gov()
      const teams: Array<{ id: string; name: string }> = (yield* call(slack, "auth.teams.list")).json["teams"]
      const seen = new Map<string, number>()
      const groups: Array<string> = []
      for (const { id, name } of teams) {
        assert.deepInclude((yield* call(slack, "team.info", { team_id: id })).json["team"], { id, name })
        const members = (yield* walk(slack, { team_id: id, limit: "30" })).flat()
        assert.isTrue(members.every((member) => member["is_stranger"] === true || member["team_id"] === id))
        for (const member of members) seen.set(member["id"], (seen.get(member["id"]) ?? 0) + 1)
        const list = (yield* call(slack, "usergroups.list", { team_id: id, include_disabled: "1" })).json["usergroups"]
        groups.push(...list.map((group: { id: string }) => group.id))
      }
      assert.strictEqual(new Set(groups).size, groups.length)
      assert.strictEqual(groups.length, 12)
      assert.strictEqual(seen.size, 201)
      assert.isTrue([...seen.values()].includes(1))
      assert.isTrue([...seen.values()].includes(3))
      const accounts = yield* resources(slack, "v1/Users")
      assert.isTrue(accounts.every(({ id }) => seen.has(id)))
    }),
  )

  it.effect("has a truth that holds every workspace and each account once", () =>
    Effect.gen(function* () {
      const slack = yield* gov()
      const expected = [...slack.expected()].map(({ kind, id }) => `${kind} ${id}`)
      assert.strictEqual(new Set(expected).size, expected.length)
      const teams: Array<{ id: string }> = (yield* call(slack, "auth.teams.list")).json["teams"]
      let memberships = 0
      for (const { id } of teams) {
        assert.include(expected, `resource workspace:${id}`)
        const members = (yield* walk(slack, { team_id: id })).flat().filter((member) => !member["is_stranger"])
        memberships += members.length
        for (const member of members) assert.include(expected, `grant workspace:${id}:member:user:${member["id"]}`)
      }
      assert.strictEqual(expected.filter((id) => id.startsWith("grant workspace:")).length, memberships)
      assert.strictEqual(expected.filter((id) => id.startsWith("resource user:")).length, 201)
    }),
  )
})
