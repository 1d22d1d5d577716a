import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type SimulatorOptions, startSimulator } from "../src/index.ts"
import { call, walk, type Untyped } from "./calling.ts"

const started = startSimulator({ rateLimits: "off", users: 1200, userGroups: 40 })

describe("auth.test", () => {
  it.effect("says who the token is: the app's bot, or the primary owner", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const bot = (yield* call(slack, "auth.test")).json
      const user = (yield* call(slack, "auth.test", {}, slack.userToken)).json
      assert.deepInclude(bot, { ok: true, team_id: slack.teamId, is_enterprise_install: false })
      assert.match(bot["bot_id"], /^B/)
      assert.notProperty(user, "bot_id")
      const members = (yield* walk(slack, { limit: "999" })).flat()
      assert.isTrue(members.find(({ id }) => id === bot["user_id"])!["is_bot"])
      assert.isTrue(members.find(({ id }) => id === user["user_id"])!["is_primary_owner"])
    }),
  )

  it.effect("shows an Enterprise organisation, and whether the app is installed on all of it", () =>
    Effect.gen(function* () {
      for (const enterprise of ["workspace", "org"] as const) {
        const slack = yield* startSimulator({ enterprise })
        const { json } = yield* call(slack, "auth.test")
        assert.match(json["enterprise_id"], /^E/)
        assert.strictEqual(json["is_enterprise_install"], enterprise === "org")
        assert.strictEqual((yield* call(slack, "team.info")).json["team"].enterprise_id, json["enterprise_id"])
      }
    }),
  )
})

describe("auth.teams.list", () => {
  it.effect("shows a workspace's own token its workspace, with its icon when asked for", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const [team] = (yield* call(slack, "auth.teams.list")).json["teams"]
      assert.strictEqual(team.id, slack.teamId)
      assert.notProperty(team, "icon")
      assert.property((yield* call(slack, "auth.teams.list", { include_icon: "true" })).json["teams"][0], "icon")
    }),
  )

  it.effect("refuses odd limits and foreign cursors", () =>
    Effect.gen(function* () {
      const slack = yield* started
      assert.strictEqual((yield* call(slack, "auth.teams.list", { limit: "-1" })).json["error"], "invalid_limit")
      assert.strictEqual((yield* call(slack, "auth.teams.list", { cursor: "x" })).json["error"], "invalid_cursor")
    }),
  )
})

describe("team.info", () => {
  it.effect("describes the workspace, and knows no other", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const { team } = (yield* call(slack, "team.info")).json
      assert.strictEqual(team.id, slack.teamId)
      assert.notProperty(team, "plan")
      assert.strictEqual((yield* call(slack, "team.info", { team: "T0OTHER" })).json["error"], "team_not_found")
    }),
  )
})

describe("users.info", () => {
  it.effect("shows a member as users.list does, Slackbot too, and nobody else", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const members = (yield* walk(slack, { limit: "999" })).flat()
      for (const member of [members[0]!, members[777]!, members.at(-1)!]) {
        assert.deepStrictEqual((yield* call(slack, "users.info", { user: member["id"] })).json["user"], member)
      }
      for (const user of ["U0000000A", "", "S0123"]) {
        assert.strictEqual((yield* call(slack, "users.info", { user })).json["error"], "user_not_found")
      }
    }),
  )
})

describe("users.lookupByEmail", () => {
  it.effect("finds an active member by address, and nobody else", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const members = (yield* walk(slack, { limit: "999" })).flat()
      const lookup = (email: string) => Effect.map(call(slack, "users.lookupByEmail", { email }), ({ json }) => json)
      const known = members.find((member) => !member["deleted"] && member["profile"].email !== undefined)!
      assert.deepStrictEqual((yield* lookup(known["profile"].email))["user"], known)
      const gone = members.find((member) => member["deleted"] && member["profile"].email !== undefined)!
      for (const email of [gone["profile"].email, "member.5@elsewhere.example", "nobody@example.com", ""]) {
        assert.strictEqual((yield* lookup(email))["error"], "users_not_found", email)
      }
    }),
  )

  it.effect("needs a scope of its own", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ botScopes: ["users:read"] })
      const { json } = yield* call(slack, "users.lookupByEmail", { email: "member.4@simulated-1.example" })
      assert.deepInclude(json, { error: "missing_scope", needed: "users:read.email" })
    }),
  )
})

describe("admin.roles.listAssignments", () => {
  const listed = (options: SimulatorOptions, args: Record<string, string> = {}) =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ rateLimits: "off", ...options })
      return (yield* call(slack, "admin.roles.listAssignments", args, slack.userToken)).json
    })
  const userScopes = ["admin", "admin.roles:read"]

  it.effect("is refused as below Enterprise: the scope admin is not enough, nor is the right one", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* listed({}), { error: "missing_scope", needed: "admin.roles:read" })
      assert.strictEqual((yield* listed({ userScopes }))["error"], "feature_not_enabled")
      const slack = yield* startSimulator({ systemRoles: 3, botScopes: userScopes })
      assert.strictEqual((yield* call(slack, "admin.roles.listAssignments")).json["error"], "not_allowed_token_type")
    }),
  )

  it.effect("shows assignments of active people, one of an unknown role, filtered as asked", () =>
    Effect.gen(function* () {
      const options = { userScopes, systemRoles: 40 }
      const all: Array<Untyped> = (yield* listed(options))["role_assignments"]
      assert.strictEqual(all.length, 40)
      assert.strictEqual(all[1].role_id, "Rl0ZZ")
      assert.hasAllKeys(all[0], ["role_id", "entity_id", "user_id", "date_create"])
      assert.deepStrictEqual((yield* listed(options, { role_ids: "Rl0ZZ" }))["role_assignments"], [all[1]])
      const entity = all[0].entity_id
      const some = (yield* listed(options, { entity_ids: entity }))["role_assignments"]
      assert.deepStrictEqual(
        some,
        all.filter(({ entity_id }) => entity_id === entity),
      )
      assert.strictEqual((yield* listed(options, { limit: "7" }))["role_assignments"].length, 7)
      assert.strictEqual((yield* listed(options, { cursor: "x" }))["error"], "invalid_cursor")
    }),
  )

  it.effect("shows active people alone, and its cursors expire as others do", () =>
    Effect.gen(function* () {
      const fault = { kind: "expireCursors" } as const
      const method = "admin.roles.listAssignments"
      const faults = [{ method, call: 3, fault }]
      const slack = yield* startSimulator({ rateLimits: "off", userScopes, systemRoles: 150, users: 300, faults })
      const page = (args: Record<string, string>) =>
        Effect.map(call(slack, method, args, slack.userToken), ({ json }) => json)
      const first = yield* page({ limit: "100" })
      const { next_cursor: cursor } = first["response_metadata"]
      const second = yield* page({ limit: "100", cursor })
      assert.strictEqual((yield* page({ limit: "100", cursor }))["error"], "invalid_cursor")
      const active = new Set((yield* walk(slack)).flat().flatMap(({ id, deleted }) => (deleted === true ? [] : [id])))
      const holders = [...first["role_assignments"], ...second["role_assignments"]]
      assert.strictEqual(holders.length, 150)
      assert.isTrue(holders.every(({ user_id }) => active.has(user_id)))
    }),
  )
})

describe("bots.info", () => {
  it.effect("finds a bot by the id in its user's profile, and only bots", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const { json: me } = yield* call(slack, "auth.test")
      const { bot } = (yield* call(slack, "bots.info", { bot: me["bot_id"] })).json
      assert.deepInclude(bot, { id: me["bot_id"], user_id: me["user_id"], deleted: false })
      assert.strictEqual((yield* call(slack, "bots.info", { bot: me["user_id"] })).json["error"], "bot_not_found")
    }),
  )
})

describe("usergroups.list", () => {
  const groupsOf = Effect.fnUntraced(function* (args: Record<string, string>) {
    const slack = yield* started
    const groups: Array<Untyped> = (yield* call(slack, "usergroups.list", args)).json["usergroups"]
    return { slack, groups }
  })

  it.effect("shows disabled groups only when asked for: those with a date of deletion", () =>
    Effect.gen(function* () {
      const { groups: enabled } = yield* groupsOf({})
      const { groups: all } = yield* groupsOf({ include_disabled: "1" })
      assert.strictEqual(all.length, 40)
      assert.isBelow(enabled.length, 40)
      assert.deepStrictEqual(
        enabled.map(({ id }) => id),
        all.filter((group) => group.date_delete === 0).map(({ id }) => id),
      )
    }),
  )

  it.effect("shows members and counts only when asked for, the count as a number or a text", () =>
    Effect.gen(function* () {
      const { groups: bare } = yield* groupsOf({})
      assert.isFalse(bare.some((group) => "users" in group || "user_count" in group))
      const { groups } = yield* groupsOf({ include_users: "true", include_count: "true" })
      for (const { users, user_count } of groups) assert.strictEqual(Number(user_count), users.length)
      assert.deepStrictEqual(new Set(groups.map(({ user_count }) => typeof user_count)), new Set(["number", "string"]))
    }),
  )

  it.effect("has the groups that Slack keeps hold exactly the admins and the owners", () =>
    Effect.gen(function* () {
      const { slack, groups } = yield* groupsOf({ include_users: "true" })
      const members = (yield* walk(slack, { limit: "999" })).flat()
      for (const [autoType, flag] of Object.entries({ admin: "is_admin", owner: "is_owner" })) {
        const group = groups.find(({ auto_type }) => auto_type === autoType)
        assert.strictEqual(group.created_by, "USLACKBOT")
        assert.deepStrictEqual(
          group.users,
          members.filter((member) => member[flag]).map(({ id }) => id),
        )
      }
    }),
  )

  it.effect("has empty groups, groups with a ghost, and none with more than five hundred or with anyone twice", () =>
    Effect.gen(function* () {
      const { slack, groups } = yield* groupsOf({ include_users: "true" })
      const listed = new Set((yield* walk(slack, { limit: "999" })).flat().map(({ id }) => id))
      const isGhost = (id: string) => !listed.has(id)
      assert.isTrue(groups.some(({ users }) => users.length === 0))
      assert.isTrue(groups.some(({ users }) => users.some(isGhost)))
      for (const { users } of groups) {
        assert.isAtMost(users.length, 500)
        assert.strictEqual(new Set(users).size, users.length)
        assert.isAtMost(users.filter(isGhost).length, 1)
      }
    }),
  )
})

describe("usergroups.users.list", () => {
  it.effect("lists the ids that usergroups.list has for the group", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const groups = (yield* call(slack, "usergroups.list", { include_users: "1" })).json["usergroups"]
      for (const { id, users } of groups.slice(0, 5)) {
        assert.deepStrictEqual((yield* call(slack, "usergroups.users.list", { usergroup: id })).json["users"], users)
      }
    }),
  )

  it.effect("knows no such group when it is unknown, or disabled and not asked for", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const groups: Array<Untyped> = (yield* call(slack, "usergroups.list", { include_disabled: "1" })).json[
        "usergroups"
      ]
      const usergroup = groups.find((group) => group.date_delete !== 0).id
      const errorOf = (args: Record<string, string>) =>
        Effect.map(call(slack, "usergroups.users.list", args), ({ json }) => json["error"])
      assert.strictEqual(yield* errorOf({ usergroup }), "no_such_subteam")
      assert.isUndefined(yield* errorOf({ usergroup, include_disabled: "true" }))
      assert.strictEqual(yield* errorOf({ usergroup: "S0000000A" }), "no_such_subteam")
      assert.strictEqual(yield* errorOf({}), "invalid_arguments")
    }),
  )
})
