// What SCIM tells of an account. `users.list` is believed first: from here come the keys that it does not have, and whether
// the account is active.
import type { Profile, Resource, ResourceId } from "@rollcall/connector"
import type { ScimUser } from "@rollcall/scim-client"
import { accountId } from "@rollcall/slack-pro/parts"

/** The account as SCIM knows it. A flag that SCIM does not tell is left out, not `false`. */
export const scimAccountResource = (workspace: ResourceId, user: ScimUser): Resource => {
  const emails = emailsOf(user)
  return {
    id: accountId(user.id),
    ...(user.userName === undefined ? {} : { displayName: user.userName }),
    parent: workspace,
    status: user.active === false ? "disabled" : "enabled",
    ...(user.created === undefined ? {} : { createdAt: user.created }),
    profile: { user_id: user.id, is_deleted: user.active === false, ...told(user, emails[0]) },
    ...(emails.length === 0 ? {} : { account: { emails } }),
  }
}

/** The primary address first. Slack writes an empty one for bots. */
const emailsOf = ({ emails }: ScimUser): ReadonlyArray<string> =>
  emails
    .toSorted((a, b) => Number(b.primary === true) - Number(a.primary === true))
    .map((email) => email.value)
    .filter((address) => address !== "")

const told = (user: ScimUser, login: string | undefined): Profile => {
  const { enterprise = {}, guest } = user
  const facts: Record<string, string | boolean | undefined> = {
    first_name: user.givenName,
    last_name: user.familyName,
    login,
    ...(guest === undefined ? {} : { is_restricted: true, is_ultra_restricted: guest.type === "single" }),
    display_name: user.displayName,
    title: user.title,
    time_zone: user.timezone,
    guest_expires_at: guest?.expiration,
    scim_user_name: user.userName,
    scim_external_id: user.externalId,
    employee_number: enterprise.employeeNumber,
    cost_center: enterprise.costCenter,
    organization: enterprise.organization,
    division: enterprise.division,
    department: enterprise.department,
    manager_id: enterprise.managerId,
    user_type: user.userType,
    scim_roles: user.roles.length === 0 ? undefined : user.roles.join(", "),
  }
  const profile: Record<string, string | boolean> = {}
  for (const [key, value] of Object.entries(facts)) {
    if (value !== undefined && value !== "") profile[key] = value
  }
  return profile
}
