// What follows from each reason: its category, whether repeating can help, what it says to a person, and what to do.
import type { ReasonFacts, ReasonTable } from "@rollcall/api-client"
import { exchangeFacts, seconds } from "@rollcall/api-client"
import type { ScimReason } from "../ScimError.ts"

/**
 * What a caller does about an error:
 * `credential`: another token · `refused`: plan, rights or the server's rules, which never pass by themselves ·
 * `notFound`: the object is not there · `unavailable`: try later · `unexpected`: a code that is not known, so try later too ·
 * `defect`: the server does not take what this client sends, so report it.
 */
export type ScimErrorCategory = "credential" | "refused" | "notFound" | "unavailable" | "unexpected" | "defect"

const never = () => "never" as const
const word = ({ code }: { readonly code?: string }) => (code === undefined ? "" : ` (${code})`)

/** Hints for codes whose reason has a more general one. Source: https://docs.slack.dev/reference/scim-api */
const hintsByCode: ReadonlyMap<string | undefined, string> = new Map([
  [
    "plus_teams_only",
    "Use a workspace on Business+ or Enterprise, or leave the SCIM token out: Pro and Free have no SCIM.",
  ],
  [
    "non_org_teams_only",
    "Install the app on the organisation, not on one of its workspaces, and use that installation's token.",
  ],
  [
    "cannot_disable_primary_owner",
    "First move the primary ownership to someone else in Slack's settings; no API can do that.",
  ],
  ["primary_owner_check_failure", "Change the primary owner in Slack's settings; no API can do that."],
  ["cannot_modify_gdpr", "The person's data were erased for good: leave the account as it is."],
  ["cannot_disable_bot_user_with_scim", "Remove the bot's app from the workspace instead of deactivating its account."],
  [
    "unable_to_add_deleted_or_guest_to_group",
    "Reactivate the person, or make a full member of the guest, before adding them.",
  ],
  ["failed_to_remove_users_for_linked_subteam", "Remove at most 1,000 members at once from a group that has channels."],
  ["too_many_users", "Name at most 15,000 members in one call; 5,000 are advised."],
  [
    "group_member_max_exceeded",
    "A user group takes 5,000 members, an IdP group 15,000: spread them over several groups.",
  ],
  ["unable_to_create_team_profile_fields", "Slack takes 50 profile fields: remove some in its settings."],
])

const hintOr = ({ code }: { readonly code?: string }, general: string): string => hintsByCode.get(code) ?? general

const later = "Run it again in a few minutes, and check whether the server's operator reports an outage."
const report = "Run it again; if it fails again, report it with this message."

const reasonFacts: ReasonTable<ScimReason, ScimErrorCategory> = {
  MalformedToken: {
    category: "credential",
    ...exchangeFacts.MalformedToken,
    hint: () => "Copy the token again: it is one word; Slack's user tokens begin with xoxp-.",
  },
  MalformedId: {
    category: "defect",
    retry: never,
    says: () => "was not sent, since an id in it is none",
    hint: () => "Give the id of one user or group, as a list shows it.",
  },
  UnreadableToken: { category: "credential", ...exchangeFacts.UnreadableToken },
  Fenced: { category: "unavailable", ...exchangeFacts.Fenced },
  NotAuthed: {
    category: "credential",
    retry: never,
    says: (reason) => `is refused, since no token reached the server${word(reason)}`,
    hint: () => "Give a token; if one was given, check whether a proxy removes the Authorization header.",
  },
  InvalidAuth: {
    category: "credential",
    retry: never,
    says: (reason) => `is refused, since the server does not know the token or no longer accepts it${word(reason)}`,
    hint: () =>
      "Use the current token and the server it belongs to. Slack requires the user token (xoxp-…) with the scope admin of an owner or admin.",
  },
  NoPermission: {
    category: "refused",
    retry: never,
    says: (reason) => `is refused, since the token's owner may not do this${word(reason)}`,
    hint: (reason) =>
      hintOr(
        reason,
        "Use a token made by an owner or admin who still is one, with the scope for it (at Slack: admin).",
      ),
  },
  ProtectedAccount: {
    category: "refused",
    retry: never,
    says: (reason) => `is refused, since the account is protected from it${word(reason)}`,
    hint: (reason) =>
      hintOr(
        reason,
        "Use a token of someone with a higher role than the account: an admin's token cannot change owners.",
      ),
  },
  UnfitAccount: {
    category: "refused",
    retry: never,
    says: (reason) => `is refused, since this kind of account cannot have that${word(reason)}`,
    hint: (reason) => hintOr(reason, "Check whether the account is a bot, a guest or deactivated."),
  },
  PlanTooLow: {
    category: "refused",
    retry: never,
    says: (reason) => `is refused, since the workspace's plan or installation does not include it${word(reason)}`,
    hint: (reason) => hintOr(reason, "Leave this part out, or move to a plan that has it."),
  },
  NotFound: {
    category: "notFound",
    retry: never,
    says: (reason) => `does not find what was asked for${word(reason)}`,
    hint: () => "Check the id; it may have been removed in the meantime.",
  },
  Conflict: {
    category: "refused",
    retry: never,
    says: (reason) => `is refused, since its name or address is taken or it has changed meanwhile${word(reason)}`,
    hint: () => "Choose another, or change the account that has it: deactivated ones keep theirs.",
  },
  UnclearConflict: {
    category: "unexpected",
    retry: () => "reads",
    says: (reason) => `is refused as a conflict (HTTP 409), and the server does not name the cause${word(reason)}`,
    hint: () => "Read the user or group; if it is not in the wanted state, run it again in a minute.",
  },
  LimitReached: {
    category: "refused",
    retry: never,
    says: (reason) => `is refused, since it is more than the server accepts${word(reason)}`,
    hint: (reason) => hintOr(reason, "Request less at once."),
  },
  LockedGroup: {
    category: "refused",
    retry: never,
    says: (reason) => `is refused, since the group is bound to other things${word(reason)}`,
    hint: (reason) => hintOr(reason, "Undo the group's link to channels in the server's settings first."),
  },
  InvalidFilter: {
    category: "defect",
    retry: never,
    says: (reason) => `is refused, since the server does not take the filter${word(reason)}`,
    hint: () => "Filter by an attribute that the server documents, or read the whole list.",
  },
  InvalidRequest: {
    category: "defect",
    retry: never,
    says: (reason) => `is refused, since the server does not take what was sent${word(reason)}`,
    hint: () => "Check the values that were given; if they are right, report it with this message.",
  },
  NotSupported: {
    category: "refused",
    retry: never,
    says: (reason) => `is refused, since the server does not do this${word(reason)}`,
    hint: () => "Check the base URL and the SCIM version (v1 or v2).",
  },
  RateLimited: {
    category: "unavailable",
    retry: () => "always",
    says: ({ retryAfterMillis, ...reason }) =>
      `is called too often for the server, which asks for a pause of ${seconds(retryAfterMillis)}${word(reason)}`,
    hint: () =>
      "Run it again later. Other apps of the organisation, such as its identity provider, use the same limits: a smaller share leaves them more.",
  },
  ResourceLocked: {
    category: "unavailable",
    retry: () => "always",
    says: (reason) => `is refused, since another change of the same object is still being written${word(reason)}`,
    hint: () => "Run it again in a minute.",
  },
  ServerError: {
    category: "unavailable",
    retry: () => "reads",
    says: (reason) => `failed at the server${word(reason)}`,
    hint: () => later,
  },
  Network: { category: "unavailable", ...exchangeFacts.Network },
  TimedOut: { category: "unavailable", ...exchangeFacts.TimedOut, hint: () => later },
  UnexpectedReply: {
    category: "unavailable",
    ...exchangeFacts.UnexpectedReply,
    hint: () =>
      "Check whether a proxy answers instead of the server and whether the base URL is right; then run it again. If it fails again, report it with this message.",
  },
  ShortList: {
    category: "unavailable",
    retry: never,
    says: ({ announced, read }) =>
      `gives a list that is not whole: ${announced} records announced, ${read} could be read`,
    hint: () =>
      "Run it again later; if it stays the same, ask the server's vendor why it announces more than it lists.",
  },
  UnknownError: {
    category: "unexpected",
    retry: () => "reads",
    says: (reason) => `is refused with a code that this version does not know${word(reason)}`,
    hint: () => report,
  },
}

/** What follows from a reason. */
export const reasonFactsOf = (reason: ScimReason): ReasonFacts<ScimReason, ScimErrorCategory> =>
  reasonFacts[reason._tag]
