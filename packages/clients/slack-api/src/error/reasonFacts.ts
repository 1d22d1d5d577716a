// What follows from each reason: its category, whether repeating can help, what it says to a person, and what to do.
import type { ReasonFacts, ReasonTable } from "@rollcall/api-client"
import { exchangeFacts, seconds } from "@rollcall/api-client"
import { slackMethod } from "../methods.ts"
import type { SlackReason } from "../SlackError.ts"

/**
 * What a caller does about an error:
 * `credential`: another token · `refused`: scope, plan, rights, kind of token or the method itself, which never passes by
 * itself; a smaller feature can go without · `cursor`: begin the list again · `notFound`: the object is not there ·
 * `unavailable`: try later · `unexpected`: a code that is not known, so try later too · `defect`: Slack does not take what
 * this client sends, so report it.
 */
export type SlackErrorCategory =
  | "credential"
  | "refused"
  | "cursor"
  | "notFound"
  | "unavailable"
  | "unexpected"
  | "defect"

const never = () => "never" as const

const newToken =
  "Copy the current token from the app's page, OAuth & Permissions (https://api.slack.com/apps), and use that."
const reinstall =
  "Reinstall the app to the workspace (https://api.slack.com/apps, OAuth & Permissions) and use the new token."
const later = "Run it again in a few minutes; https://slack-status.com reports outages."
const report = "Run it again; if it fails again, report it with this message."

const list = (scopes: ReadonlyArray<string>) => (scopes.length === 0 ? "none" : scopes.join(", "))

const reasonFacts: ReasonTable<SlackReason, SlackErrorCategory> = {
  MalformedToken: {
    category: "credential",
    ...exchangeFacts.MalformedToken,
    hint: () => "Copy the token again: it is one word that begins with xoxb- or xoxp-.",
  },
  UnreadableToken: { category: "credential", ...exchangeFacts.UnreadableToken },
  Fenced: { category: "unavailable", ...exchangeFacts.Fenced },
  NotAuthed: {
    category: "credential",
    retry: never,
    says: () => "is refused, since no token reached Slack (not_authed)",
    hint: () => "Give a token; if one was given, check whether a proxy removes the Authorization header.",
  },
  InvalidAuth: {
    category: "credential",
    retry: never,
    says: () => "is refused, since Slack does not know the token or does not allow it from this address (invalid_auth)",
    hint: () =>
      `${newToken} A GovSlack token works only with GovSlack's base URL. If the app restricts IP addresses, add this one.`,
  },
  TokenRevoked: {
    category: "credential",
    retry: never,
    says: () => "is refused, since the token was revoked (token_revoked)",
    hint: () => reinstall,
  },
  TokenExpired: {
    category: "credential",
    retry: never,
    says: () => "is refused, since the token has expired (token_expired)",
    hint: () => "Fetch a fresh token: the app has token rotation on, so its tokens last 12 hours.",
  },
  AccountInactive: {
    category: "credential",
    retry: never,
    says: () =>
      "is refused, since the account, app or workspace of the token no longer exists or is deactivated (account_inactive)",
    hint: () => reinstall,
  },
  WrongTokenKind: {
    category: "refused",
    retry: never,
    says: ({ code }) => `is refused, since it does not take this kind of token (${code})`,
    hint: () =>
      "Use the bot token (xoxb-…) or user token (xoxp-…) of the app, not an app-level or configuration token.",
  },
  OrgLevelInstall: {
    category: "refused",
    retry: never,
    says: () => "is refused, since the token belongs to a whole Enterprise organisation and not to a workspace",
    hint: () => "Install the app on one workspace and use the token of that installation.",
  },
  AccessBlocked: {
    category: "credential",
    retry: never,
    says: ({ code }) => `is refused, since the workspace does not allow the token (${code})`,
    hint: () =>
      "Ask an owner of the workspace: it may be moving to Enterprise, require sign-in or two factors, or restrict apps.",
  },
  MissingScope: {
    category: "refused",
    retry: never,
    says: ({ needed, provided }) =>
      `is refused, since the token lacks ${needed.length === 0 ? "a scope that the method needs" : `the scope ${list(needed)}`} (it has: ${list(provided)})`,
    hint: ({ needed }) =>
      `Add ${needed.length === 0 ? "the scope" : list(needed)} to the app (https://api.slack.com/apps, OAuth & Permissions) and reinstall it.`,
  },
  MethodBlocked: {
    category: "refused",
    retry: never,
    says: ({ code }) => `is refused, since Slack does not allow this method here, whatever the token (${code})`,
    hint: () =>
      "Leave this part out, or ask an owner of the workspace: an Enterprise organisation, its networks or its key management restrict the method.",
  },
  NoPermission: {
    category: "refused",
    retry: never,
    says: ({ code }) => `is refused, since the token's owner may not do this (${code})`,
    hint: () => "Have an owner or admin of the workspace install the app, and see what the workspace allows apps.",
  },
  PlanTooLow: {
    category: "refused",
    retry: never,
    says: ({ code }) => `is refused, since the workspace's plan does not include it (${code})`,
    hint: () => "Leave this part out, or move the workspace to a plan that has it.",
  },
  NotFound: {
    category: "notFound",
    retry: never,
    says: ({ code }) => `does not find what was asked for (${code})`,
    hint: () => "It may have been removed in the meantime: run it again.",
  },
  InvalidCursor: {
    category: "cursor",
    retry: never,
    says: () => "no longer takes the cursor of this page (invalid_cursor)",
    hint: () => "Begin this list again: cursors expire.",
  },
  LimitRequired: {
    category: "unavailable",
    retry: never,
    says: ({ code }) => `cannot send this many records at once (${code})`,
    hint: (_, method) =>
      slackMethod(method).largestPage === undefined
        ? "Slack sends this list only as a whole: run it again later; if it fails again, ask Slack's support."
        : "Ask for smaller pages.",
  },
  InvalidRequest: {
    category: "defect",
    retry: never,
    says: ({ code }) => `is refused, since Slack does not take its arguments (${code})`,
    hint: () => report,
  },
  UnknownMethod: {
    category: "refused",
    retry: never,
    says: ({ code }) => `is refused, since there is no such method any more (${code})`,
    hint: () => "Check the base URL, and whether a newer version of Rollcall exists.",
  },
  RateLimited: {
    category: "unavailable",
    retry: () => "always",
    says: ({ retryAfterMillis }) =>
      `is called too often for Slack, which asks for a pause of ${seconds(retryAfterMillis)}`,
    hint: () => "Run it again later, and check whether another process uses the same app.",
  },
  ServerError: {
    category: "unavailable",
    retry: ({ code }) => (code === "service_unavailable" ? "always" : "reads"),
    says: ({ code }) => `failed at Slack${code === undefined ? "" : ` (${code})`}`,
    hint: () => later,
  },
  ServerFault: {
    category: "unavailable",
    retry: () => "reads",
    says: ({ code }) => `failed at Slack (${code})`,
    hint: () => later,
  },
  Network: { category: "unavailable", ...exchangeFacts.Network },
  TimedOut: { category: "unavailable", ...exchangeFacts.TimedOut, hint: () => later },
  UnexpectedReply: {
    category: "unavailable",
    ...exchangeFacts.UnexpectedReply,
    hint: () =>
      "Check whether a proxy answers instead of Slack and whether the base URL is right; then run it again. If it fails again, report it with this message.",
  },
  UnknownError: {
    category: "unexpected",
    retry: () => "reads",
    says: ({ code }) => `is refused with a code that this version does not know (${code})`,
    hint: () => report,
  },
}

/** What follows from a reason. */
export const reasonFactsOf = (reason: SlackReason): ReasonFacts<SlackReason, SlackErrorCategory> =>
  reasonFacts[reason._tag]
