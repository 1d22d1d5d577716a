// Slack's SCIM error codes with their HTTP status, and the shape of each version.
//
// Slack documents the codes, not the statuses, apart from those of authentication, of throttling, of a missing resource
// (404) and of `missing_schema_element` (400): what breaks a rule about people is 403 here, what is taken 409, the rest
// 400. https://docs.slack.dev/reference/scim-api
import { jsonReply, type SimulatorReply } from "../http/exchange.ts"
import type { ScimVersion } from "./schemas.ts"

const statuses = {
  missing_authentication: 401,
  invalid_authentication: 401,
  plus_teams_only: 403,
  non_org_teams_only: 403,
  cannot_modify_owner: 403,
  cannot_disable_primary_owner: 403,
  cannot_disable_bot_user_with_scim: 403,
  no_such_user: 404,
  no_such_group: 404,
  bad_endpoint: 404,
  unsupported_version: 404,
  method_not_allowed: 405,
  username_taken: 409,
  email_taken: 409,
  too_many_requests: 429,
  resource_locked: 429,
  missing_schema_element: 400,
  invalid_request_payload: 400,
  invalid_attribute_format: 400,
  invalid_sort_order: 400,
  username_required: 400,
  username_too_long: 400,
  missing_primary_email: 400,
  invalid_name_required: 400,
  incomplete_filter: 400,
  no_filters: 400,
  invalid_query: 400,
  invalid_filter_group: 400,
  no_such_group_members: 400,
  unable_to_add_deleted_or_guest_to_group: 400,
  group_member_max_exceeded: 400,
  too_many_users: 400,
} as const

export type ScimErrorCode = keyof typeof statuses

/** The error shape of a version, with any code and status. */
export const scimErrorReply = (
  version: ScimVersion,
  code: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): SimulatorReply => {
  const body =
    version === "v1"
      ? { Errors: { description: code, code: status } }
      : { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], detail: code, status }
  return jsonReply(JSON.stringify(body), headers, status)
}

/** A refusal as Slack words it. Failures of authentication have the shape of v1 on v2 as well. */
export const scimError = (
  version: ScimVersion,
  code: ScimErrorCode,
  headers: Readonly<Record<string, string>> = {},
): SimulatorReply => scimErrorReply(statuses[code] === 401 ? "v1" : version, code, statuses[code], headers)

/** The HTTP status of a code; 400 for one that is not in the table. */
export const statusOf = (code: string): number => Object.entries(statuses).find(([known]) => known === code)?.[1] ?? 400
