import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { readWorkspaceFile, startSimulator } from "../src/index.ts"
import { call, fixture, walk } from "./calling.ts"

const inFile = (text: string) =>
  Effect.map(scratchFolder("workspace"), (folder) => {
    const path = join(folder, "workspace.json")
    writeFileSync(path, text)
    return path
  })

const served = Effect.fnUntraced(function* (workspace: object, options: object = {}) {
  const file = yield* inFile(JSON.stringify(workspace))
  return yield* startSimulator({ rateLimits: "off", workspace: yield* readWorkspaceFile(file), ...options })
})

const tiny = {
  team: { id: "T1", name: "Tiny", domain: "tiny", odd: { deep: [1] } },
  bot: { user_id: "U2" },
  users: [
    { id: "U1", name: "ada", is_primary_owner: true, has_2fa: true, profile: { email: "ada@example.com", x: null } },
    { id: "U2", name: "bot", is_bot: true, profile: { bot_id: "B2", api_app_id: "A2" } },
    { id: "U3", extra: "kept" },
    { id: "U3", extra: "shown again" },
  ],
  usergroups: [
    { id: "S1", name: "One", users: ["U1", "U1", "U9"], user_count: 3, date_delete: 0 },
    { id: "S2", name: "Two", users: ["U1"], date_delete: 5 },
  ],
}

describe("a hand-made workspace", () => {
  it.effect.skipIf(fixture("oracle/workspace.json") === undefined)("is served with its objects as they stand", () =>
    Effect.gen(function* () {
      const path = fixture("oracle/workspace.json")!
      const raw = JSON.parse(readFileSync(path, "utf8"))
      const slack = yield* startSimulator({ rateLimits: "off", workspace: yield* readWorkspaceFile(path) })
      assert.deepStrictEqual((yield* walk(slack, { limit: "4" })).flat(), raw.users)
      const every = { include_users: "1", include_disabled: "1", include_count: "1" }
      assert.deepStrictEqual((yield* call(slack, "usergroups.list", every)).json["usergroups"], raw.usergroups)
      assert.deepStrictEqual((yield* call(slack, "team.info")).json["team"], raw.team)
    }),
  )

  it.effect("keeps what it does not know, and shows twice whom it lists twice, on pages of any size", () =>
    Effect.gen(function* () {
      const slack = yield* served(tiny)
      for (const limit of ["1", "2", "3"]) {
        assert.deepStrictEqual((yield* walk(slack, { limit })).flat(), tiny.users)
      }
    }),
  )

  it.effect("hides what Slack would: addresses without the scope, and what of groups was not asked for", () =>
    Effect.gen(function* () {
      const slack = yield* served(tiny, { botScopes: ["users:read", "usergroups:read"] })
      const [ada] = (yield* walk(slack)).flat()
      assert.deepStrictEqual(ada!["profile"], { x: null })
      assert.deepStrictEqual((yield* call(slack, "usergroups.list")).json["usergroups"], [
        { id: "S1", name: "One", date_delete: 0 },
      ])
    }),
  )

  it.effect("says who its tokens are", () =>
    Effect.gen(function* () {
      const slack = yield* served(tiny)
      const bot = (yield* call(slack, "auth.test")).json
      assert.deepInclude(bot, { team_id: "T1", team: "Tiny", user_id: "U2", user: "bot", bot_id: "B2" })
      assert.strictEqual((yield* call(slack, "auth.test", {}, slack.userToken)).json["user_id"], "U1")
      assert.strictEqual((yield* call(slack, "bots.info", { bot: "B2" })).json["bot"].user_id, "U2")
    }),
  )

  it.effect("counts everybody and every member once in the truth", () =>
    Effect.gen(function* () {
      const slack = yield* served(tiny)
      const ids = [...slack.expected()].map(({ kind, id }) => `${kind} ${id}`)
      assert.strictEqual(new Set(ids).size, ids.length)
      assert.deepStrictEqual(
        ids.filter((id) => id.includes("userGroup:")),
        [
          "resource userGroup:S1",
          "entitlement userGroup:S1:member",
          "grant userGroup:S1:member:user:U1",
          "grant userGroup:S1:member:user:U9",
        ],
      )
    }),
  )

  it.effect("may be empty", () =>
    Effect.gen(function* () {
      const slack = yield* served({ team: { id: "T1", name: "Nobody" }, users: [] })
      assert.deepStrictEqual(yield* walk(slack), [[]])
      assert.isTrue((yield* call(slack, "auth.test")).json["ok"])
    }),
  )

  it.effect("may hold names of ten thousand characters", () =>
    Effect.gen(function* () {
      const users = [{ id: "U1", name: "ü\u001b[31m".repeat(2000) }]
      const slack = yield* served({ ...tiny, users })
      assert.deepStrictEqual((yield* walk(slack)).flat(), users)
    }),
  )
})

describe("a file that is no workspace", () => {
  it.effect("is refused with its name, what is wrong, and what it should hold", () =>
    Effect.gen(function* () {
      const refusals = {
        "{": "is not JSON",
        "[]": "cannot be served",
        '{"users":[]}': '["team"]',
        '{"team":{"id":"T1","name":"x"},"users":[{"id":"U1"},{"name":"no id"}]}': '["users"][1]["id"]',
        '{"team":{"id":"T1","name":"x"},"users":[],"usergroups":[{"id":"S1","users":[7]}]}':
          '["usergroups"][0]["users"][0]',
      }
      for (const [text, why] of Object.entries(refusals)) {
        const path = yield* inFile(text)
        const error = yield* Effect.flip(readWorkspaceFile(path))
        assert.strictEqual(error.reason, "BadWorkspace")
        assert.strictEqual(error.kind, "unreadable")
        assert.include(error.message, JSON.stringify(path))
        assert.include(error.message, why)
        assert.include(error.hint, "usergroups")
      }
    }),
  )

  it.effect("is refused when it is not there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(readWorkspaceFile("/nowhere/workspace.json"))
      assert.include(error.message, "cannot be read")
    }),
  )
})
