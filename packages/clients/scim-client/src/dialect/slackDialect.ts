// Slack's SCIM, on Business+ and Enterprise: its codes, page size and limits. Sources:
// https://docs.slack.dev/reference/scim-api, https://docs.slack.dev/reference/scim-api/rate-limits
import type { CodedReason } from "../ScimError.ts"
import type { ScimDialect, ScimLimit } from "./ScimDialect.ts"

/** The reason that each code means. One that is not here is kept as `UnknownError`, or read from its HTTP status. */
const slackCodes: Readonly<Record<string, CodedReason>> = {
  // The token
  invalid_authentication: "InvalidAuth",
  missing_authentication: "NotAuthed",
  // Plan and installation
  plus_teams_only: "PlanTooLow",
  non_org_teams_only: "PlanTooLow",
  // Rights
  permission_denied: "NoPermission",
  cannot_modify_owner: "ProtectedAccount",
  cannot_disable_primary_owner: "ProtectedAccount",
  primary_owner_check_failure: "ProtectedAccount",
  cannot_modify_gdpr: "ProtectedAccount",
  // Kinds of accounts
  cannot_disable_bot_user_with_scim: "UnfitAccount",
  cannot_make_user_guest: "UnfitAccount",
  unable_to_add_deleted_or_guest_to_group: "UnfitAccount",
  // What was asked for
  cannot_decode_user_id: "NotFound",
  no_such_group: "NotFound",
  no_such_group_members: "NotFound",
  no_such_user: "NotFound",
  unknown_user: "NotFound",
  // Names and addresses
  email_taken: "Conflict",
  username_taken: "Conflict",
  // Sizes
  failed_to_remove_users_for_linked_subteam: "LimitReached",
  group_member_max_exceeded: "LimitReached",
  too_many_users: "LimitReached",
  unable_to_create_team_profile_fields: "LimitReached",
  // Groups that are bound
  idp_group_linked_to_channels: "LockedGroup",
  // Filters
  incomplete_filter: "InvalidFilter",
  invalid_filter_group: "InvalidFilter",
  invalid_query: "InvalidFilter",
  invalid_sort_order: "InvalidFilter",
  no_filters: "InvalidFilter",
  // What was sent
  addresses_invalid: "InvalidRequest",
  bad_email_address: "InvalidRequest",
  email_empty: "InvalidRequest",
  email_invalid: "InvalidRequest",
  emails_invalid: "InvalidRequest",
  groups_invalid: "InvalidRequest",
  improper_enterprise_schema_format: "InvalidRequest",
  invalid_attribute_format: "InvalidRequest",
  invalid_display_name: "InvalidRequest",
  invalid_emoji_not_allowed: "InvalidRequest",
  invalid_name_maxlength: "InvalidRequest",
  invalid_name_required: "InvalidRequest",
  invalid_name_specials: "InvalidRequest",
  invalid_request_payload: "InvalidRequest",
  invalid_reserved_word: "InvalidRequest",
  invalid_starts_with_at: "InvalidRequest",
  long_nickname: "InvalidRequest",
  missing_group_id: "InvalidRequest",
  missing_primary_email: "InvalidRequest",
  missing_schema_element: "InvalidRequest",
  missing_user_id: "InvalidRequest",
  password_change_not_allowed: "InvalidRequest",
  phoneNumbers_invalid: "InvalidRequest",
  photos_invalid: "InvalidRequest",
  roles_invalid: "InvalidRequest",
  truncation_error: "InvalidRequest",
  username_empty: "InvalidRequest",
  username_invalid: "InvalidRequest",
  username_not_allowed: "InvalidRequest",
  username_required: "InvalidRequest",
  username_too_long: "InvalidRequest",
  // The endpoint
  bad_endpoint: "NotSupported",
  method_not_allowed: "NotSupported",
  unsupported_version: "NotSupported",
  // Slack itself
  database_query_failure: "ServerError",
  group_creation_failed: "ServerError",
  group_members_create_failed: "ServerError",
  query_building_failed: "ServerError",
  user_creation_failed: "ServerError",
}

const reads: ScimLimit = { name: "reads", budget: { callsPerMinute: 1000, burst: 1000 } }
const writes: ScimLimit = { name: "writes", budget: { callsPerMinute: 600, burst: 180 } }

/** Where commercial Slack's SCIM is. Source: https://docs.slack.dev/admins/scim-api */
export const slackScimUrl = "https://api.slack.com/scim/"

/** Where GovSlack's SCIM is, by what other clients use; Slack documents none, and v1 is what answers there. */
export const govSlackScimUrl = "https://api.slack-gov.com/scim/"

/** Slack, v1 and v2. Limits are shared by all SCIM apps of an organisation, its identity provider among them. */
export const slackDialect: ScimDialect = {
  name: "Slack",
  mediaType: "application/json",
  largestPage: 1000,
  parallelPages: 4,
  noMatchIsNotFound: true,
  managerAttribute: "managerId",
  lockedCode: "resource_locked",
  codes: slackCodes,
  codesEveryRefusal: true,
  limits: {
    "Users list": [reads],
    "Users get": [{ name: "GET Users/id", budget: { callsPerMinute: 300, burst: 300 } }, reads],
    "Users create": [{ name: "POST Users", budget: { callsPerMinute: 180, burst: 20 } }, writes],
    "Users change": [{ name: "PUT and PATCH Users/id", budget: { callsPerMinute: 180, burst: 20 } }, writes],
    "Users delete": [{ name: "DELETE Users/id", budget: { callsPerMinute: 180, burst: 20 } }, writes],
    "Groups list": [reads],
    "Groups get": [{ name: "GET Groups/id", budget: { callsPerMinute: 300, burst: 300 } }, reads],
    "Groups create": [{ name: "POST Groups", budget: { callsPerMinute: 180, burst: 20 } }, writes],
    "Groups change": [{ name: "PUT and PATCH Groups/id", budget: { callsPerMinute: 180, burst: 80 } }, writes],
    "Groups delete": [{ name: "DELETE Groups/id", budget: { callsPerMinute: 180, burst: 20 } }, writes],
    "ServiceProviderConfig get": [reads],
  },
}
