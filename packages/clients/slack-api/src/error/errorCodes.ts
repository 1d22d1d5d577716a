// Slack's error codes and the reason that each means. One table for all methods: Slack gives a code the same meaning
// everywhere, with the exceptions that slackReasonOf.ts treats. A code that is not here becomes `UnknownError`, which keeps it.
// Source: the error tables of https://docs.slack.dev/reference/methods
import type { SlackReason } from "../SlackError.ts"

/** Reasons that hold nothing but Slack's code. */
export type CodedReason = Exclude<Extract<SlackReason, { readonly code: string }>["_tag"], "Network" | "UnknownError">

/** What a code means. `MissingScope`, `RateLimited` and `ServerError` hold more than the code. */
export const errorCodes: Readonly<Record<string, CodedReason | "MissingScope" | "RateLimited" | "ServerError">> = {
  // The token
  not_authed: "NotAuthed",
  invalid_auth: "InvalidAuth",
  token_revoked: "TokenRevoked",
  token_expired: "TokenExpired",
  account_inactive: "AccountInactive",
  not_allowed_token_type: "WrongTokenKind",
  missing_scope: "MissingScope",
  user_is_bot: "WrongTokenKind",
  // The workspace keeps it out
  org_login_required: "AccessBlocked",
  team_added_to_org: "AccessBlocked",
  two_factor_setup_required: "AccessBlocked",
  // The method, and not the token, is kept out
  accesslimited: "MethodBlocked",
  ekm_access_denied: "MethodBlocked",
  enterprise_is_restricted: "MethodBlocked",
  // Rights and plan
  access_denied: "NoPermission",
  invalid_actor: "NoPermission",
  no_permission: "NoPermission",
  not_an_admin: "NoPermission",
  not_an_enterprise: "PlanTooLow",
  permission_denied: "NoPermission",
  restricted_action: "NoPermission",
  team_access_not_granted: "NoPermission",
  user_is_restricted: "NoPermission",
  feature_not_enabled: "PlanTooLow",
  plan_upgrade_required: "PlanTooLow",
  plus_teams_only: "PlanTooLow",
  team_not_on_enterprise: "PlanTooLow",
  // What was asked for
  bot_not_found: "NotFound",
  channel_not_found: "NotFound",
  invalid_team: "NotFound",
  no_such_subteam: "NotFound",
  subteam_not_found: "NotFound",
  team_not_found: "NotFound",
  user_not_found: "NotFound",
  user_not_visible: "NotFound",
  users_not_found: "NotFound",
  app_not_found: "NotFound",
  invalid_app_id: "NotFound",
  // Paging
  invalid_cursor: "InvalidCursor",
  limit_required: "LimitRequired",
  // The request
  invalid_arg_name: "InvalidRequest",
  invalid_arguments: "InvalidRequest",
  invalid_array_arg: "InvalidRequest",
  invalid_charset: "InvalidRequest",
  invalid_form_data: "InvalidRequest",
  invalid_json: "InvalidRequest",
  invalid_limit: "InvalidRequest",
  invalid_manifest: "InvalidRequest",
  invalid_post_type: "InvalidRequest",
  invalid_role_id: "InvalidRequest",
  invalid_sort: "InvalidRequest",
  invalid_types: "InvalidRequest",
  json_not_object: "InvalidRequest",
  missing_argument: "InvalidRequest",
  missing_charset: "InvalidRequest",
  missing_post_type: "InvalidRequest",
  superfluous_charset: "InvalidRequest",
  too_many_users: "InvalidRequest",
  // The method
  deprecated_endpoint: "UnknownMethod",
  method_deprecated: "UnknownMethod",
  unknown_method: "UnknownMethod",
  // Slack itself
  fatal_error: "ServerFault",
  fetch_members_failed: "ServerFault",
  internal_error: "ServerFault",
  ratelimited: "RateLimited",
  rate_limited: "RateLimited",
  request_timeout: "ServerError",
  service_unavailable: "ServerError",
  team_unavailable: "ServerError",
}
