import { assert, describe, it } from "@effect/vitest"
import { memoryOutput, runSync } from "@rollcall/connector"
import { slackMethods } from "@rollcall/slack-api"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Simulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { ownCoverage, ownGaps } from "./ownGaps.ts"
import { slackPro } from "../src/index.ts"
import { simulatedSlack } from "./simulatedSlack.ts"

const syncOf = Effect.fnUntraced(function* (options: SimulatorOptions, token?: Parameters<typeof simulatedSlack>[1]) {
  const output = memoryOutput()
  const work = Effect.gen(function* () {
    const summary = yield* runSync(slackPro)
    return { summary, calls: (yield* Simulator).calls() }
  })
  const done = yield* Effect.provide(work, [simulatedSlack(options, token), output.layer], { local: true })
  return { ...done, published: output.published() }
})

describe("a sync of Slack Pro", () => {
  it.live("takes one call for the token, one for the workspace, one a page of accounts and one for all groups", () =>
    Effect.gen(function* () {
      const { calls } = yield* syncOf({ users: 1998, userGroups: 0 })
      assert.deepStrictEqual(calls, { "auth.test": 1, "team.info": 1, "usergroups.list": 1, "users.list": 3 })
    }),
  )

  it.live("takes one more call for each of at most five members of groups whom no list shows", () =>
    Effect.gen(function* () {
      const { calls } = yield* syncOf({ users: 1998, userGroups: 40 })
      assert.strictEqual(calls["users.info"], 3)
    }),
  )

  it.live("shows every account once, also where pages overlap", () =>
    Effect.gen(function* () {
      const fault = { method: "users.list", call: 2, fault: { kind: "duplicateRecord" as const } }
      const { published } = yield* syncOf({ users: 1500, faults: [fault] })
      const accounts = published?.resources
        .filter((found) => found.id.resourceType === "user")
        .map((found) => found.id.resource)
      assert.lengthOf(accounts ?? [], 1501)
      assert.lengthOf([...new Set(accounts)], 1501)
    }),
  )

  it.live("goes on with pages of 200 when Slack finds 999 too many", () =>
    Effect.gen(function* () {
      const { calls, summary } = yield* syncOf({ users: 600, limitRequiredAbove: 500 })
      assert.strictEqual(calls["users.list"], 1 + 4)
      assert.strictEqual(summary.published.counts.resources["user"], 601)
    }),
  )

  it.live("leaves an account that cannot be read out, with a warning, and keeps the others", () =>
    Effect.gen(function* () {
      const fault = { method: "users.list", fault: { kind: "malformedRecord" as const } }
      const { summary } = yield* syncOf({ users: 50, faults: [fault] })
      assert.strictEqual(summary.published.counts.resources["user"], 51)
      assert.deepInclude(
        summary.warnings.map(({ code, count }) => ({ code, count })),
        { code: "unreadable-user", count: 1 },
      )
      // What the account would have held is missing too.
      const partial = summary.coverage
        .filter(({ state }) => state === "partial")
        .map(({ resourceType }) => resourceType)
      assert.deepStrictEqual(partial, ["user", "workspace", "workspaceRole"])
    }),
  )

  it.live("names members of groups that cannot be read as a gap, and keeps the others", () =>
    Effect.gen(function* () {
      const group = { id: "S1", name: "Mixed", users: ["U1", null, "U2"] }
      const fault = { method: "usergroups.list", fault: { kind: "malformedRecord" as const, record: group } }
      const { summary, published } = yield* syncOf({ users: 3, userGroups: 0, faults: [fault] })
      const members = published?.grants.filter((grant) => grant.entitlement === "userGroup:S1:member")
      assert.deepStrictEqual(
        members?.map((grant) => grant.principal.resource),
        ["U1", "U2"],
      )
      const coverage = summary.coverage.find((found) => found.resourceType === "userGroup")
      assert.deepStrictEqual([coverage?.state, coverage?.gaps[0]?.reason], ["partial", "unreadable"])
    }),
  )

  for (const [what, group] of [
    ["without a list of members", { user_count: 0 }],
    ["whose members are not a list", { users: "U1", user_count: 1 }],
    ["with an empty list and members by its count", { users: [], user_count: 4 }],
    ["with an empty list and members by its count, which is a text", { users: [], user_count: "4" }],
  ] as const) {
    it.live(`keeps a user group ${what}, and names it as a gap`, () =>
      Effect.gen(function* () {
        const record = { id: "S9", name: "Odd", handle: "odd", date_delete: 0, ...group }
        const fault = { method: "usergroups.list", fault: { kind: "malformedRecord" as const, record } }
        const { summary, published } = yield* syncOf({ users: 3, userGroups: 1, faults: [fault] })
        assert.include(published?.resources.map(({ id }) => id.resource) ?? [], "S9")
        assert.include(published?.entitlements.map(({ id }) => id) ?? [], "userGroup:S9:member")
        assert.deepStrictEqual(
          summary.coverage.find(({ resourceType }) => resourceType === "userGroup")?.gaps.map((gap) => gap.missing),
          ["members of Odd (S9)"],
        )
      }),
    )
  }

  for (const [what, group] of [
    ["is empty by its count as well", { users: [], user_count: 0 }],
    ["is empty, and Slack sends no count", { users: [] }],
    ["has members, and another count", { users: ["U1"], user_count: 9 }],
  ] as const) {
    it.live(`misses nobody in a user group that ${what}`, () =>
      Effect.gen(function* () {
        const record = { id: "S9", name: "Odd", ...group }
        const fault = { method: "usergroups.list", fault: { kind: "malformedRecord" as const, record } }
        const { summary } = yield* syncOf({ users: 3, userGroups: 1, faults: [fault] })
        assert.deepInclude(
          summary.coverage.map(({ resourceType, state }) => ({ resourceType, state })),
          { resourceType: "userGroup", state: "complete" },
        )
      }),
    )
  }

  it.live("names ten of many user groups without members, and counts the others", () =>
    Effect.gen(function* () {
      const faults = Array.from({ length: 12 }, (_, at) => ({
        method: "usergroups.list",
        fault: { kind: "malformedRecord" as const, record: { id: `S${at + 10}`, name: "Odd" } },
      }))
      const { summary } = yield* syncOf({ users: 3, userGroups: 0, faults })
      const gaps = ownGaps(summary.coverage).map((gap) => gap.missing)
      assert.lengthOf(gaps, 1)
      assert.match(gaps[0] ?? "", /^members of Odd \(S10\), .*Odd \(S19\) and 2 more$/u)
    }),
  )

  it.live("leaves disabled groups out", () =>
    Effect.gen(function* () {
      const disabled = { id: "S2", name: "Old", date_delete: 1_600_000_000, users: ["U1"] }
      const workspace = {
        team: { id: "T1", name: "Acme" },
        users: [{ id: "U1", name: "ada" }],
        usergroups: [{ id: "S1", name: "New", date_delete: 0, users: ["U1"] }, disabled],
      }
      const { published } = yield* syncOf({ workspace })
      const groups = published?.resources.filter((found) => found.id.resourceType === "userGroup")
      assert.deepStrictEqual(
        groups?.map((found) => found.id.resource),
        ["S1"],
      )
    }),
  )

  it.live("takes name and domain from auth.test where team.info is out of reach", () =>
    Effect.gen(function* () {
      const whole = yield* syncOf({ users: 3 })
      const without = yield* syncOf({ users: 3 }, { scopes: ["users:read", "users:read.email", "usergroups:read"] })
      const workspaceOf = (sync: typeof whole) =>
        sync.published?.resources.find(({ id }) => id.resourceType === "workspace")
      assert.deepStrictEqual(workspaceOf(without), workspaceOf(whole))
    }),
  )

  it.live.each(["enterprise_is_restricted", "accesslimited", "no_permission", "unknown_method"])(
    "takes name and domain from auth.test where team.info answers %s",
    (error) =>
      Effect.gen(function* () {
        const fault = { method: "team.info", times: "always", fault: { kind: "error", error } } as const
        const [whole, without] = [yield* syncOf({ users: 3 }), yield* syncOf({ users: 3, faults: [fault] })]
        const workspaceOf = (sync: typeof whole) =>
          sync.published?.resources.find(({ id }) => id.resourceType === "workspace")
        assert.deepStrictEqual(workspaceOf(without), workspaceOf(whole))
        assert.isTrue(ownCoverage(without.summary.coverage).every(({ state }) => state === "complete"))
      }),
  )

  it.live.each([
    "enterprise_is_restricted",
    "accesslimited",
    "ekm_access_denied",
    "access_denied",
    "method_deprecated",
  ])("names the user groups as a gap where usergroups.list answers %s, and has all accounts", (error) =>
    Effect.gen(function* () {
      const fault = { method: "usergroups.list", times: "always", fault: { kind: "error", error } } as const
      const { summary } = yield* syncOf({ users: 3, userGroups: 2, faults: [fault] })
      const states = ownCoverage(summary.coverage).map(({ resourceType, state }) => `${resourceType} ${state}`)
      assert.sameMembers(states, ["user complete", "workspace complete", "workspaceRole complete", "userGroup skipped"])
      const [gap] = ownGaps(summary.coverage)
      assert.include(gap?.explanation, `(${error})`)
    }),
  )

  it.live("is refused for a token of a whole Enterprise organisation, and says what to use instead", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(syncOf({ users: 3, enterprise: "org" }))
      assert.propertyVal(error, "kind", "refused")
      assert.include(error.message, "organisation")
    }),
  )

  it.live("works for a token that is installed on one workspace of an Enterprise organisation", () =>
    Effect.gen(function* () {
      const { summary } = yield* syncOf({ users: 3, enterprise: "workspace" })
      assert.strictEqual(summary.published.counts.resources["user"], 4)
    }),
  )

  it.live("of an empty workspace shows Slackbot alone", () =>
    Effect.gen(function* () {
      const { summary } = yield* syncOf({ users: 0, userGroups: 0 })
      assert.deepStrictEqual(summary.published.counts.resources, { workspace: 1, workspaceRole: 8, user: 1 })
    }),
  )
})

it("the scopes that Slack Pro declares are those of the methods that it calls", () => {
  const called = ["auth.test", "team.info", "users.list", "usergroups.list"] as const
  const needed = called.flatMap((method) => [
    ...slackMethods[method].scopes,
    ...(slackMethods[method].extraScopes ?? []),
  ])
  const declared = slackPro.steps.flatMap((step) => step.scopes.map((need) => need.scope))
  assert.sameMembers(declared, needed)
})
