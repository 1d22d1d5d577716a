// Records from outside: lists in which a bad record never hides the others, and the kinds of their fields. A server may leave a
// field out, send `null` or send an empty text for "none", as Slack does, so every field but an id is optional and nullable. A
// field of another type than documented is `null` too, so that one oddity that nobody reads does not take the whole record away; only an id
// and a flag, which decides what somebody may do, are not guessed.
// Sources: https://docs.slack.dev/reference/objects/user-object, https://docs.slack.dev/reference/scim-api
import { Result, Schema, SchemaGetter } from "effect"

/** The longest text that is read, in UTF-16 units: nobody's name is longer than this. */
export const longestText = 65_536

const longestId = 255

/** An id, opaque: Slack's `U…` and `W…` are interchangeable, and no length is promised. */
export const Id = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(longestId))

/** `null`, and in its place whatever else cannot be read. */
const Nothing = Schema.Unknown.pipe(
  Schema.decodeTo(Schema.Null, {
    decode: SchemaGetter.transform(() => null),
    encode: SchemaGetter.transform((): unknown => null),
  }),
)

/** Some part of an object, `null` where it cannot be read. */
export const readable = <S extends Schema.Constraint>(schema: S) => Schema.Union([schema, Nothing])

export const Text = Schema.optionalKey(readable(Schema.String.check(Schema.isMaxLength(longestText))))

/** A number, which Slack also writes as text in places. */
export const Count = Schema.optionalKey(readable(Schema.Union([Schema.Finite, Schema.FiniteFromString])))

const yes = [1, "true", "True"] as const
const no = [0, "false", "False"] as const

const WrittenFlag = Schema.Literals([...yes, ...no]).pipe(
  Schema.decodeTo(Schema.Boolean, {
    decode: SchemaGetter.transform((flag) => yes.some((it) => it === flag)),
    encode: SchemaGetter.transform((flag) => (flag ? yes[0] : no[0])),
  }),
)

/**
 * A flag. PHP writes 0 or 1 now and then, and a SCIM server may show the text that Entra ID sent it. Anything else makes
 * the record unreadable. Source: https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
 */
export const Flag = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Boolean, WrittenFlag])))

/** The records that could be read, and how many could not. */
export interface DecodedList<A> {
  readonly records: ReadonlyArray<A>
  readonly rejected: number
  /** What is wrong with the first that could not. */
  readonly problem?: string | undefined
}

/**
 * A decoder for lists of `schema`. The whole list is decoded in one go, and record by record only where that fails:
 * a hundred pages of 999 members take half a second to a second on one core.
 */
export const listDecoder = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decodeAll = Schema.decodeUnknownResult(Schema.Array(schema))
  const decodeOne = Schema.decodeUnknownResult(schema)
  return (values: ReadonlyArray<unknown>): DecodedList<S["Type"]> => {
    const whole = decodeAll(values)
    if (Result.isSuccess(whole)) return { records: whole.success, rejected: 0 }
    const records: Array<S["Type"]> = []
    let problem: string | undefined
    for (const value of values) {
      const record = decodeOne(value)
      if (Result.isSuccess(record)) records.push(record.success)
      else problem ??= record.failure.message
    }
    return { records, rejected: values.length - records.length, problem }
  }
}
