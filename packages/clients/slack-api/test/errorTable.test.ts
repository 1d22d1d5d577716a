import { assert, describe, it } from "@effect/vitest"
import type { SlackReason, SlackReasonTag } from "../src/index.ts"
import { SlackError, SlackReason as SlackReasonSchema } from "../src/index.ts"
import { errorCodes } from "../src/error/errorCodes.ts"
import { slackReasonOf } from "../src/webApi/slackCaller.ts"

// The set that every method's page lists, and what the read methods add to it.
// Source: https://docs.slack.dev/reference/methods/users.list and its siblings
const documented = `
  access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted fatal_error
  internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth invalid_charset invalid_form_data
  invalid_post_type method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type not_authed
  org_login_required ratelimited request_timeout service_unavailable team_access_not_granted team_added_to_org
  token_expired token_revoked two_factor_setup_required unknown_method
  invalid_json json_not_object missing_argument invalid_cursor invalid_limit limit_required team_not_found
  team_not_on_enterprise user_not_found user_not_visible too_many_users users_not_found plan_upgrade_required
  invalid_team no_such_subteam bot_not_found invalid_types channel_not_found fetch_members_failed permission_denied
  invalid_actor feature_not_enabled invalid_role_id invalid_sort plus_teams_only`
  .trim()
  .split(/\s+/u)

const reasonOf = (code: string, method = "team.info") => slackReasonOf(method, { error: code }, 30_000)
const errorOf = (reason: SlackReason, method = "users.list") => new SlackError({ method, reason })

describe("the table of Slack's error codes", () => {
  it.each(documented)("knows %s", (code) => {
    assert.notStrictEqual(reasonOf(code)._tag, "UnknownError")
  })

  it("keeps a code that it does not know, even one named like a member of every object", () => {
    assert.deepStrictEqual(reasonOf("something_new"), { _tag: "UnknownError", code: "something_new" })
    assert.deepStrictEqual(reasonOf("constructor"), { _tag: "UnknownError", code: "constructor" })
  })

  it("gives every code a reason that the schema of reasons takes", () => {
    for (const code of Object.keys(errorCodes)) {
      assert.doesNotThrow(() => errorOf(reasonOf(code)), code)
    }
  })

  it("reads the lists of scopes in a refusal", () => {
    const reason = slackReasonOf("x", { error: "missing_scope", needed: "a:read, b:read", provided: "" }, 0)
    assert.deepStrictEqual(reason, { _tag: "MissingScope", needed: ["a:read", "b:read"], provided: [] })
  })

  it("takes a missing argument for a token of an organisation only where that is the one left out", () => {
    assert.strictEqual(reasonOf("missing_argument", "usergroups.list")._tag, "OrgLevelInstall")
    assert.strictEqual(reasonOf("missing_argument", "users.info")._tag, "InvalidRequest")
  })
})

const samples = {
  MalformedToken: { _tag: "MalformedToken" },
  UnreadableToken: { _tag: "UnreadableToken", problem: "The file t does not exist.", remedy: "Name a file." },
  Fenced: { _tag: "Fenced", problem: "Another worker has taken over.", remedy: "It goes on there." },
  NotAuthed: { _tag: "NotAuthed", code: "not_authed" },
  InvalidAuth: { _tag: "InvalidAuth", code: "invalid_auth" },
  TokenRevoked: { _tag: "TokenRevoked", code: "token_revoked" },
  TokenExpired: { _tag: "TokenExpired", code: "token_expired" },
  AccountInactive: { _tag: "AccountInactive", code: "account_inactive" },
  WrongTokenKind: { _tag: "WrongTokenKind", code: "not_allowed_token_type" },
  OrgLevelInstall: { _tag: "OrgLevelInstall" },
  AccessBlocked: { _tag: "AccessBlocked", code: "accesslimited" },
  MissingScope: { _tag: "MissingScope", needed: ["usergroups:read"], provided: ["team:read"] },
  MethodBlocked: { _tag: "MethodBlocked", code: "enterprise_is_restricted" },
  NoPermission: { _tag: "NoPermission", code: "no_permission" },
  PlanTooLow: { _tag: "PlanTooLow", code: "plan_upgrade_required" },
  NotFound: { _tag: "NotFound", code: "user_not_found" },
  InvalidCursor: { _tag: "InvalidCursor", code: "invalid_cursor" },
  LimitRequired: { _tag: "LimitRequired", code: "limit_required" },
  InvalidRequest: { _tag: "InvalidRequest", code: "invalid_arguments" },
  UnknownMethod: { _tag: "UnknownMethod", code: "unknown_method" },
  RateLimited: { _tag: "RateLimited", retryAfterMillis: 30_000 },
  ServerError: { _tag: "ServerError" },
  ServerFault: { _tag: "ServerFault", code: "fatal_error" },
  Network: { _tag: "Network", problem: "dns", host: "slack.com", code: "ENOTFOUND" },
  TimedOut: { _tag: "TimedOut", afterMillis: 30_000 },
  UnexpectedReply: { _tag: "UnexpectedReply", problem: "shape", detail: "" },
  UnknownError: { _tag: "UnknownError", code: "something_new" },
} satisfies { readonly [Tag in SlackReasonTag]: Extract<SlackReason, { readonly _tag: Tag }> }

describe("an error", () => {
  it("has a sample here for every reason", () => {
    assert.sameMembers(
      Object.keys(samples),
      SlackReasonSchema.members.map((member) => member.fields._tag.schema.literal),
    )
  })

  it.each(Object.values(samples))("says what happened and what to do: $_tag", (reason) => {
    const { message, hint } = errorOf(reason)
    assert.match(message, /^Slack's users\.list .{10,}[^.]\.$/u)
    assert.match(hint, /^[A-Z].{10,}\.$/u)
  })

  it.each<readonly [string, ReadonlyArray<SlackReasonTag>]>([
    [
      "credential",
      [
        "MalformedToken",
        "UnreadableToken",
        "NotAuthed",
        "InvalidAuth",
        "TokenRevoked",
        "TokenExpired",
        "AccountInactive",
        "AccessBlocked",
      ],
    ],
    [
      "refused",
      [
        "WrongTokenKind",
        "OrgLevelInstall",
        "MissingScope",
        "MethodBlocked",
        "NoPermission",
        "PlanTooLow",
        "UnknownMethod",
      ],
    ],
    ["cursor", ["InvalidCursor"]],
    ["notFound", ["NotFound"]],
    [
      "unavailable",
      [
        "Fenced",
        "LimitRequired",
        "RateLimited",
        "ServerError",
        "ServerFault",
        "Network",
        "TimedOut",
        "UnexpectedReply",
      ],
    ],
    ["unexpected", ["UnknownError"]],
    ["defect", ["InvalidRequest"]],
  ])("is of the category %s where its reason is one of %s", (category, tags) => {
    const found = Object.values(samples).filter((reason) => errorOf(reason).category === category)
    assert.sameMembers(
      found.map(({ _tag }) => _tag),
      [...tags],
    )
  })

  it("is a fault of ours only where Slack does not take what was sent", () => {
    const ours = Object.values(samples).filter((reason) => errorOf(reason).kind === "unexpected")
    assert.deepStrictEqual(
      ours.map(({ _tag }) => _tag),
      ["InvalidRequest"],
    )
  })

  it("is worth a retry of a read after a pause, an outage, a lost connection, silence or an odd answer", () => {
    const retryable = Object.values(samples).filter((reason) => errorOf(reason).isRetryable)
    assert.sameMembers(
      retryable.map(({ _tag }) => _tag),
      ["RateLimited", "ServerError", "ServerFault", "Network", "TimedOut", "UnexpectedReply", "UnknownError"],
    )
  })

  it.each<readonly [string, SlackReason, boolean]>([
    ["a pause", samples.RateLimited, true],
    ["service_unavailable", { _tag: "ServerError", code: "service_unavailable" }, true],
    ["a host without an address", { _tag: "Network", problem: "dns", host: "slack.com" }, true],
    ["a refused connection", { _tag: "Network", problem: "refused", host: "slack.com" }, true],
    ["a host that cannot be reached", { _tag: "Network", problem: "unreachable", host: "slack.com" }, true],
    ["a cut connection", { _tag: "Network", problem: "reset", host: "slack.com" }, false],
    ["a connection that failed otherwise", { _tag: "Network", problem: "other", host: "slack.com" }, false],
    ["a 5xx", samples.ServerError, false],
    ["request_timeout", { _tag: "ServerError", code: "request_timeout" }, false],
    ["fatal_error", samples.ServerFault, false],
    ["silence", samples.TimedOut, false],
    ["half a reply", { _tag: "UnexpectedReply", problem: "truncated", detail: "" }, false],
  ])("lets a write be repeated only where it cannot have taken effect, a read always: %s", (_, reason, write) => {
    assert.strictEqual(errorOf(reason, "chat.postMessage").isRetryable, write)
    assert.isTrue(errorOf(reason, "users.list").isRetryable)
  })

  it("is a refusal where the token has no access to the workspace, which never passes by itself", () => {
    assert.strictEqual(errorOf(reasonOf("team_access_not_granted")).category, "refused")
  })

  it("advises smaller pages only for a list that has pages", () => {
    assert.strictEqual(errorOf(samples.LimitRequired, "users.list").hint, "Ask for smaller pages.")
    assert.notInclude(errorOf(samples.LimitRequired, "usergroups.list").hint, "smaller pages")
  })

  it.each(["accesslimited", "ekm_access_denied", "enterprise_is_restricted", "method_deprecated", "unknown_method"])(
    "is a refusal of the method, whatever the token: %s",
    (code) => {
      assert.strictEqual(errorOf(reasonOf(code)).category, "refused")
    },
  )

  it("names the missing scope in its message and in its hint", () => {
    const { message, hint } = errorOf(samples.MissingScope, "usergroups.list")
    assert.include(message, "lacks the scope usergroups:read (it has: team:read)")
    assert.include(hint, "Add usergroups:read to the app")
    const unnamed = errorOf({ _tag: "MissingScope", needed: [], provided: ["team:read"] }, "usergroups.list")
    assert.include(unnamed.message, "lacks a scope that the method needs (it has: team:read)")
    assert.include(unnamed.hint, "Add the scope to the app")
  })

  it.each(["dns", "refused", "tls", "reset", "unreachable", "other"] as const)(
    "on the way to Slack has its own sentence and hint: %s",
    (problem) => {
      const own = errorOf({ _tag: "Network", problem, host: "slack.com" })
      const dns = errorOf(samples.Network)
      assert.strictEqual(own.hint === dns.hint, problem === "dns")
      assert.include(own.message, "slack.com")
    },
  )
})
