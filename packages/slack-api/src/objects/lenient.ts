// The field kinds of Slack's objects. Slack may leave a field out, send `null` or send an empty text for "none", so
// every field but an id is optional and nullable. Lengths are bounded: nobody's name is longer than this.
// Source: https://docs.slack.dev/reference/objects/user-object
import { Schema } from "effect"

/** The longest text that a record may hold, in UTF-16 units; a record with a longer one is left out. */
export const longestText = 65_536

const longestId = 255

/** An id, opaque: `U…` and `W…` are interchangeable, and Slack promises no length. */
export const Id = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(longestId))

export const Text = Schema.optionalKey(Schema.NullOr(Schema.String.check(Schema.isMaxLength(longestText))))

export const Flag = Schema.optionalKey(Schema.NullOr(Schema.Boolean))

export const Count = Schema.optionalKey(Schema.NullOr(Schema.Finite))

/** A number that the documentation shows as text and the samples as a number, such as `user_count`. */
export const CountOrText = Schema.optionalKey(
  Schema.NullOr(Schema.Union([Schema.Finite, Schema.String.check(Schema.isMaxLength(longestId))])),
)

/** Some part of an object, absent or `null` where Slack has none. */
export const maybe = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))
