// What the doctor says of a Slack token and of what it opens.
import type { Failure, ScopeNeed } from "@rollcall/connector"
import { bundledScopes, lacksScope, type SlackIdentity, type SlackTokenKind } from "@rollcall/slack-api"
import type { Finding } from "@rollcall/connector-module"

/** Beyond this, signatures and token life times go wrong. */
const tolerableSkewSeconds = 60

/** Something that a sync cannot be without. */
export const failed = (check: string, found: string, hint: string, kind: NonNullable<Finding["kind"]>): Finding => ({
  check,
  state: "failed",
  found,
  hint,
  kind,
})

/** A failure of a call, as it says it itself. */
export const failureFinding = (check: string, { message, hint, kind }: Failure): Finding =>
  failed(check, message, hint, kind)

/** The setting whose token SCIM and the admin methods are asked with. */
export const adminCheck = "business-plus-token"

/** Whether Slack takes tokens of the kind for what their setting is for. */
export const tokenFinding = (check: string, kind: SlackTokenKind): Finding => {
  const wrongHolder = check === adminCheck && kind.holder === "bot"
  if (kind.usable && !wrongHolder) return { check, state: "ok", found: kind.name }
  return failed(
    check,
    wrongHolder ? `${kind.name}, which SCIM does not accept` : kind.name,
    check === adminCheck
      ? "Use the app's user token (xoxp-…), made by an owner or admin, with the scope admin."
      : "Use the app's bot token (xoxb-…) or its user token (xoxp-…).",
    "refused",
  )
}

/** Whose data the token opens, and as whom. */
export const identityFinding = (identity: SlackIdentity): Finding =>
  identity.is_enterprise_install === true || !identity.team_id
    ? failed(
        "workspace",
        "the token is installed on a whole Slack Enterprise organisation",
        "Install the app on one workspace and use the token of that installation.",
        "refused",
      )
    : { check: "workspace", state: "ok", found: `${nameOf(identity)}, as ${identity.user ?? identity.user_id}` }

/** The workspace or organisation of a token. */
const nameOf = ({ team, team_id: id, enterprise_id: enterprise }: SlackIdentity): string =>
  `${team || "an organisation"} (${id || enterprise || "without id"})`

/** When the token ends, where it does. */
export const expiryFindings = (
  check: string,
  variable: string,
  { expires_in: seconds }: SlackIdentity,
): ReadonlyArray<Finding> =>
  seconds === undefined || seconds === null
    ? []
    : [
        {
          check,
          state: "note",
          found: `the token expires in ${Math.round(seconds / 60)} minutes, as the app rotates its tokens`,
          hint: `Keep the current token in a file that ${variable} names: the file is read again when it changes.`,
        },
      ]

/** Whether a scope is granted, and what is lost without it. */
export const scopeFinding = (need: ScopeNeed, granted: ReadonlyArray<string> | undefined): Finding => {
  const check = `scope ${need.scope}`
  if (granted === undefined) {
    return { check, state: "note", found: `Slack did not say whether it is granted; it is for ${need.purpose}` }
  }
  if (granted.includes(need.scope)) return { check, state: "ok", found: need.purpose }
  if (!lacksScope(granted, need.scope)) {
    const named = bundledScopes(granted).join(", ")
    const found = `not listed by itself: the token lists only ${named}, which may include it; it is for ${need.purpose}. Without it ${need.without}`
    return { check, state: "note", found }
  }
  const found = `not granted; without it ${need.without}`
  const hint = `Add ${need.scope} to the app (OAuth & Permissions) and install it again.`
  return need.required ? failed(check, found, hint, "refused") : { check, state: "missing", found, hint }
}

/** Whether Slack asked for pauses. */
export const limitFinding = (keys: ReadonlyArray<{ readonly key: string; readonly throttled: number }>): Finding => {
  const throttled = keys.filter((key) => key.throttled > 0).map((key) => key.key)
  return throttled.length === 0
    ? { check: "rate limits", state: "ok", found: "Slack asked for no pause" }
    : {
        check: "rate limits",
        state: "note",
        found: `Slack asked for a pause on ${throttled.join(", ")}`,
        hint: "Another program may use the same app; a sync waits and then continues.",
      }
}

/** Whether this machine's clock agrees with a `Date` header of Slack's; `now` in milliseconds since the epoch. */
export const clockFinding = (header: string | undefined, now: number): Finding => {
  const theirs = Date.parse(header ?? "")
  if (Number.isNaN(theirs)) return { check: "clock", state: "note", found: "Slack did not report its time" }
  const seconds = Math.round((now - theirs) / 1000)
  return Math.abs(seconds) <= tolerableSkewSeconds
    ? { check: "clock", state: "ok", found: `within ${Math.max(1, Math.abs(seconds))} s of Slack's` }
    : {
        check: "clock",
        state: "missing",
        found: `this machine is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} Slack`,
        hint: "Set the clock, for example with NTP: times in the file come from this machine.",
      }
}
