// A quick sync of a simulated Business+ workspace over HTTP: SCIM alone, and what it gives as a full sync gives it.
import { assert, describe, it } from "@effect/vitest"
import type { PublishedRecords, SyncRequest } from "@rollcall/connector"
import { formatResourceId, memoryOutput, runSync } from "@rollcall/connector"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Simulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { slackBusinessPlus, type SlackBusinessPlusOptions } from "../src/index.ts"
import { simulatedSlack, type TokenOptions } from "./simulatedSlack.ts"

interface Synced {
  readonly request?: SyncRequest
  readonly workspace?: SimulatorOptions
  readonly tokens?: TokenOptions
  readonly settings?: SlackBusinessPlusOptions
}

const size = { users: 1_300, userGroups: 12, idpGroups: 7, seed: 3 }

const sync = ({ request = {}, workspace = {}, tokens = {}, settings = {} }: Synced) =>
  Effect.gen(function* () {
    const output = memoryOutput()
    const summary = yield* Effect.provide(runSync(slackBusinessPlus(settings), request), output.layer)
    return { summary, published: yield* Effect.fromNullishOr(output.published()), calls: (yield* Simulator).calls() }
  }).pipe(Effect.provide(simulatedSlack({ ...size, ...workspace }, tokens)))

const quick = { quick: true }
const usersOf = ({ resources }: PublishedRecords) => resources.filter(({ id }) => id.resourceType === "user")

describe("a quick sync of Business+", () => {
  it.live("asks who the tokens are and reads SCIM's two lists, and nothing else", () =>
    Effect.gen(function* () {
      const { calls, summary } = yield* sync({ request: quick })
      assert.deepStrictEqual(calls, { "auth.test": 2, "scim.groups.list": 1, "scim.users.list": 2 })
      assert.strictEqual(summary.kind, "partial")
    }),
  )

  it.live("gives accounts with the ids and states of a full sync", () =>
    Effect.gen(function* () {
      const known = new Map(usersOf((yield* sync({})).published).map((user) => [formatResourceId(user.id), user]))
      const users = usersOf((yield* sync({ request: quick })).published)
      assert.isAbove(users.length, 1_200)
      assert.isNotEmpty(users.filter(({ status }) => status === "disabled"))
      for (const account of users) {
        const full = known.get(formatResourceId(account.id))
        const factsOf = (user: typeof full) => [
          user?.status,
          user?.parent,
          user?.createdAt,
          user?.profile?.["is_deleted"],
        ]
        assert.deepStrictEqual(factsOf(account), factsOf(full), formatResourceId(account.id))
      }
    }),
  )

  it.live("gives accounts to the last fact as a full sync does that knows no more than SCIM", () =>
    Effect.gen(function* () {
      const scimAlone = yield* sync({ settings: { oneToken: true }, tokens: { oneToken: true, userScopes: ["admin"] } })
      const { published } = yield* sync({ request: quick })
      assert.deepStrictEqual(usersOf(published), usersOf(scimAlone.published))
    }),
  )

  it.live(
    "gives IdP groups and who is in them as a full sync does, and names all else as a gap of its own reason",
    () =>
      Effect.gen(function* () {
        const whole = (yield* sync({})).published
        const { published, summary } = yield* sync({ request: quick })
        const onGroups = ({ resources, entitlements, grants }: PublishedRecords) => ({
          resources: resources.filter(({ id }) => id.resourceType === "group"),
          entitlements: entitlements.filter(({ resource }) => resource.resourceType === "group"),
          grants: grants.filter(({ resource }) => resource.resourceType === "group"),
        })
        assert.isNotEmpty(onGroups(published).grants)
        assert.deepStrictEqual(onGroups(published), onGroups(whole))
        assert.deepStrictEqual(
          summary.coverage.map(({ resourceType, state, gaps }) => [
            resourceType,
            state,
            gaps.map(({ missing, reason, attributes }) => [missing, reason, attributes]),
          ]),
          [
            [
              "user",
              "partial",
              [
                ["accounts that SCIM does not list", "quick", undefined],
                ["who is a guest, invited, a bot or has a second factor", "quick", ["kind", "mfa"]],
                ["names and profiles as users.list shows them, in whose place are SCIM's", "quick", undefined],
              ],
            ],
            ["workspace", "skipped", [["Workspace", "quick", undefined]]],
            ["workspaceRole", "skipped", [["Workspace Role", "quick", undefined]]],
            ["userGroup", "skipped", [["User Group", "quick", undefined]]],
            ["businessPlusRole", "skipped", [["Business+ Role", "quick", undefined]]],
            ["group", "complete", []],
          ],
        )
      }),
  )

  it.live("leaves IdP groups out where the settings do, and reads with the Business+ token alone", () =>
    Effect.gen(function* () {
      const { calls, summary } = yield* sync({
        request: quick,
        settings: { sso: false, oneToken: true },
        tokens: { oneToken: true },
      })
      assert.deepStrictEqual(calls, { "auth.test": 1, "scim.users.list": 2 })
      assert.deepStrictEqual(
        summary.coverage.find(({ resourceType }) => resourceType === "group")?.gaps.map(({ reason }) => reason),
        ["settings"],
      )
    }),
  )

  it.live("is refused where SCIM is, and publishes nothing", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(sync({ request: quick, workspace: { plan: "pro" } }))
      assert.include([("kind" in error && error.kind) || ""], "refused")
    }),
  )

  it.live("is refused in an organisation, whose SCIM may name accounts by other ids", () =>
    Effect.gen(function* () {
      for (const [workspace, settings] of [
        [{ enterprise: "workspace" }, {}],
        [{ gov: true }, { gov: true }],
      ] as const) {
        const error = yield* Effect.flip(sync({ request: quick, workspace, settings }))
        assert.match(error.message, /cannot be synced with --quick here/u)
      }
    }),
  )
})
