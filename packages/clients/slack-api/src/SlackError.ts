// The one error of this package. Its reason says why, its category what a caller does about it.
import type { ReasonFacts } from "@rollcall/api-client"
import {
  afterAttempts,
  failedCallFields,
  Fenced,
  MalformedToken,
  mayRepeat,
  Network,
  TimedOut,
  UnexpectedReply,
  UnreadableToken,
} from "@rollcall/api-client"
import { Schema } from "effect"
import type { SlackErrorCategory } from "./error/reasonFacts.ts"
import { reasonFactsOf } from "./error/reasonFacts.ts"
import { slackMethod } from "./methods.ts"

/** Slack's own code, such as `token_revoked`. */
const Code = Schema.String

const coded = { code: Code }

export const SlackReason = Schema.Union([
  MalformedToken,
  UnreadableToken,
  Fenced,
  /** No token reached Slack. */
  Schema.TaggedStruct("NotAuthed", coded),
  /** The token is unknown, or not allowed from this address. */
  Schema.TaggedStruct("InvalidAuth", coded),
  Schema.TaggedStruct("TokenRevoked", coded),
  Schema.TaggedStruct("TokenExpired", coded),
  /** The person, app or workspace of the token is gone. */
  Schema.TaggedStruct("AccountInactive", coded),
  /** A bot token where a user token belongs, or the other way round. */
  Schema.TaggedStruct("WrongTokenKind", coded),
  /** A token of a whole Enterprise organisation, which is no workspace. */
  Schema.TaggedStruct("OrgLevelInstall", {}),
  /** The workspace keeps the token out: moving to Enterprise, sign-in or two-factor rules, closed by its owner. */
  Schema.TaggedStruct("AccessBlocked", coded),
  Schema.TaggedStruct("MissingScope", {
    needed: Schema.Array(Schema.String),
    provided: Schema.Array(Schema.String),
  }),
  /** Slack allows this method to nobody here: in an Enterprise organisation, on this network, or by an administrator's order. */
  Schema.TaggedStruct("MethodBlocked", coded),
  /** The token's person or app may not do this. */
  Schema.TaggedStruct("NoPermission", coded),
  Schema.TaggedStruct("PlanTooLow", coded),
  Schema.TaggedStruct("NotFound", coded),
  /** The cursor is stale, or of another list. */
  Schema.TaggedStruct("InvalidCursor", coded),
  /** The workspace is too large for the page size asked for. */
  Schema.TaggedStruct("LimitRequired", coded),
  /** Slack does not take the arguments. */
  Schema.TaggedStruct("InvalidRequest", coded),
  /** There is no such method, or no longer. */
  Schema.TaggedStruct("UnknownMethod", coded),
  /** Slack asks for a pause of this many milliseconds. */
  Schema.TaggedStruct("RateLimited", { retryAfterMillis: Schema.Finite }),
  /** Slack failed: HTTP 5xx, or a code that says so. */
  Schema.TaggedStruct("ServerError", {
    code: Schema.optionalKey(Code),
    retryAfterMillis: Schema.optionalKey(Schema.Finite),
  }),
  /** As ServerError, with a code after which a write may have taken effect. */
  Schema.TaggedStruct("ServerFault", coded),
  Network,
  TimedOut,
  UnexpectedReply,
  /** A code that this version does not know. */
  Schema.TaggedStruct("UnknownError", coded),
])
export type SlackReason = typeof SlackReason.Type
export type SlackReasonTag = SlackReason["_tag"]

/** The kinds of `@rollcall/connector`'s failures, repeated here without depending on it. */
const kinds = {
  credential: "refused",
  refused: "refused",
  cursor: "interrupted",
  notFound: "unavailable",
  unavailable: "unavailable",
  unexpected: "unavailable",
  defect: "unexpected",
} as const satisfies Record<SlackErrorCategory, string>

/** A call of Slack that failed, after all retries that were allowed. It never holds a token or more than an excerpt of a reply. */
export class SlackError extends Schema.TaggedError<SlackError>()("SlackError", {
  /** The Web API method, such as `users.list`. */
  method: Schema.String,
  reason: SlackReason,
  ...failedCallFields,
}) {
  private get facts(): ReasonFacts<SlackReason, SlackErrorCategory> {
    return reasonFactsOf(this.reason)
  }

  /** What a caller does about it. */
  get category(): SlackErrorCategory {
    return this.facts.category
  }

  /** What kind of failure it is to an app; see `FailureKind` of `@rollcall/connector`. */
  get kind() {
    return kinds[this.category]
  }

  /** Whether sending it once more can help. */
  get isRetryable(): boolean {
    return mayRepeat(this.facts.retry(this.reason), slackMethod(this.method).idempotent)
  }

  /** What happened and why, in one sentence. */
  override get message(): string {
    return `Slack's ${this.method} ${this.facts.says(this.reason)}${afterAttempts(this)}`
  }

  /** What to do next. */
  get hint(): string {
    return this.facts.hint(this.reason, this.method)
  }
}
