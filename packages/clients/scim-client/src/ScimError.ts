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
import type { ScimErrorCategory } from "./error/reasonFacts.ts"
import { reasonFactsOf } from "./error/reasonFacts.ts"

const coded = {
  /** The server's own word, such as `cannot_modify_owner`; absent where it gave none. */
  code: Schema.optionalKey(Schema.String),
}

export const ScimReason = Schema.Union([
  MalformedToken,
  UnreadableToken,
  Fenced,
  /** An id, that of a member included, is blank or would make the path another one; it was not sent. */
  Schema.TaggedStruct("MalformedId", {}),
  /** No token reached the server. */
  Schema.TaggedStruct("NotAuthed", coded),
  /** The server does not know the token, or no longer. */
  Schema.TaggedStruct("InvalidAuth", coded),
  /** The token's person may not do this. */
  Schema.TaggedStruct("NoPermission", coded),
  /** The account stands above the token's person, or is protected from changes. */
  Schema.TaggedStruct("ProtectedAccount", coded),
  /** This kind of account cannot be what was asked for: a bot, a guest, a deactivated or erased person. */
  Schema.TaggedStruct("UnfitAccount", coded),
  /** The plan has no SCIM, or the app is not installed where SCIM is. */
  Schema.TaggedStruct("PlanTooLow", coded),
  Schema.TaggedStruct("NotFound", coded),
  /** The name or address is taken. */
  Schema.TaggedStruct("Conflict", coded),
  /** HTTP 409 without a code that says why; a write may have taken effect. */
  Schema.TaggedStruct("UnclearConflict", coded),
  /** More members, fields or records than the server takes. */
  Schema.TaggedStruct("LimitReached", coded),
  /** The group is bound to channels, or the server keeps it itself. */
  Schema.TaggedStruct("LockedGroup", coded),
  Schema.TaggedStruct("InvalidFilter", coded),
  /** The server does not take what was sent. */
  Schema.TaggedStruct("InvalidRequest", coded),
  /** The server does not do this at all. */
  Schema.TaggedStruct("NotSupported", coded),
  /** The server asks for a pause of this many milliseconds. */
  Schema.TaggedStruct("RateLimited", { code: Schema.optionalKey(Schema.String), retryAfterMillis: Schema.Finite }),
  /** Another change of the same user or group is still being written. */
  Schema.TaggedStruct("ResourceLocked", {
    code: Schema.optionalKey(Schema.String),
    retryAfterMillis: Schema.optionalKey(Schema.Finite),
  }),
  /** The server failed: HTTP 5xx, or a code that says so. A write may have taken effect. */
  Schema.TaggedStruct("ServerError", {
    code: Schema.optionalKey(Schema.String),
    retryAfterMillis: Schema.optionalKey(Schema.Finite),
  }),
  Network,
  TimedOut,
  UnexpectedReply,
  /** Three readings of a list together showed fewer records than the server announced. */
  Schema.TaggedStruct("ShortList", { announced: Schema.Int, read: Schema.Int }),
  /** A code that this version does not know. */
  Schema.TaggedStruct("UnknownError", coded),
])
export type ScimReason = typeof ScimReason.Type
export type ScimReasonTag = ScimReason["_tag"]

/** Reasons that hold nothing but the server's code. */
export type CodedReason = Exclude<
  ScimReasonTag,
  | "MalformedToken"
  | "UnreadableToken"
  | "Fenced"
  | "MalformedId"
  | "RateLimited"
  | "ResourceLocked"
  | "Network"
  | "TimedOut"
  | "UnexpectedReply"
  | "ShortList"
>

export const ScimVerb = Schema.Literals(["GET", "POST", "PUT", "PATCH", "DELETE"])
export type ScimVerb = typeof ScimVerb.Type

/** The kinds of `@rollcall/connector`'s failures, repeated here without depending on it. */
const kinds = {
  credential: "refused",
  refused: "refused",
  notFound: "unavailable",
  unavailable: "unavailable",
  unexpected: "unavailable",
  defect: "unexpected",
} as const satisfies Record<ScimErrorCategory, string>

/** A SCIM call that failed, after all retries that were allowed. It never holds a token or more than an excerpt of a reply. */
export class ScimError extends Schema.TaggedError<ScimError>()("ScimError", {
  /** Whose server it is, such as `Slack`; see the dialect. */
  server: Schema.String,
  verb: ScimVerb,
  /** Below the base URL and without query, such as `Groups/S0123`. */
  path: Schema.String,
  reason: ScimReason,
  ...failedCallFields,
}) {
  private get facts(): ReasonFacts<ScimReason, ScimErrorCategory> {
    return reasonFactsOf(this.reason)
  }

  /** What a caller does about it. */
  get category(): ScimErrorCategory {
    return this.facts.category
  }

  /** What kind of failure it is to an app; see `FailureKind` of `@rollcall/connector`. */
  get kind() {
    return kinds[this.category]
  }

  /** The server's own word for it, such as `cannot_modify_owner`. */
  get code(): string | undefined {
    return "code" in this.reason ? this.reason.code : undefined
  }

  /** Whether sending it once more can help and cannot do anything twice. */
  get isRetryable(): boolean {
    return mayRepeat(this.facts.retry(this.reason), this.verb === "GET")
  }

  /** Whether it is a write that may have taken effect all the same. Only reading the object shows it. */
  get isUncertain(): boolean {
    return this.verb !== "GET" && this.facts.retry(this.reason) === "reads"
  }

  /** What happened and why, in a sentence or two. */
  override get message(): string {
    const { server, verb, path } = this
    const uncertain = this.isUncertain ? " It may have taken effect all the same." : ""
    return `${server}'s SCIM ${verb} ${path} ${this.facts.says(this.reason)}${afterAttempts(this)}${uncertain}`
  }

  /** What to do next. */
  get hint(): string {
    return this.isUncertain
      ? "Read the user or group to see whether the change is there, and only then make it again."
      : this.facts.hint(this.reason, this.path)
  }
}
