// Looks at a Slack token in two or three cheap calls: what kind it is, whose workspace it opens, what it may read, how
// Slack's limits and clock stand. Nobody's data is read.
import type { Secret } from "@rollcall/config"
import type { ScopeNeed } from "@rollcall/connector"
import { defaultRetryPolicy, Resilience } from "@rollcall/resilience"
import type { SlackError, SlackIdentity, SlackTokenKind } from "@rollcall/slack-api"
import { slackTokenKind, SlackWebApi } from "@rollcall/slack-api"
import { Clock, Effect, Layer, Result } from "effect"
import type { Finding } from "../ConnectorEntry.ts"
import { slackTokenLayer } from "./slackTokenLayer.ts"

/** Beyond this, signatures and token life times go wrong. */
const tolerableSkewSeconds = 60

/** Someone waits for the answer, so little is repeated. */
const retry = {
  ...defaultRetryPolicy,
  throttled: { retries: 1, waitMillis: 60_000 },
  transient: { retries: 1, waitMillis: 5_000 },
}

/** The findings about a token and what it opens. */
export const diagnoseSlack = Effect.fn("Doctor.slack")(function* (
  settings: { readonly token: Secret | undefined; readonly "base-url": string },
  needs: ReadonlyArray<ScopeNeed>,
): Effect.fn.Return<ReadonlyArray<Finding>> {
  if (settings.token === undefined) return [noToken]
  const token = yield* Effect.result(settings.token)
  if (Result.isFailure(token)) {
    return [failed("token", token.failure.message, token.failure.hint, "configuration")]
  }
  const kind = slackTokenKind(token.success)
  let slackTime: string | undefined
  const client = SlackWebApi.layer({
    baseUrl: settings["base-url"],
    retry,
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      slackTime = response.headers.get("date") ?? slackTime
      return response
    },
  }).pipe(Layer.provide(slackTokenLayer(settings.token)), Layer.provideMerge(Resilience.layer))

  return yield* Effect.gen(function* () {
    const slack = yield* SlackWebApi
    const answer = yield* Effect.result(slack.authTest)
    if (Result.isFailure(answer)) return [tokenFinding(kind), errorFinding("workspace", answer.failure)]
    const identity = answer.success
    const now = yield* Clock.currentTimeMillis
    const groups =
      identity.scopes?.includes("usergroups:read") === true ? yield* Effect.result(slack.userGroupsList()) : undefined
    return [
      tokenFinding(kind),
      workspaceFinding(identity),
      ...expiryFindings(identity),
      planFinding(groups),
      ...needs.map((need) => scopeFinding(need, identity.scopes)),
      limitFinding(yield* (yield* Resilience).state),
      clockFinding(slackTime, now),
    ]
  }).pipe(Effect.provide(client))
})

const failed = (check: string, found: string, hint: string, kind: NonNullable<Finding["kind"]>): Finding => ({
  check,
  state: "failed",
  found,
  hint,
  kind,
})

const noToken = failed(
  "token",
  "no token is given",
  "Set BATON_TOKEN or BATON_TOKEN_FILE. `rollcall manifest` makes the app that gives one.",
  "configuration",
)

const tokenFinding = (kind: SlackTokenKind): Finding =>
  kind.usable
    ? { check: "token", state: "ok", found: kind.name }
    : failed("token", kind.name, "Use the app's bot token (xoxb-…) or its user token (xoxp-…).", "refused")

const errorFinding = (check: string, error: SlackError): Finding => failed(check, error.message, error.hint, error.kind)

const workspaceFinding = (identity: SlackIdentity): Finding =>
  identity.is_enterprise_install === true || !identity.team_id
    ? failed(
        "workspace",
        "the token is installed on a whole Slack Enterprise organisation",
        "Install the app on one workspace and use the token of that installation.",
        "refused",
      )
    : {
        check: "workspace",
        state: "ok",
        found: `${identity.team ?? identity.team_id} (${identity.team_id}), as ${identity.user ?? identity.user_id}`,
      }

const expiryFindings = ({ expires_in: seconds }: SlackIdentity): ReadonlyArray<Finding> =>
  seconds === undefined || seconds === null
    ? []
    : [
        {
          check: "expiry",
          state: "note",
          found: `the token expires in ${Math.round(seconds / 60)} minutes, as the app rotates its tokens`,
          hint: "Name a file with BATON_TOKEN_FILE and keep the current token there: it is read again when it changes.",
        },
      ]

const planFinding = (groups: Result.Result<unknown, SlackError> | undefined): Finding => {
  const reach = "accounts, roles and user groups through the Web API; IdP groups and SCIM need Business+"
  if (groups === undefined || Result.isSuccess(groups)) return { check: "plan", state: "ok", found: reach }
  const { failure } = groups
  return failure.reason._tag === "PlanTooLow"
    ? { check: "plan", state: "missing", found: "the workspace's plan has no user groups", hint: failure.hint }
    : { check: "plan", state: "note", found: failure.message, hint: failure.hint }
}

const scopeFinding = (need: ScopeNeed, granted: ReadonlyArray<string> | undefined): Finding => {
  const check = `scope ${need.scope}`
  if (granted === undefined) {
    return { check, state: "note", found: `Slack did not say whether it is granted; it is for ${need.purpose}` }
  }
  if (granted.includes(need.scope)) return { check, state: "ok", found: need.purpose }
  const found = `not granted; without it ${need.without}`
  const hint = `Add ${need.scope} to the app (OAuth & Permissions) and install it again.`
  return need.required ? failed(check, found, hint, "refused") : { check, state: "missing", found, hint }
}

const limitFinding = (keys: ReadonlyArray<{ readonly key: string; readonly throttled: number }>): Finding => {
  const throttled = keys.filter((key) => key.throttled > 0).map((key) => key.key)
  return throttled.length === 0
    ? { check: "rate limits", state: "ok", found: "Slack asked for no pause" }
    : {
        check: "rate limits",
        state: "note",
        found: `Slack asked for a pause on ${throttled.join(", ")}`,
        hint: "Another program may use the same app; a sync waits and goes on.",
      }
}

const clockFinding = (header: string | undefined, now: number): Finding => {
  const theirs = Date.parse(header ?? "")
  if (Number.isNaN(theirs)) return { check: "clock", state: "note", found: "Slack did not tell its time" }
  const seconds = Math.round((now - theirs) / 1000)
  return Math.abs(seconds) <= tolerableSkewSeconds
    ? { check: "clock", state: "ok", found: `within ${Math.max(1, Math.abs(seconds))} s of Slack's` }
    : {
        check: "clock",
        state: "missing",
        found: `this machine is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} Slack`,
        hint: "Set the clock, for instance with NTP: times in the file are this machine's.",
      }
}
