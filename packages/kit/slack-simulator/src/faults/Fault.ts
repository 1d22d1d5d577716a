// The faults that a simulated Slack shows on demand, as data: given at its start, or as JSON to /_simulator/faults.
import { Schema } from "effect"

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/** 429. `retryAfter` in seconds, default 30; `null` leaves the header out. */
const RateLimited = Schema.Struct({
  kind: Schema.Literal("rateLimited"),
  retryAfter: Schema.optionalKey(Schema.NullOr(Schema.Int)),
})
/** `ratelimited` inside a 200, without a header, as Slack does now and then. */
const RateLimitedInside = Schema.Struct({ kind: Schema.Literal("rateLimitedInside") })
/** An HTTP status with a page of HTML, as a gateway in front of Slack answers; default 500. */
const HtmlError = Schema.Struct({
  kind: Schema.Literal("htmlError"),
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 }))),
})
/**
 * `{"ok":false,"error":…}` with any code of Slack's; of SCIM the version's error shape. `status` defaults to 200, on SCIM
 * to what the code has there.
 */
const ErrorCode = Schema.Struct({
  kind: Schema.Literal("error"),
  error: Schema.NonEmptyString,
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
  needed: Schema.optionalKey(Schema.String),
  provided: Schema.optionalKey(Schema.String),
})
/** A complete HTTP reply that holds half of the JSON. */
const Truncated = Schema.Struct({ kind: Schema.Literal("truncated") })
/** The connection is cut after this share of the body, 0 (no byte at all) up to 1; default one half. */
const Cut = Schema.Struct({
  kind: Schema.Literal("cut"),
  after: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
})
/** The answer comes this many milliseconds later. */
const Delay = Schema.Struct({ kind: Schema.Literal("delay"), millis: Schema.Finite })
/** The answer never comes. */
const Never = Schema.Struct({ kind: Schema.Literal("never") })
/** A JSON reply of a shape that Slack does not document; default: a text where the method's list or object belongs. */
const WrongShape = Schema.Struct({ kind: Schema.Literal("wrongShape"), body: Schema.optionalKey(Schema.Json) })
/** Every cursor given so far becomes `invalid_cursor`. */
const ExpireCursors = Schema.Struct({ kind: Schema.Literal("expireCursors") })
/** From this call on the token (default: both) is dead; `error` says of what, default `token_revoked`. */
const RevokeToken = Schema.Struct({
  kind: Schema.Literal("revokeToken"),
  token: Schema.optionalKey(Schema.Literals(["bot", "user"])),
  error: Schema.optionalKey(Schema.Literals(["token_revoked", "token_expired", "account_inactive", "invalid_auth"])),
})
/** A record is shown twice: `users.list` begins with the last member of the page before, other lists repeat their first. */
const DuplicateRecord = Schema.Struct({ kind: Schema.Literal("duplicateRecord") })
/** `next_cursor` leads back: `back` 1 (default) to this page again, 2 to the one before, so that the walk is a cycle. */
const RepeatCursor = Schema.Struct({ kind: Schema.Literal("repeatCursor"), back: Schema.optionalKey(count) })
/** One more record stands in the list, of this malformed shape; all others are there as well. */
const MalformedRecord = Schema.Struct({
  kind: Schema.Literal("malformedRecord"),
  record: Schema.optionalKey(Schema.Json),
})
/** The page holds at most this many records (0: none) and still has a next cursor, as Slack's filters cause. */
const ShortPage = Schema.Struct({
  kind: Schema.Literal("shortPage"),
  records: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
/** The call takes effect, but its reply is lost: HTML with this status (default 500), or a connection cut before the first byte. */
const AfterEffect = Schema.Struct({
  kind: Schema.Literal("afterEffect"),
  status: Schema.optionalKey(Schema.Literals([302, 409, 500, "cut"])),
})
/**
 * A SCIM list changes before the call that shows it: at its beginning an account or group was created, or the first
 * group was deleted.
 */
const ListChanges = Schema.Struct({
  kind: Schema.Literal("listChanges"),
  change: Schema.Literals(["created", "deleted"]),
})
/** A SCIM page announces this many records in all, whatever there are. */
const WrongTotal = Schema.Struct({
  kind: Schema.Literal("wrongTotal"),
  total: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
/** A SCIM page begins with the first record of the list, whatever was asked for; its `startIndex` says what was asked for. */
const FirstPageAgain = Schema.Struct({ kind: Schema.Literal("firstPageAgain") })

export const FaultKind = Schema.Union([
  RateLimited,
  RateLimitedInside,
  HtmlError,
  ErrorCode,
  Truncated,
  Cut,
  Delay,
  Never,
  WrongShape,
  ExpireCursors,
  RevokeToken,
  DuplicateRecord,
  RepeatCursor,
  MalformedRecord,
  ShortPage,
  AfterEffect,
  ListChanges,
  WrongTotal,
  FirstPageAgain,
])
export type FaultKind = typeof FaultKind.Type

/** When a fault shows, and what it is. */
export const Fault = Schema.Struct({
  /** The Web API method or SCIM operation (`scim.users.list`) that shows it, or `*` for any. */
  method: Schema.NonEmptyString,
  /** The first call of that method to show it, counted from when the fault was given; default 1. */
  call: Schema.optionalKey(count),
  /** How many calls in a row show it; default 1. */
  times: Schema.optionalKey(Schema.Union([count, Schema.Literal("always")])),
  fault: FaultKind,
})
export type Fault = typeof Fault.Type
