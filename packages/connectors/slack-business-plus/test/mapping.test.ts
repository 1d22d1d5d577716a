import { assert, describe, it } from "@effect/vitest"
import type { ScimUser } from "@rollcall/scim-client"
import { workspaceId } from "@rollcall/slack-pro/parts"
import { organizationRoleAssignments, organizationRoleGrants, systemRoleName } from "../src/businessPlusRoles.ts"
import { idpGroupGrants, idpGroupMembership, idpGroupResource } from "../src/idpGroups.ts"
import { scimAccountResource } from "../src/scimAccounts.ts"

const bare: ScimUser = { id: "U1", emails: [], groups: [], roles: [] }
const account = (user: Partial<ScimUser>) => scimAccountResource(workspaceId("T1"), { ...bare, ...user })

describe("an account that SCIM lists", () => {
  it("has only the keys that SCIM tells; an unknown flag is left out", () => {
    assert.deepStrictEqual(account({ active: true }), {
      id: { resourceType: "user", resource: "U1" },
      parent: { resourceType: "workspace", resource: "T1" },
      status: "enabled",
      profile: { user_id: "U1", is_deleted: false },
    })
  })

  it("is disabled where it is not active", () => {
    const { status, profile } = account({ active: false })
    assert.deepStrictEqual([status, profile?.["is_deleted"]], ["disabled", true])
  })

  it("carries its names, its facts as an employee, and when it was made", () => {
    const resource = account({
      userName: "ada",
      givenName: "Ada",
      familyName: "Lovelace",
      displayName: "Ada L.",
      title: "Countess",
      timezone: "Europe/London",
      externalId: "ext-1",
      userType: "Employee",
      roles: ["Analyst", "Poet"],
      created: "2023-04-05T06:07:08+00:00",
      enterprise: {
        employeeNumber: "7",
        costCenter: "R1",
        organization: "Engines",
        division: "North",
        department: "Numbers",
        managerId: "U2",
      },
    })
    assert.strictEqual(resource.displayName, "ada")
    assert.strictEqual(resource.createdAt, "2023-04-05T06:07:08+00:00")
    assert.deepStrictEqual(resource.profile, {
      user_id: "U1",
      is_deleted: false,
      first_name: "Ada",
      last_name: "Lovelace",
      display_name: "Ada L.",
      title: "Countess",
      time_zone: "Europe/London",
      scim_user_name: "ada",
      scim_external_id: "ext-1",
      employee_number: "7",
      cost_center: "R1",
      organization: "Engines",
      division: "North",
      department: "Numbers",
      manager_id: "U2",
      user_type: "Employee",
      scim_roles: "Analyst, Poet",
    })
  })

  it("has its primary address first, also as its login, and none where Slack writes an empty one", () => {
    const both = account({ emails: [{ value: "a@x.example" }, { value: "b@x.example", primary: true }] })
    assert.deepStrictEqual(both.account?.emails, ["b@x.example", "a@x.example"])
    assert.strictEqual(both.profile?.["login"], "b@x.example")
    assert.isUndefined(account({ emails: [{ value: "", primary: true }] }).account)
  })

  it("is a guest where SCIM says so, until its end", () => {
    const { profile } = account({ guest: { type: "multi", expiration: "2030-01-01T00:00:00Z", channels: [] } })
    assert.deepInclude(profile ?? {}, {
      is_restricted: true,
      is_ultra_restricted: false,
      guest_expires_at: "2030-01-01T00:00:00Z",
    })
    assert.isTrue(account({ guest: { type: "single", channels: [] } }).profile?.["is_ultra_restricted"])
  })
})

describe("an IdP group", () => {
  const group = {
    id: "S1",
    displayName: "okta: all",
    members: [{ id: "U1" }, { id: "U9" }],
    unreadableMembers: 0,
  }

  it("is a resource without a parent, with its membership", () => {
    assert.deepStrictEqual(idpGroupResource(group), {
      id: { resourceType: "group", resource: "S1" },
      displayName: "okta: all",
      profile: { group_id: "S1", group_name: "okta: all" },
    })
    const { id, displayName, description } = idpGroupMembership(group)
    assert.deepStrictEqual(
      [id, displayName, description],
      ["group:S1:member", "okta: all IDP group member", "Member of okta: all IDP group"],
    )
  })

  it("grants its membership to each member, unknown ones too; in GovSlack for good", () => {
    const ids = ["group:S1:member:user:U1", "group:S1:member:user:U9"]
    assert.deepStrictEqual(
      idpGroupGrants(group, false).map(({ id, immutable }) => [id, immutable]),
      ids.map((id) => [id, undefined]),
    )
    assert.deepStrictEqual(
      idpGroupGrants(group, true).map(({ immutable }) => immutable),
      [true, true],
    )
  })
})

describe("the roles of the organisation", () => {
  const rolesOf = (user: object) =>
    organizationRoleGrants({ id: "U1", ...user }).map((grant) => grant.resource.resource.replace("organization_", ""))

  it("follow the account's own flags", () => {
    assert.deepStrictEqual(rolesOf({ is_admin: true, is_owner: true, is_primary_owner: true }), [
      "primary_owner",
      "owner",
      "admin",
    ])
    assert.deepStrictEqual(rolesOf({ is_admin: true }), ["admin"])
    assert.deepStrictEqual(rolesOf({}), [])
  })

  it("follow the flags of the organisation where Slack sends them", () => {
    assert.deepStrictEqual(rolesOf({ is_owner: true, is_admin: true, enterprise_user: { is_admin: true } }), ["admin"])
  })

  it("follow the account's own flags where what Slack sends of the organisation holds none of them", () => {
    for (const told of [{}, { id: "W1", teams: ["T1"] }, { is_admin: null, is_owner: null }, null]) {
      assert.deepStrictEqual(rolesOf({ is_owner: true, is_admin: true, enterprise_user: told }), ["owner", "admin"])
    }
  })

  it("are held by nobody where Slack sends that the organisation's flags are all off", () => {
    assert.deepStrictEqual(rolesOf({ is_owner: true, enterprise_user: { is_owner: false } }), [])
  })

  it("are not held by deactivated accounts, pending invitations and strangers", () => {
    assert.deepStrictEqual(rolesOf({ is_admin: true, deleted: true, is_invited_user: true }), [])
    assert.deepStrictEqual(rolesOf({ is_admin: true, deleted: true }), [])
    assert.deepStrictEqual(rolesOf({ is_admin: true, is_stranger: true }), [])
  })

  it("can be held whether or not anybody does", () => {
    assert.deepStrictEqual(organizationRoleAssignments()[1], {
      id: "businessPlusRole:organization_owner:assigned",
      resource: { resourceType: "businessPlusRole", resource: "organization_owner" },
      slug: "assigned",
      displayName: "Business+ Organization Owner role",
      description: "Has the Business+ Organization Owner role",
      purpose: "assignment",
      grantableTo: ["user"],
    })
  })
})

it("a system role that is not known here is named by its id", () => {
  assert.deepStrictEqual([systemRoleName("Rl0A"), systemRoleName("Rl99")], ["Channel Manager", "Rl99"])
})
