// Business+ roles, which are Rollcall's own: those of the organisation, which the flags of an account tell without a call,
// and the assignments of system roles where the token may read them. Slack gives `admin.roles:read` on Enterprise only, so
// that an ordinary Business+ sync makes no call here.
import type {
  ConnectorError,
  Entitlement,
  Grant,
  Page,
  PageRequest,
  Resource,
  ResourceId,
  ResourceType,
  Step,
} from "@rollcall/connector"
import { entitlementId, grantOf, sentenceOf } from "@rollcall/connector"
import type { SlackUser } from "@rollcall/slack-api"
import { largestPageOf } from "@rollcall/slack-api"
import { accountId, toConnectorError, unreadable, userType, workspaceId, workspacesOf } from "@rollcall/slack-pro/parts"
import { Effect, Schema } from "effect"
import { AdminWebApi } from "./identify.ts"

/** A role in the organisation, or one of Slack's system roles. */
export const businessPlusRoleType: ResourceType = {
  id: "businessPlusRole",
  displayName: "Business+ Role",
  traits: ["role"],
  capabilities: ["sync"],
  permissions: ["admin"],
}

/** A Business+ role: `organization_owner`, or the id of a system role such as `Rl0A`. */
const businessPlusRoleId = (role: string): ResourceId => ({
  resourceType: businessPlusRoleType.id,
  resource: role,
})

interface OrganizationRole {
  /** The resource id. */
  readonly id: string
  readonly displayName: string
  readonly flag: "is_primary_owner" | "is_owner" | "is_admin"
}

/** Held or not whatever the others are, as roles of the workspace. */
const organizationRoles: ReadonlyArray<OrganizationRole> = [
  {
    id: "organization_primary_owner",
    displayName: "Organization Primary Owner",
    flag: "is_primary_owner",
  },
  {
    id: "organization_owner",
    displayName: "Organization Owner",
    flag: "is_owner",
  },
  {
    id: "organization_admin",
    displayName: "Organization Admin",
    flag: "is_admin",
  },
]

/** A role as a resource of the workspace. */
const roleResource = (role: string, displayName: string, parent: ResourceId): Resource => ({
  id: businessPlusRoleId(role),
  displayName,
  parent,
})

/** The entitlement of having the role. */
const roleAssignment = (role: string, displayName: string): Entitlement => ({
  id: entitlementId(businessPlusRoleId(role), "assigned"),
  resource: businessPlusRoleId(role),
  slug: "assigned",
  displayName: `Business+ ${displayName} role`,
  description: `Has the Business+ ${displayName} role`,
  purpose: "assignment",
  grantableTo: [userType.id],
})

/** The roles of the organisation, held or not. */
const organizationRoleResources = (parent: ResourceId): ReadonlyArray<Resource> =>
  organizationRoles.map(({ id, displayName }) => roleResource(id, displayName, parent))

/** The entitlement of each. */
export const organizationRoleAssignments = (): ReadonlyArray<Entitlement> =>
  organizationRoles.map(({ id, displayName }) => roleAssignment(id, displayName))

/**
 * The roles of the organisation that an account holds. Slack sends `enterprise_user` where the workspace is one of
 * several, now and then without any of these flags; then, and elsewhere, the account's own flags speak for the whole. A
 * deactivated account and a stranger hold none.
 */
export const organizationRoleGrants = (user: SlackUser): ReadonlyArray<Grant> => {
  if (user.deleted === true || user.is_stranger === true) return []
  const told = user.enterprise_user
  const flags = told && organizationRoles.some(({ flag }) => typeof told[flag] === "boolean") ? told : user
  return organizationRoles
    .filter(({ flag }) => flags[flag] === true)
    .map((role) => grantOf(businessPlusRoleId(role.id), "assigned", accountId(user.id)))
}

// Slack has no call that lists their systemRoleNames.
// Source: https://docs.slack.dev/reference/methods/admin.roles.addAssignments
const systemRoleNames: Readonly<Record<string, string>> = {
  Rl01: "Channel Admin",
  Rl0A: "Channel Manager",
  Rl05: "Conversation Admin",
  Rl0L: "Analytics Admin",
  Rl0C: "Audit Logs Admin",
  Rl0G: "Sales Admin",
  Rl0J: "Security Admin",
  Rl0B: "Slack Platform Developer",
  Rl0F: "Exports Admin",
  Rl0D: "Integrations Manager",
  Rl04: "Legal Holds Admin",
  Rl0E: "Message Activity Manager",
  Rl02: "Role Admin",
  Rl03: "User Admin",
  Rl0K: "Workflow Admin",
  Rl09: "DLP Admin",
}

/** The name of a system role; of a role that is not known here, such as a custom one, its id. */
export const systemRoleName = (roleId: string): string => systemRoleNames[roleId] ?? roleId

const scope = "admin.roles:read"
const method = "admin.roles.listAssignments"

const Assignment = Schema.Struct({ role_id: Schema.NonEmptyString, user_id: Schema.NonEmptyString })
const isAssignment = Schema.is(Assignment)

const Assignments = Schema.Struct({
  role_assignments: Schema.Array(Schema.Unknown),
  response_metadata: Schema.optionalKey(
    Schema.NullOr(Schema.Struct({ next_cursor: Schema.optionalKey(Schema.NullOr(Schema.String)) })),
  ),
})

/** Reads `admin.roles.listAssignments`, https://docs.slack.dev/reference/methods/admin.roles.listAssignments. */
export const rolesStep: Step<AdminWebApi> = {
  id: "business-plus-roles",
  title: "Business+ roles",
  produces: [businessPlusRoleType.id],
  optional: true,
  scopes: [],
  usesIfGranted: [scope],
  page: Effect.fn("SlackBusinessPlus.roles")(function* (request) {
    const isGranted = request.tenant.scopes?.includes(scope) === true
    if (request.cursor !== undefined) return yield* systemRoles(request)
    const page = isGranted ? yield* Effect.catchIf(systemRoles(request), isRefusal, withoutSystemRoles) : {}
    return withOrganizationRoles(request, page)
  }),
}

const isRefusal = ({ reason }: ConnectorError): boolean => reason._tag === "Refused"

/** The roles of the organisation need no call, so a refusal takes only those of the system away. */
const withoutSystemRoles = (error: ConnectorError): Effect.Effect<Page> =>
  Effect.succeed({
    gaps: [
      {
        resourceType: businessPlusRoleType.id,
        missing: "who holds Slack's system roles",
        reason: error.refusedBy ?? "settings",
        explanation: sentenceOf(error),
        ...(error.missingScopes === undefined ? {} : { missingScopes: error.missingScopes }),
      },
    ],
  })

const parentOf = ({ tenant }: PageRequest) => workspaceId((workspacesOf(tenant)[0] ?? tenant).id)

const withOrganizationRoles = (request: PageRequest, page: Page): Page => ({
  ...page,
  resources: [...organizationRoleResources(parentOf(request)), ...(page.resources ?? [])],
  entitlements: [...organizationRoleAssignments(), ...(page.entitlements ?? [])],
})

const systemRoles = Effect.fnUntraced(function* (request: PageRequest) {
  const slack = yield* AdminWebApi
  const list = yield* Effect.mapError(
    slack.call(method, { limit: largestPageOf(method), cursor: request.cursor }, Assignments),
    toConnectorError,
  )
  const assignments = list.role_assignments.filter(isAssignment)
  const roles = [...new Set(assignments.map((assignment) => assignment.role_id))]
  const next = list.response_metadata?.next_cursor
  const page: Page = {
    resources: roles.map((role) => roleResource(role, systemRoleName(role), parentOf(request))),
    entitlements: roles.map((role) => roleAssignment(role, systemRoleName(role))),
    grants: assignments.map((it) => grantOf(businessPlusRoleId(it.role_id), "assigned", accountId(it.user_id))),
    ...(next === undefined || next === null || next === "" ? {} : { next }),
    ...unreadable(businessPlusRoleType, list.role_assignments.length - assignments.length),
  }
  return page
})
