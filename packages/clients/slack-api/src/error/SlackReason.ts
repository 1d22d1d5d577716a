// Why a call of Slack failed, as data. What follows from each reason stands in reasonFacts.ts; which of Slack's error
// codes means which reason stands in errorCodes.ts.
import { MalformedToken, Network, TimedOut, UnexpectedReply, UnreadableToken } from "@rollcall/api-client"
import { Schema } from "effect"

/** Slack's own code, such as `token_revoked`. */
const Code = Schema.String

const coded = <const Tag extends string>(tag: Tag) => Schema.TaggedStruct(tag, { code: Code })

export const SlackReason = Schema.Union([
  MalformedToken,
  UnreadableToken,
  /** No token reached Slack. */
  coded("NotAuthed"),
  /** The token is unknown, or not allowed from this address. */
  coded("InvalidAuth"),
  coded("TokenRevoked"),
  coded("TokenExpired"),
  /** The person, app or workspace of the token is gone. */
  coded("AccountInactive"),
  /** A bot token where a user token belongs, or the other way round. */
  coded("WrongTokenKind"),
  /** A token of a whole Enterprise organisation, which is no workspace. */
  Schema.TaggedStruct("OrgLevelInstall", {}),
  /** The workspace keeps the token out: moving to Enterprise, sign-in or two-factor rules, closed by its owner. */
  coded("AccessBlocked"),
  Schema.TaggedStruct("MissingScope", {
    needed: Schema.Array(Schema.String),
    provided: Schema.Array(Schema.String),
  }),
  /** Slack allows this method to nobody here: in an Enterprise organisation, on this network, or by an administrator's order. */
  coded("MethodBlocked"),
  /** The token's person or app may not do this. */
  coded("NoPermission"),
  coded("PlanTooLow"),
  coded("NotFound"),
  /** The cursor is stale, or of another list. */
  coded("InvalidCursor"),
  /** The workspace is too large for the page size asked for. */
  coded("LimitRequired"),
  /** Slack does not take the arguments. */
  coded("InvalidRequest"),
  /** There is no such method, or no longer. */
  coded("UnknownMethod"),
  /** Slack asks for a pause of this many milliseconds. */
  Schema.TaggedStruct("RateLimited", { retryAfterMillis: Schema.Finite }),
  /** Slack failed: HTTP 5xx, or a code that says so. */
  Schema.TaggedStruct("ServerError", {
    code: Schema.optionalKey(Code),
    retryAfterMillis: Schema.optionalKey(Schema.Finite),
  }),
  /** As ServerError, with a code after which a write may have taken effect. */
  coded("ServerFault"),
  Network,
  TimedOut,
  UnexpectedReply,
  /** A code that this version does not know. */
  coded("UnknownError"),
])
export type SlackReason = typeof SlackReason.Type
export type SlackReasonTag = SlackReason["_tag"]
