import { assert, describe, it } from "@effect/vitest"
import type { PublishedRecords } from "@rollcall/connector"
import { formatResourceId, memoryOutput, runSync, unexpectedGaps } from "@rollcall/connector"
import { slackMethods } from "@rollcall/slack-api"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Simulator } from "@rollcall/slack-simulator"
import { Effect, Layer } from "effect"
import { AdminWebApi, slackBusinessPlus, type SlackBusinessPlusOptions } from "../src/index.ts"
import { readScopes, simulatedSlack, type TokenOptions } from "./simulatedSlack.ts"

interface Sync {
  readonly world?: SimulatorOptions
  readonly tokens?: TokenOptions
  readonly connector?: SlackBusinessPlusOptions
}

const syncOf = Effect.fnUntraced(function* ({ world = {}, tokens = {}, connector = {} }: Sync) {
  const output = memoryOutput()
  const work = Effect.gen(function* () {
    const summary = yield* runSync(slackBusinessPlus({ oneToken: tokens.oneToken ?? false, ...connector }))
    const slack = yield* Simulator
    return { summary, calls: slack.calls(), expected: [...slack.expected()] }
  })
  const layers = [simulatedSlack({ users: 20, ...world }, tokens), output.layer] as const
  const done = yield* Effect.provide(work, [...layers], { local: true })
  return { ...done, published: output.published() }
})

const idsIn = (published: PublishedRecords | undefined) => [
  ...(published?.resources ?? []).map(({ id }) => `resource ${formatResourceId(id)}`),
  ...(published?.entitlements ?? []).map(({ id }) => `entitlement ${id}`),
  ...(published?.grants ?? []).map(({ id }) => `grant ${id}`),
]

const coverageOf = ({ summary }: Effect.Success<ReturnType<typeof syncOf>>, type: string) =>
  summary.coverage.find((found) => found.resourceType === type)

const accountsIn = (published: PublishedRecords | undefined) =>
  (published?.resources ?? []).filter(({ id }) => id.resourceType === "user")

describe("a sync of Slack Business+", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    it.live(`shows exactly what seed ${seed} holds`, () =>
      Effect.gen(function* () {
        const world = { users: seed * 97, userGroups: 7, idpGroups: 9, scimOnlyUsers: seed, seed }
        const { published, expected } = yield* syncOf({ world })
        assert.sameMembers(
          idsIn(published),
          expected.map(({ kind, id }) => `${kind} ${id}`),
        )
      }),
    )
  }

  it.live(
    "takes one call for each token and the workspace, and one a page; nothing grows with the groups' members",
    () =>
      Effect.gen(function* () {
        const { calls } = yield* syncOf({ world: { users: 1998, userGroups: 40, idpGroups: 250 } })
        assert.deepStrictEqual(calls, {
          "auth.test": 2,
          "scim.groups.list": 3,
          "scim.users.list": 2,
          "team.info": 1,
          "usergroups.list": 1,
          // The simulated groups name more than five members whom no list shows.
          "users.info": 5,
          "users.list": 3,
        })
      }),
  )

  it.live("tells an account's status from SCIM, and all else from users.list first", () =>
    Effect.gen(function* () {
      const person = { id: "U1", name: "ada", deleted: false, profile: { real_name: "Ada L.", title: "CTO" } }
      const scim = {
        id: "U1",
        userName: "ada.scim",
        title: "Countess",
        active: false,
        meta: { created: "2023-01-02T03:04:05+00:00" },
      }
      const workspace = {
        team: { id: "T1", name: "Acme" },
        users: [person],
        scim: { users: [scim], groups: [] },
      }
      const { published } = yield* syncOf({ world: { workspace } })
      const [account] = accountsIn(published)
      assert.deepStrictEqual(
        [account?.status, account?.displayName, account?.profile?.["title"], account?.profile?.["scim_user_name"]],
        ["disabled", "ada", "CTO", "ada.scim"],
      )
      assert.strictEqual(account?.createdAt, "2023-01-02T03:04:05+00:00")
    }),
  )

  it.live("belongs to the account that users.list shows what other lists tell under its id in the organisation", () =>
    Effect.gen(function* () {
      const workspace = {
        team: { id: "T1", name: "Acme" },
        users: [
          { id: "U1", name: "ada", profile: {}, enterprise_user: { id: "W1", is_admin: true } },
          { id: "U2", name: "bob", is_owner: true, profile: {}, enterprise_user: {} },
        ],
        usergroups: [{ id: "S1", name: "Team", users: ["W1", "U2"] }],
        scim: {
          users: [{ id: "W1", userName: "ada.scim", active: false }],
          groups: [{ id: "S2", displayName: "All", members: [{ value: "W1" }] }],
        },
      }
      const { published, summary } = yield* syncOf({ world: { workspace } })
      assert.deepStrictEqual(
        accountsIn(published).map(({ id, status, profile }) => [id.resource, status, profile?.["scim_user_name"]]),
        [
          ["U1", "disabled", "ada.scim"],
          ["U2", "enabled", undefined],
        ],
      )
      const grantsOf = (type: string) =>
        published?.grants.flatMap(({ id, resource }) => (resource.resourceType === type ? [id] : []))
      assert.deepStrictEqual(grantsOf("userGroup"), ["userGroup:S1:member:user:U1", "userGroup:S1:member:user:U2"])
      assert.deepStrictEqual(grantsOf("group"), ["group:S2:member:user:U1"])
      assert.deepStrictEqual(grantsOf("businessPlusRole"), [
        "businessPlusRole:organization_admin:assigned:user:U1",
        "businessPlusRole:organization_owner:assigned:user:U2",
      ])
      assert.notInclude(
        summary.warnings.map(({ code }) => code),
        "unknown-principal",
      )
    }),
  )

  for (const [how, active, status] of [
    ["enabled where SCIM says that it is active", true, "enabled"],
    ["disabled where SCIM says that it is not", false, "disabled"],
    ["deleted where SCIM does not list it", undefined, "deleted"],
  ] as const) {
    it.live(`shows a pending invitation as ${how}, with both flags and as an invited member alone`, () =>
      Effect.gen(function* () {
        const workspace = {
          team: { id: "T1", name: "Acme" },
          users: [{ id: "U1", name: "ada", deleted: true, is_invited_user: true, is_admin: true, profile: {} }],
          scim: { users: active === undefined ? [] : [{ id: "U1", userName: "ada", active }], groups: [] },
        }
        const { published } = yield* syncOf({ world: { workspace } })
        const [account] = accountsIn(published)
        assert.deepStrictEqual(
          [account?.status, account?.profile?.["is_deleted"], account?.profile?.["is_invited_user"]],
          [status, true, true],
        )
        const roles = published?.grants.flatMap(({ resource }) =>
          resource.resourceType === "workspace" ? [] : [resource.resource],
        )
        assert.deepStrictEqual(roles, ["T1:admin", "T1:invited_member"])
      }),
    )
  }

  it.live("keeps an account that only SCIM knows, with one warning for all of them", () =>
    Effect.gen(function* () {
      const { published, summary } = yield* syncOf({ world: { users: 30, scimOnlyUsers: 3 } })
      assert.strictEqual(summary.warnings.find(({ code }) => code === "not-in-users")?.count, 3)
      assert.isAtLeast(accountsIn(published).length, 34)
    }),
  )

  it.live("counts accounts that SCIM does not list, without bots, Slackbot and strangers, in one warning", () =>
    Effect.gen(function* () {
      const user = (id: string, flags: object = {}) => ({
        id,
        name: id,
        profile: { email: `${id}@x.example` },
        ...flags,
      })
      const workspace = {
        team: { id: "T1", name: "Acme" },
        users: [
          user("U1"),
          user("U2", { enterprise_user: { id: "W2" } }),
          user("U3"),
          user("U4", { deleted: true }),
          user("U5", { is_bot: true }),
          user("U6", { is_workflow_bot: true }),
          user("U7", { is_connector_bot: true }),
          user("U8", { is_stranger: true }),
          user("USLACKBOT"),
        ],
        scim: {
          users: [
            { id: "U1", userName: "u1" },
            { id: "W2", userName: "u2" },
          ],
          groups: [],
        },
      }
      const { summary } = yield* syncOf({ world: { workspace } })
      assert.deepStrictEqual(summary.warnings, [
        {
          code: "not-in-scim-users",
          message: "2 of accounts are not among SCIM accounts; kept as far as known.",
          count: 2,
        },
      ])
    }),
  )

  it.live("keeps accounts and groups beside one that cannot be read, and names the gap", () =>
    Effect.gen(function* () {
      const faults = [
        { method: "scim.users.list", fault: { kind: "malformedRecord" as const } },
        { method: "scim.groups.list", fault: { kind: "malformedRecord" as const } },
      ]
      const sync = yield* syncOf({ world: { idpGroups: 4, faults } })
      assert.strictEqual(sync.summary.published.counts.resources["group"], 4)
      assert.strictEqual(sync.summary.published.counts.resources["user"], 21)
      assert.deepStrictEqual(
        ["user", "group"].map(
          (type) => unexpectedGaps(sync.summary.coverage).find((gap) => gap.resourceType === type)?.reason,
        ),
        ["unreadable", "unreadable"],
      )
    }),
  )

  it.live("names what an account that cannot be read would have held as a gap in every type", () =>
    Effect.gen(function* () {
      const faults = [{ method: "users.list", fault: { kind: "malformedRecord" as const } }]
      const { summary } = yield* syncOf({ world: { faults } })
      const partial = summary.coverage
        .filter(({ state }) => state === "partial")
        .map(({ resourceType }) => resourceType)
      assert.sameMembers(partial, ["user", "workspace", "workspaceRole", "businessPlusRole"])
    }),
  )

  for (const change of ["deleted", "created"] as const) {
    it.live(`shows all groups that are there in the end where one is ${change} between two pages`, () =>
      Effect.gen(function* () {
        const faults = [{ method: "scim.groups.list", call: 2, fault: { kind: "listChanges" as const, change } }]
        const { published, expected, calls } = yield* syncOf({ world: { idpGroups: 250, faults } })
        const groupsIn = (ids: ReadonlyArray<string>) => ids.filter((id) => id.startsWith("resource group:"))
        assert.includeMembers(groupsIn(idsIn(published)), groupsIn(expected.map(({ kind, id }) => `${kind} ${id}`)))
        assert.strictEqual(calls["scim.groups.list"], 7)
      }),
    )
  }

  it.live("is refused before anything is published where the plan has no SCIM", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(syncOf({ world: { plan: "pro" } }))
      assert.propertyVal(error, "kind", "refused")
    }),
  )

  it.live("is refused where SCIM does not take the token", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(syncOf({ tokens: { userScopes: readScopes } }))
      assert.propertyVal(error, "kind", "refused")
    }),
  )

  it.live("is refused for a token of a whole Enterprise organisation", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(syncOf({ world: { enterprise: "org" } }))
      assert.propertyVal(error, "kind", "refused")
      assert.include(error.message, "organisation")
    }),
  )

  it.live("says what to do where Slack closes the organisation's SCIM to the app of one workspace", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(syncOf({ world: { enterprise: "workspace" } }))
      assert.propertyVal(error, "kind", "refused")
      assert.include(error.hint, "without the Business+ token")
    }),
  )

  const refused: ReadonlyArray<readonly [string, TokenOptions, RegExp]> = [
    [
      "names the token that Slack does not know",
      { reader: "unknown" },
      /invalid_auth.* It is the token of BATON_TOKEN\.$/u,
    ],
    ["names the other one just so", { admin: "unknown" }, /It is the token of BATON_BUSINESS_PLUS_TOKEN\.$/u],
    [
      "names the one that serves alone",
      { admin: "unknown", oneToken: true },
      /the token of BATON_BUSINESS_PLUS_TOKEN\.$/u,
    ],
    ["tells tokens that were swapped", { reader: "user", admin: "bot" }, /^The two tokens are swapped/u],
    ["tells a bot token in two places", { admin: "bot" }, /^BATON_BUSINESS_PLUS_TOKEN has a bot token/u],
    ["tells a bot token that is to serve alone", { admin: "bot", oneToken: true }, /PLUS_TOKEN has a bot token/u],
  ]
  for (const [title, tokens, says] of refused) {
    it.live(title, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(syncOf({ tokens }))
        assert.propertyVal(error, "kind", "refused")
        assert.match(error.message, says)
        assert.isNotEmpty(error.hint)
      }),
    )
  }

  it.live("is refused where the two tokens open different workspaces", () =>
    Effect.gen(function* () {
      const elsewhere = simulatedSlack({ users: 3, seed: 2 })
      const mixed = Layer.merge(
        simulatedSlack({ users: 3, seed: 1 }),
        Layer.effect(AdminWebApi, AdminWebApi).pipe(Layer.provide(elsewhere)),
      )
      const error = yield* Effect.flip(
        Effect.provide(runSync(slackBusinessPlus()), [mixed, memoryOutput().layer], { local: true }),
      )
      assert.propertyVal(error, "kind", "refused")
      assert.include(error.message, "different workspaces")
    }),
  )
})

describe("with the scope admin and no other token", () => {
  const lone = { oneToken: true, userScopes: ["admin"] }

  it.live("accounts, IdP groups and their grants come from SCIM", () =>
    Effect.gen(function* () {
      const { published, expected } = yield* syncOf({ world: { idpGroups: 5 }, tokens: lone })
      const groupsOf = (ids: ReadonlyArray<string>) => ids.filter((id) => id.includes(" group:"))
      assert.sameMembers(groupsOf(idsIn(published)), groupsOf(expected.map(({ kind, id }) => `${kind} ${id}`)))
      assert.isNotEmpty(accountsIn(published))
      assert.isTrue(accountsIn(published).every(({ profile }) => profile?.["is_bot"] === undefined))
    }),
  )

  it.live("what the Web API keeps from it is a gap with the scope that is missing", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf({ tokens: lone })
      const gaps = sync.summary.coverage.flatMap((found) =>
        found.gaps.map((gap) => `${found.resourceType} ${found.state} ${gap.missingScopes?.join() ?? ""}`),
      )
      assert.sameMembers(gaps, [
        "user partial users:read",
        "user partial users:read",
        "workspace partial users:read",
        "workspaceRole partial users:read",
        "businessPlusRole partial users:read",
        "userGroup skipped usergroups:read",
      ])
    }),
  )

  it.live("a users.list that Slack restricts is a gap that says so, and accounts come from SCIM", () =>
    Effect.gen(function* () {
      const fault = { kind: "error", error: "enterprise_is_restricted" } as const
      const faults = [{ method: "users.list", times: "always", fault }] as const
      const sync = yield* syncOf({
        world: { faults },
        tokens: { oneToken: true, userScopes: ["admin", ...readScopes] },
      })
      assert.isNotEmpty(accountsIn(sync.published))
      const gap = coverageOf(sync, "user")?.gaps[0]
      assert.strictEqual(gap?.reason, "settings")
      assert.include(gap?.explanation, "enterprise_is_restricted")
      assert.isUndefined(gap?.missingScopes)
    }),
  )

  it.live("nobody is missed in the list that it cannot read", () =>
    Effect.gen(function* () {
      const { summary } = yield* syncOf({ tokens: lone })
      assert.notInclude(
        summary.warnings.map(({ code }) => code),
        "not-in-users",
      )
    }),
  )

  it.live("a token of its own for the Web API is refused without users:read", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(syncOf({ tokens: { botScopes: ["team:read"] } }))
      assert.propertyVal(error, "kind", "refused")
    }),
  )
})

describe("IdP groups", () => {
  const refused = [
    {
      method: "scim.groups.list",
      times: "always" as const,
      fault: { kind: "error" as const, error: "permission_denied" },
    },
  ]

  it.live("that SCIM refuses are a gap where nothing is said of single sign-on", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf({ world: { faults: refused } })
      assert.strictEqual(coverageOf(sync, "group")?.state, "skipped")
    }),
  )

  it.live("that SCIM refuses end the sync where single sign-on is required", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(syncOf({ world: { faults: refused }, connector: { sso: true } }))
      assert.propertyVal(error, "kind", "refused")
    }),
  )

  it.live("are not asked for where single sign-on is said to be off, which is a gap by settings", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf({ world: { idpGroups: 3 }, connector: { sso: false } })
      assert.isUndefined(sync.calls["scim.groups.list"])
      assert.deepStrictEqual(
        [coverageOf(sync, "group")?.state, coverageOf(sync, "group")?.gaps[0]?.reason],
        ["skipped", "settings"],
      )
    }),
  )

  it.live("may be none at all, which is no refusal", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf({ world: { idpGroups: 0 }, connector: { sso: true } })
      assert.strictEqual(coverageOf(sync, "group")?.state, "complete")
    }),
  )
})

describe("on GovSlack", () => {
  const gov = {
    world: { gov: true, workspaces: 3, users: 60, userGroups: 6, idpGroups: 4, scimOnlyUsers: 2 },
    tokens: { oneToken: true, userScopes: ["admin", ...readScopes] },
    connector: { gov: true },
  }

  it.live("all workspaces of the organisation are shown, each with its people, roles and groups", () =>
    Effect.gen(function* () {
      const { published, expected } = yield* syncOf(gov)
      assert.lengthOf(published?.resources.filter(({ id }) => id.resourceType === "workspace") ?? [], 3)
      assert.sameMembers(
        idsIn(published),
        expected.map(({ kind, id }) => `${kind} ${id}`),
      )
    }),
  )

  const inTwo = (first: object, second: object) => {
    const method = "users.list"
    const record = (flags: object) => ({ id: "U0TWICE", name: "twice", profile: {}, ...flags })
    const faults = [
      { method, call: 1, fault: { kind: "malformedRecord" as const, record: record(first) } },
      { method, call: 2, fault: { kind: "malformedRecord" as const, record: record(second) } },
    ]
    return syncOf({ ...gov, world: { ...gov.world, faults } })
  }
  const gone = { deleted: true }
  const admin = { is_admin: true, enterprise_user: { is_admin: true, is_owner: false } }
  const guest = { is_restricted: true, enterprise_user: { is_owner: true } }

  for (const [order, first, second] of [
    ["first", admin, gone],
    ["second", gone, admin],
  ] as const) {
    it.live(`somebody who is deactivated in one workspace is what the other says, which is listed ${order}`, () =>
      Effect.gen(function* () {
        const { published, summary } = yield* inTwo(first, second)
        const account = accountsIn(published).find(({ id }) => id.resource === "U0TWICE")
        assert.deepStrictEqual(
          [account?.status, account?.profile?.["is_admin"], account?.profile?.["is_deleted"]],
          ["enabled", true, false],
        )
        const roles = published?.grants.flatMap(({ principal, resource }) =>
          principal.resource === "U0TWICE" ? [resource.resourceType] : [],
        )
        assert.sameMembers(roles ?? [], [
          "workspace",
          "workspace",
          "workspaceRole",
          "workspaceRole",
          "businessPlusRole",
        ])
        assert.deepInclude(
          summary.warnings.map(({ code, count }) => ({ code, count })),
          { code: "differs-in-users", count: 1 },
        )
      }),
    )

    it.live(`roles of the organisation follow the workspace whose flags are used, which is listed ${order}`, () =>
      Effect.gen(function* () {
        const { published } = yield* order === "first" ? inTwo(admin, guest) : inTwo(guest, admin)
        const roles = published?.grants.flatMap(({ principal, resource }) =>
          principal.resource === "U0TWICE" && resource.resourceType === "businessPlusRole" ? [resource.resource] : [],
        )
        assert.deepStrictEqual(roles, ["organization_admin"])
      }),
    )
  }

  const refuses = (call: number) => [
    { method: "usergroups.list", call, fault: { kind: "error", error: "team_access_not_granted" } as const },
  ]

  for (const call of [1, 2, 3]) {
    it.live(`workspace ${call} of 3 that refuses its user groups is a gap with its name, and the others are read`, () =>
      Effect.gen(function* () {
        const { published: whole } = yield* syncOf(gov)
        const sync = yield* syncOf({ ...gov, world: { ...gov.world, faults: refuses(call) } })
        const groupsIn = (records: PublishedRecords | undefined) =>
          (records?.resources ?? []).filter(({ id }) => id.resourceType === "userGroup")
        const refused = new Set(
          whole?.resources.filter(({ id }) => id.resourceType === "workspace").map(({ id }) => id.resource),
        )
        for (const { parent } of groupsIn(sync.published)) refused.delete(parent?.resource ?? "")
        const gap = coverageOf(sync, "userGroup")?.gaps[0]
        assert.deepStrictEqual([refused.size, sync.calls["usergroups.list"], gap?.reason], [1, 3, "settings"])
        assert.include(gap?.missing, `(${[...refused].join("")})`)
        assert.deepStrictEqual(
          groupsIn(sync.published),
          groupsIn(whole).filter(({ parent }) => !refused.has(parent?.resource ?? "")),
        )
      }),
    )
  }

  it.live(
    "a workspace that refuses its accounts to the only token is a gap with its name, and the others are read",
    () =>
      Effect.gen(function* () {
        const fault = { kind: "error", error: "team_access_not_granted" } as const
        const faults = [{ method: "users.list", call: 2, fault }]
        const tokens = { oneToken: true, userScopes: ["admin", ...readScopes] }
        const sync = yield* syncOf({ ...gov, world: { ...gov.world, faults }, tokens })
        const members = (sync.published?.grants ?? []).filter(({ resource }) => resource.resourceType === "workspace")
        assert.strictEqual(new Set(members.map(({ resource }) => resource.resource)).size, 2)
        assert.match(
          coverageOf(sync, "workspace")?.gaps[0]?.missing ?? "",
          /^members of the workspace, in the workspace .+ \(T/u,
        )
        assert.strictEqual(sync.calls["users.list"], 3)
      }),
  )

  it.live("a workspace that lists nobody interrupts the sync, and an empty page with a cursor does not", () =>
    Effect.gen(function* () {
      const method = "users.list"
      const body = { ok: true, members: [], response_metadata: { next_cursor: "" } }
      const nobody = [{ method, call: 2, fault: { kind: "wrongShape" as const, body } }]
      const error = yield* Effect.flip(syncOf({ ...gov, world: { ...gov.world, faults: nobody } }))
      assert.deepInclude(error, { reason: "Interrupted", step: "users" })
      assert.include(error.message, "shows no account at all")
      const emptyPage = [{ method, call: 2, fault: { kind: "shortPage" as const, records: 0 } }]
      const { published, expected } = yield* syncOf({ ...gov, world: { ...gov.world, faults: emptyPage } })
      assert.lengthOf(idsIn(published), expected.length)
    }),
  )

  it.live("accounts of SCIM that no workspace lists are information, not a warning", () =>
    Effect.gen(function* () {
      const { summary } = yield* syncOf(gov)
      assert.notInclude(
        summary.warnings.map(({ code }) => code),
        "not-in-users",
      )
      assert.deepStrictEqual(summary.published.notes, [
        "2 of SCIM accounts are not among accounts; kept as far as known.",
      ])
    }),
  )

  it.live("nobody differs whose flags are the same in each workspace", () =>
    Effect.gen(function* () {
      const { summary } = yield* syncOf(gov)
      assert.notInclude(
        summary.warnings.map(({ code }) => code),
        "differs-in-users",
      )
    }),
  )

  it.live("a list of workspaces that goes in a circle is no list without end", () =>
    Effect.gen(function* () {
      const method = "auth.teams.list"
      const faults = [
        { method, times: "always", fault: { kind: "shortPage", records: 1 } },
        { method, call: 3, fault: { kind: "repeatCursor", back: 2 } },
      ] as const
      const error = yield* Effect.flip(syncOf({ ...gov, world: { ...gov.world, workspaces: 5, faults } }))
      assert.include(error.message, "does not end: ")
      assert.match(error.hint, /^Try again;/)
    }),
  )

  it.live("workspaces come once and in one order, whatever the order in which Slack lists them", () =>
    Effect.gen(function* () {
      const teams = [{ id: "T3" }, { id: "T1", name: "One" }, { id: "T2" }, { id: "T1", name: "One" }]
      const fault = { kind: "wrongShape" as const, body: { ok: true, teams } }
      const faults = [{ method: "auth.teams.list", fault }]
      const slack = simulatedSlack({ ...gov.world, faults }, gov.tokens)
      const tenant = yield* Effect.provide(slackBusinessPlus({ gov: true, oneToken: true }).identify, slack)
      assert.deepStrictEqual(
        tenant.parts?.map(({ id }) => id),
        ["T1", "T2", "T3"],
      )
    }),
  )

  it.live("workspaces keep their own names where team.info is out of reach", () =>
    Effect.gen(function* () {
      const namesOf = ({ published }: Effect.Success<ReturnType<typeof syncOf>>) =>
        published?.resources.flatMap(({ id, displayName }) => (id.resourceType === "workspace" ? [displayName] : []))
      const userScopes = ["admin", ...readScopes.filter((scope) => scope !== "team:read")]
      assert.deepStrictEqual(
        namesOf(yield* syncOf({ ...gov, tokens: { oneToken: true, userScopes } })),
        namesOf(yield* syncOf(gov)),
      )
    }),
  )

  it.live("a workspace whose domain Slack keeps from the token has a gap that says so", () =>
    Effect.gen(function* () {
      const refused = { kind: "error" as const, error: "enterprise_is_restricted" }
      const faults = [{ method: "team.info", call: 2, fault: refused }]
      const gaps = coverageOf(yield* syncOf({ ...gov, world: { ...gov.world, faults } }), "workspace")?.gaps ?? []
      assert.lengthOf(gaps, 1)
      assert.match(gaps[0]?.missing ?? "", /^domain of /u)
      assert.deepStrictEqual(coverageOf(yield* syncOf(gov), "workspace")?.gaps, [])
    }),
  )

  it.live("grants of IdP groups cannot be changed", () =>
    Effect.gen(function* () {
      const { published } = yield* syncOf(gov)
      const ofGroups = published?.grants.filter(({ resource }) => resource.resourceType === "group") ?? []
      assert.isNotEmpty(ofGroups)
      assert.isTrue(ofGroups.every(({ immutable }) => immutable === true))
    }),
  )
})

describe("Slack's system roles", () => {
  const readable = { userScopes: ["admin", "admin.roles:read"] }

  it.live("are shown where the token may read them", () =>
    Effect.gen(function* () {
      const { published, calls } = yield* syncOf({ world: { users: 300, systemRoles: 450 }, tokens: readable })
      const roles = published?.resources.flatMap(({ id }) => (id.resource.startsWith("Rl") ? [id.resource] : [])) ?? []
      assert.isNotEmpty(roles)
      assert.lengthOf([...new Set(roles)], roles.length)
      assert.strictEqual(calls["admin.roles.listAssignments"], 3)
    }),
  )

  it.live("are a gap where Slack refuses the method all the same, beside the roles of the organisation", () =>
    Effect.gen(function* () {
      const fault = { kind: "error", error: "enterprise_is_restricted" } as const
      const faults = [{ method: "admin.roles.listAssignments", times: "always", fault }] as const
      const { published, summary } = yield* syncOf({ world: { users: 30, faults }, tokens: readable })
      const roles = published?.resources.filter(({ id }) => id.resourceType === "businessPlusRole") ?? []
      assert.lengthOf(roles, 3)
      const coverage = summary.coverage.find(({ resourceType }) => resourceType === "businessPlusRole")
      assert.deepStrictEqual(
        [coverage?.state, coverage?.gaps.map(({ missing }) => missing)],
        ["partial", ["who holds Slack's system roles"]],
      )
    }),
  )

  it.live("cost no call where it may not", () =>
    Effect.gen(function* () {
      const { calls } = yield* syncOf({ world: { systemRoles: 450 } })
      assert.isUndefined(calls["admin.roles.listAssignments"])
    }),
  )
})

it("the scopes that Slack Business+ declares are those of the methods that it calls, and admin", () => {
  const called = ["auth.test", "team.info", "users.list", "usergroups.list"] as const
  const needed = called.flatMap((method) => [
    ...slackMethods[method].scopes,
    ...(slackMethods[method].extraScopes ?? []),
  ])
  const declared = slackBusinessPlus().steps.flatMap((step) => step.scopes.map((need) => need.scope))
  assert.sameMembers([...new Set(declared)], [...needed, "admin"])
})
