// The compatibility contract in vectors of our own: how Slack's objects become resources, entitlements and grants.
import { assert, describe, it } from "@effect/vitest"
import type { SlackUser } from "@rollcall/slack-api"
import { accountRecords, accountResource, precedenceOf } from "../src/accounts.ts"
import { workspaceMeanings } from "../src/module/slackProModule.ts"
import { userGroupGrants, userGroupMembership, userGroupResource } from "../src/userGroups.ts"
import {
  roleEntitlements,
  roleGrants,
  roleResources,
  workspaceGrants,
  workspaceMembership,
  workspaceResource,
} from "../src/workspace.ts"

const acme = { id: "T1", name: "Acme", domain: "acme" }
const ids = (records: ReadonlyArray<{ readonly id: string }>) => records.map((record) => record.id)
const rolesOf = (user: Partial<SlackUser>) =>
  ids(roleGrants("T1", { id: "U1", ...user })).map((id) =>
    id.replace("workspaceRole:T1:", "").replace(":assigned:user:U1", ""),
  )

describe("an account", () => {
  it("of a deactivated person, whom Slack shows without flags, still has every profile key", () => {
    const { status, profile } = accountResource("T1", { id: "U1", name: "ada", deleted: true, profile: {} })
    assert.strictEqual(status, "deleted")
    assert.deepStrictEqual(profile, {
      first_name: "",
      last_name: "",
      login: "",
      workspace: "",
      user_id: "U1",
      status_text: "",
      status_emoji: "",
      is_admin: false,
      is_owner: false,
      is_primary_owner: false,
      is_bot: false,
      is_app_user: false,
      is_invited_user: false,
      is_restricted: false,
      is_ultra_restricted: false,
      is_stranger: false,
      is_deleted: true,
    })
  })

  it("takes its name from the handle, and its login from the e-mail address", () => {
    const { displayName, profile, account } = accountResource("T1", {
      id: "U1",
      name: "ada",
      profile: { email: "ada@example.com", real_name: "Ada L." },
    })
    assert.deepStrictEqual(
      [displayName, profile?.["login"], account?.emails],
      ["ada", "ada@example.com", ["ada@example.com"]],
    )
  })

  it("without an e-mail address, or without a profile at all, is an account all the same", () => {
    assert.deepStrictEqual(accountResource("T1", { id: "U1", name: "ada" }).account, { accountType: "human" })
    assert.deepStrictEqual(accountResource("T1", { id: "U1", profile: { email: null } }).account, {
      accountType: "human",
    })
  })

  it("of a bot is a service account, and USLACKBOT is not a bot to Slack", () => {
    assert.strictEqual(accountResource("T1", { id: "U1", is_bot: true }).account?.accountType, "service")
    assert.strictEqual(accountResource("T1", { id: "USLACKBOT", is_bot: false }).account?.accountType, "human")
  })

  it("has a second factor only where Slack says so", () => {
    assert.strictEqual(accountResource("T1", { id: "U1", has_2fa: true }).account?.mfaEnabled, true)
    assert.notProperty(accountResource("T1", { id: "U1", has_2fa: false }).account, "mfaEnabled")
  })

  it("carries further facts only where Slack gave them, a guest's end as an instant", () => {
    const { profile } = accountResource("T1", {
      id: "U1",
      tz: "Europe/Rome",
      profile: { title: "", guest_expiration_ts: 1_800_000_000 },
    })
    assert.strictEqual(profile?.["time_zone"], "Europe/Rome")
    assert.strictEqual(profile?.["guest_expires_at"], "2027-01-15T08:00:00.000Z")
    assert.notProperty(profile, "title")
    assert.notProperty(
      accountResource("T1", { id: "U1", profile: { guest_expiration_ts: 0 } }).profile,
      "guest_expires_at",
    )
  })

  it("belongs to the workspace that listed it, whatever team its profile names", () => {
    const { parent, profile } = accountResource("T1", { id: "U1", profile: { team: "T9" } })
    assert.deepStrictEqual([parent, profile?.["workspace"]], [{ resourceType: "workspace", resource: "T1" }, "T9"])
  })
})

describe("a pending invitation, which Slack sends as deactivated and invited,", () => {
  it("is deleted without SCIM, and its profile keeps both flags", () => {
    const { status, profile } = accountResource("T1", { id: "U1", deleted: true, is_invited_user: true })
    assert.deepStrictEqual([status, profile?.["is_deleted"], profile?.["is_invited_user"]], ["deleted", true, true])
  })
})

describe("an account's id in the whole organisation", () => {
  const one = { workspace: { id: "T1", displayName: "Acme" }, team: {} }
  const aliasesOf = (user: SlackUser) => accountRecords(one, [user]).aliases

  it("is an alias of the account's id", () => {
    assert.deepStrictEqual(aliasesOf({ id: "U1", enterprise_user: { id: "W1" } }), [
      { id: { resourceType: "user", resource: "U1" }, alias: "W1" },
    ])
  })

  it("is none where Slack does not send it, or sends the same id again", () => {
    for (const user of [{ id: "U1" }, { id: "U1", enterprise_user: {} }, { id: "U1", enterprise_user: { id: "U1" } }]) {
      assert.deepStrictEqual(aliasesOf(user), [])
    }
  })
})

describe("of several workspaces that list one account, the flags are used", () => {
  const from = (workspace: string, user: Partial<SlackUser>) =>
    precedenceOf(
      { workspace: { id: workspace, displayName: workspace }, team: { team_id: workspace } },
      { id: "U1", ...user },
    ).precedence ?? ""
  const inOrder: ReadonlyArray<readonly [string, Partial<SlackUser>]> = [
    ["its primary owner", { is_primary_owner: true, is_owner: true, is_admin: true }],
    ["an owner", { is_owner: true, is_admin: true }],
    ["an admin", { is_admin: true }],
    ["a member", {}],
    ["a multi-channel guest", { is_restricted: true }],
    ["a single-channel guest", { is_restricted: true, is_ultra_restricted: true }],
    ["somebody invited", { is_invited_user: true, is_restricted: true }],
    ["a deactivated account, whatever flags are left", { deleted: true, is_admin: true }],
    ["a stranger", { is_stranger: true, is_admin: true }],
  ]
  for (const [index, [who, user]] of inOrder.entries()) {
    const next = inOrder[index + 1]
    if (next === undefined) continue
    it(`of the one where it is ${who} before the one where it is ${next[0]}`, () => {
      assert.isBelow([from("T2", user), from("T1", next[1])].toSorted().indexOf(from("T2", user)), 1)
    })
  }

  it("of the one with the lowest id where it is the same in both", () => {
    assert.isTrue(from("T1", { is_admin: true }) < from("T2", { is_admin: true }))
  })

  it("of the one that is still inviting before one that deactivated the account", () => {
    assert.isTrue(from("T2", { deleted: true, is_invited_user: true }) < from("T1", { deleted: true }))
  })

  it("of the one where it is a guest of several channels before one that says only that it is one of a single channel", () => {
    assert.isTrue(from("T2", { is_restricted: true }) < from("T1", { is_ultra_restricted: true }))
  })

  it("without any order where the token opens one workspace", () => {
    assert.deepStrictEqual(precedenceOf({ workspace: { id: "T1", displayName: "" }, team: {} }, { id: "U1" }), {})
  })
})

describe("membership of the workspace", () => {
  it("is held by everyone listed, deactivated accounts and bots included", () => {
    const held = [{ id: "U1" }, { id: "U2", deleted: true }, { id: "B3", is_bot: true }].flatMap((user) =>
      workspaceGrants("T1", user),
    )
    assert.deepStrictEqual(ids(held), [
      "workspace:T1:member:user:U1",
      "workspace:T1:member:user:U2",
      "workspace:T1:member:user:B3",
    ])
  })

  it("is not held by a stranger", () => {
    assert.deepStrictEqual(workspaceGrants("T1", { id: "U1", is_stranger: true }), [])
  })

  it("names the workspace in what it shows", () => {
    const { displayName, description } = workspaceMembership(acme)
    assert.deepStrictEqual([displayName, description], ["Acme workspace member", "Member of the Acme workspace"])
  })
})

describe("workspace roles", () => {
  const table: ReadonlyArray<readonly [string, Partial<SlackUser>, ReadonlyArray<string>]> = [
    ["a member", {}, ["member"]],
    [
      "a primary owner",
      { is_admin: true, is_owner: true, is_primary_owner: true },
      ["primary_owner", "owner", "admin", "member"],
    ],
    ["an admin", { is_admin: true }, ["admin", "member"]],
    ["a multi-channel guest", { is_restricted: true }, ["multi_channel_guest"]],
    ["a single-channel guest", { is_restricted: true, is_ultra_restricted: true }, ["single_channel_guest"]],
    ["someone with the second guest flag alone", { is_ultra_restricted: true }, []],
    ["an invited guest", { is_restricted: true, is_invited_user: true }, ["multi_channel_guest", "invited_member"]],
    ["a bot", { is_bot: true }, ["bot"]],
    ["a deactivated account", { deleted: true }, []],
    ["a deactivated bot", { deleted: true, is_bot: true }, ["bot"]],
    ["an invitation that is pending", { deleted: true, is_invited_user: true }, ["invited_member"]],
    ["a stranger", { is_stranger: true, is_admin: true }, []],
  ]
  for (const [who, user, roles] of table) {
    it(`of ${who} are ${roles.length === 0 ? "none" : roles.join(", ")}`, () => {
      assert.deepStrictEqual(rolesOf(user), roles)
    })
  }

  it("all exist, held or not, with a name and an entitlement each", () => {
    assert.lengthOf(roleResources(acme), 8)
    assert.deepStrictEqual(roleEntitlements(acme)[3], {
      id: "workspaceRole:T1:multi_channel_guest:assigned",
      resource: { resourceType: "workspaceRole", resource: "T1:multi_channel_guest" },
      slug: "assigned",
      displayName: "Acme workspace Multi Channel Guest role",
      description: "Has the Multi Channel Guest role in the Slack Acme workspace",
      purpose: "assignment",
      grantableTo: ["user"],
    })
  })

  it("are those that meanings name, the Primary Owner as who cannot be disabled among them", () => {
    const { kinds, privileged, notDisabled = [] } = workspaceMeanings
    const named = [...kinds, ...notDisabled].map(({ entitlement }) => entitlement).concat(privileged)
    const there = ids(roleEntitlements(acme))
    for (const pattern of named) assert.include(there, pattern.replace("*", "T1"))
    assert.deepStrictEqual(
      notDisabled.map(({ entitlement }) => entitlement),
      ["workspaceRole:*:primary_owner:assigned"],
    )
  })
})

describe("a user group", () => {
  const group = { id: "S1", name: "Engineering", handle: "eng", users: ["U1", "U9"] }

  it("is a resource of the workspace with its handle", () => {
    assert.deepStrictEqual(userGroupResource("T1", group), {
      id: { resourceType: "userGroup", resource: "S1" },
      displayName: "Engineering",
      parent: { resourceType: "workspace", resource: "T1" },
      profile: { userGroup_id: "S1", userGroup_name: "Engineering", userGroup_handle: "eng" },
    })
  })

  it("grants its membership to each member that it names", () => {
    assert.strictEqual(userGroupMembership(group).description, "Member of Engineering User group")
    assert.deepStrictEqual(ids(userGroupGrants(group)), ["userGroup:S1:member:user:U1", "userGroup:S1:member:user:U9"])
  })

  it("without members grants nothing", () => {
    assert.deepStrictEqual(userGroupGrants({ id: "S1" }), [])
  })
})

it("the workspace lists the types of resources below it", () => {
  assert.deepStrictEqual(workspaceResource(acme).childResourceTypes, ["user", "userGroup", "workspaceRole"])
})
