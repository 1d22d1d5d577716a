// Business+ roles: those of the organisation, which need no call, and the assignments of system roles where the token may
// read them. Slack gives `admin.roles:read` on Enterprise only, so that an ordinary Business+ sync makes no call here.
import type { ConnectorError, Page, PageRequest, Step } from "@rollcall/connector"
import { grantOf, sentenceOf } from "@rollcall/connector"
import { largestPageOf } from "@rollcall/slack-api"
import { accountId, toConnectorError, unreadable, workspaceId, workspacesOf } from "@rollcall/slack-pro/parts"
import { Effect, Schema } from "effect"
import { AdminWebApi } from "./identify.ts"
import {
  organizationRoleAssignments,
  organizationRoleResources,
  roleAssignment,
  roleResource,
  systemRoleName,
} from "./businessPlusRoles.ts"
import { businessPlusRoleId, businessPlusRoleType } from "./resourceTypes.ts"

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
