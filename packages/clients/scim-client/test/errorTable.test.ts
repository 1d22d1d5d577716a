import { assert, describe, it } from "@effect/vitest"
import { ScimError, ScimReason, type ScimReasonTag, type ScimVerb, slackDialect } from "../src/index.ts"

// Every code of Slack's SCIM pages. `too_many_requests` and `resource_locked` are told by their status, 429.
// Source: https://docs.slack.dev/reference/scim-api, https://docs.slack.dev/reference/scim-api/rate-limits
const documented = `
  invalid_authentication missing_authentication plus_teams_only non_org_teams_only permission_denied
  incomplete_filter no_filters invalid_query invalid_filter_group query_building_failed database_query_failure
  invalid_sort_order username_taken email_taken user_creation_failed missing_schema_element cannot_modify_owner
  cannot_disable_primary_owner primary_owner_check_failure cannot_make_user_guest cannot_modify_gdpr
  cannot_disable_bot_user_with_scim too_many_users group_member_max_exceeded failed_to_remove_users_for_linked_subteam
  unable_to_add_deleted_or_guest_to_group no_such_group_members no_such_group missing_group_id
  group_members_create_failed group_creation_failed idp_group_linked_to_channels addresses_invalid bad_email_address
  bad_endpoint cannot_decode_user_id email_empty email_invalid emails_invalid groups_invalid
  improper_enterprise_schema_format invalid_attribute_format invalid_display_name invalid_emoji_not_allowed
  invalid_name_maxlength invalid_name_required invalid_name_specials invalid_request_payload invalid_reserved_word
  invalid_starts_with_at long_nickname method_not_allowed missing_primary_email missing_user_id no_such_user
  password_change_not_allowed phoneNumbers_invalid photos_invalid roles_invalid truncation_error
  unable_to_create_team_profile_fields unknown_user unsupported_version username_empty username_invalid
  username_not_allowed username_required username_too_long`
  .trim()
  .split(/\s+/u)

const errorOf = (reason: ScimReason, verb: ScimVerb = "GET") =>
  new ScimError({ server: "Slack", verb, path: "Users/U1", reason })

describe("the table of Slack's SCIM codes", () => {
  it("holds every documented code and no other", () => {
    assert.sameMembers(Object.keys(slackDialect.codes), documented)
  })

  it.each(["plus_teams_only", "non_org_teams_only"])("takes %s for a plan or installation without SCIM", (code) => {
    assert.strictEqual(slackDialect.codes[code], "PlanTooLow")
  })
})

const samples = {
  MalformedToken: { _tag: "MalformedToken" },
  UnreadableToken: { _tag: "UnreadableToken", problem: "The file t does not exist.", remedy: "Name a file." },
  Fenced: { _tag: "Fenced", problem: "Another worker has taken over.", remedy: "It goes on there." },
  MalformedId: { _tag: "MalformedId" },
  NotAuthed: { _tag: "NotAuthed", code: "missing_authentication" },
  InvalidAuth: { _tag: "InvalidAuth" },
  NoPermission: { _tag: "NoPermission", code: "permission_denied" },
  ProtectedAccount: { _tag: "ProtectedAccount", code: "cannot_modify_owner" },
  UnfitAccount: { _tag: "UnfitAccount", code: "cannot_make_user_guest" },
  PlanTooLow: { _tag: "PlanTooLow", code: "plus_teams_only" },
  NotFound: { _tag: "NotFound", code: "no_such_user" },
  Conflict: { _tag: "Conflict", code: "email_taken" },
  UnclearConflict: { _tag: "UnclearConflict" },
  LimitReached: { _tag: "LimitReached", code: "too_many_users" },
  LockedGroup: { _tag: "LockedGroup", code: "idp_group_linked_to_channels" },
  InvalidFilter: { _tag: "InvalidFilter", code: "invalid_query" },
  InvalidRequest: { _tag: "InvalidRequest", code: "email_invalid" },
  NotSupported: { _tag: "NotSupported", code: "bad_endpoint" },
  RateLimited: { _tag: "RateLimited", retryAfterMillis: 30_000 },
  ResourceLocked: { _tag: "ResourceLocked", code: "resource_locked" },
  ServerError: { _tag: "ServerError" },
  Network: { _tag: "Network", problem: "reset", host: "api.slack.com" },
  TimedOut: { _tag: "TimedOut", afterMillis: 30_000 },
  UnexpectedReply: { _tag: "UnexpectedReply", problem: "shape", detail: "" },
  ShortList: { _tag: "ShortList", announced: 2, read: 1 },
  UnknownError: { _tag: "UnknownError", code: "brand_new" },
} satisfies { readonly [Tag in ScimReasonTag]: Extract<ScimReason, { readonly _tag: Tag }> }

const tagsWhere = (test: (error: ScimError) => boolean, verb?: ScimVerb) =>
  Object.values(samples)
    .filter((reason) => test(errorOf(reason, verb)))
    .map(({ _tag }) => _tag)

describe("an error", () => {
  it("has a sample here for every reason", () => {
    assert.sameMembers(
      Object.keys(samples),
      ScimReason.members.map((member) => member.fields._tag.schema.literal),
    )
  })

  it.each(Object.values(samples))("says what happened and what to do: $_tag", (reason) => {
    const { message, hint } = errorOf(reason)
    assert.match(message, /^Slack's SCIM GET Users\/U1 .{10,}[^.]\.$/u)
    assert.match(hint, /^[A-Z].{10,}\.$/u)
  })

  it.each(documented)("keeps Slack's word and has a hint for it: %s", (code) => {
    const tag = slackDialect.codes[code]
    assert.isDefined(tag)
    if (tag === undefined) return
    const error = errorOf({ _tag: tag, code })
    assert.strictEqual(error.code, code)
    assert.include(error.message, `(${code})`)
    assert.match(error.hint, /^[A-Z].{10,}\.$/u)
  })

  it.each<readonly [string, ReadonlyArray<ScimReasonTag>]>([
    ["credential", ["MalformedToken", "UnreadableToken", "NotAuthed", "InvalidAuth"]],
    [
      "refused",
      [
        "NoPermission",
        "ProtectedAccount",
        "UnfitAccount",
        "PlanTooLow",
        "Conflict",
        "LimitReached",
        "LockedGroup",
        "NotSupported",
      ],
    ],
    ["notFound", ["NotFound"]],
    [
      "unavailable",
      ["Fenced", "RateLimited", "ResourceLocked", "ServerError", "Network", "TimedOut", "UnexpectedReply", "ShortList"],
    ],
    ["unexpected", ["UnclearConflict", "UnknownError"]],
    ["defect", ["MalformedId", "InvalidFilter", "InvalidRequest"]],
  ])("is of the category %s where its reason is one of %s", (category, tags) => {
    assert.sameMembers(
      tagsWhere((error) => error.category === category),
      [...tags],
    )
  })

  it("is a fault of ours only where nothing that can be sent, or taken, was sent", () => {
    assert.sameMembers(
      tagsWhere((error) => error.kind === "unexpected"),
      ["MalformedId", "InvalidFilter", "InvalidRequest"],
    )
  })

  it("is worth a retry of a read after a pause, a lock, an outage, a lost connection, silence or an odd answer", () => {
    assert.sameMembers(
      tagsWhere((error) => error.isRetryable),
      [
        "RateLimited",
        "ResourceLocked",
        "ServerError",
        "Network",
        "TimedOut",
        "UnclearConflict",
        "UnexpectedReply",
        "UnknownError",
      ],
    )
  })

  it.each(["POST", "PUT", "PATCH", "DELETE"] as const)(
    "of a %s is worth a retry only where nothing was done, and otherwise uncertain",
    (verb) => {
      assert.sameMembers(
        tagsWhere((error) => error.isRetryable, verb),
        ["RateLimited", "ResourceLocked"],
      )
      assert.sameMembers(
        tagsWhere((error) => error.isUncertain, verb),
        ["ServerError", "Network", "TimedOut", "UnclearConflict", "UnexpectedReply", "UnknownError"],
      )
    },
  )

  it.each(["dns", "refused", "unreachable"] as const)("of a write that was never sent is certain: %s", (problem) => {
    const error = errorOf({ _tag: "Network", problem, host: "api.slack.com" }, "PATCH")
    assert.deepStrictEqual([error.isRetryable, error.isUncertain], [true, false])
  })

  it("of an uncertain write says so, and what to do before trying again", () => {
    const { message, hint } = errorOf(samples.TimedOut, "PATCH")
    assert.include(message, "It may have taken effect all the same.")
    assert.match(hint, /^Read the user or group/u)
  })
})
