// Why a SCIM call failed, as data. What follows from each reason stands in reasonFacts.ts; which of a server's own codes
// means which reason stands in its dialect.
import { MalformedToken, Network, TimedOut, UnexpectedReply, UnreadableToken } from "@rollcall/api-client"
import { Schema } from "effect"

const coded = <const Tag extends string>(tag: Tag) =>
  Schema.TaggedStruct(tag, {
    /** The server's own word, such as `cannot_modify_owner`; absent where it gave none. */
    code: Schema.optionalKey(Schema.String),
  })

export const ScimReason = Schema.Union([
  MalformedToken,
  UnreadableToken,
  /** An id, that of a member included, is blank or would make the path another one; it was not sent. */
  Schema.TaggedStruct("MalformedId", {}),
  /** No token reached the server. */
  coded("NotAuthed"),
  /** The server does not know the token, or no longer. */
  coded("InvalidAuth"),
  /** The token's person may not do this. */
  coded("NoPermission"),
  /** The account stands above the token's person, or is protected from changes. */
  coded("ProtectedAccount"),
  /** This kind of account cannot be what was asked for: a bot, a guest, a deactivated or erased person. */
  coded("UnfitAccount"),
  /** The plan has no SCIM, or the app is not installed where SCIM is. */
  coded("PlanTooLow"),
  coded("NotFound"),
  /** The name or address is taken. */
  coded("Conflict"),
  /** HTTP 409 without a code that says why; a write may have taken effect. */
  coded("UnclearConflict"),
  /** More members, fields or records than the server takes. */
  coded("LimitReached"),
  /** The group is bound to channels, or the server keeps it itself. */
  coded("LockedGroup"),
  coded("InvalidFilter"),
  /** The server does not take what was sent. */
  coded("InvalidRequest"),
  /** The server does not do this at all. */
  coded("NotSupported"),
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
  coded("UnknownError"),
])
export type ScimReason = typeof ScimReason.Type
export type ScimReasonTag = ScimReason["_tag"]

/** Reasons that hold nothing but the server's code. */
export type CodedReason = Exclude<
  ScimReasonTag,
  | "MalformedToken"
  | "UnreadableToken"
  | "MalformedId"
  | "RateLimited"
  | "ResourceLocked"
  | "Network"
  | "TimedOut"
  | "UnexpectedReply"
  | "ShortList"
>
