// Records from outside: lists in which a bad record never hides the others, and the kinds of their fields. A server may leave a
// field out, send `null` or send an empty text for "none", as Slack does, so every field but an id is optional and nullable. A
// field of another type than documented is `null` too, so that one oddity that nobody reads does not take the whole record away; only an id
// and a flag, which decides what somebody may do, are not guessed.
// Sources: https://docs.slack.dev/reference/objects/user-object, https://docs.slack.dev/reference/scim-api
import { Result, Schema, SchemaGetter } from "effect"
import type { PlainLeaves } from "./plainDecoder.ts"
import { plainDecoder } from "./plainDecoder.ts"

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

const BoundedText = Schema.String.check(Schema.isMaxLength(longestText))

export const Text = Schema.optionalKey(readable(BoundedText))

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

/** What a value of these is where nothing is odd about it. */
const leaves: PlainLeaves = new Map<unknown, (value: unknown) => boolean>([
  [Id, (value) => typeof value === "string" && value !== "" && value.length <= longestId],
  [BoundedText, (value) => typeof value === "string" && value.length <= longestText],
  [Schema.Boolean, (value) => typeof value === "boolean"],
  [Schema.Finite, Number.isFinite],
  [Schema.Null, (value) => value === null],
  [Nothing, (value) => value === null],
])

/**
 * A decoder for lists of `schema`, record by record. What is written as documented is read as it stands, anything odd by the schema: a
 * hundred pages of 999 members take an eighth of a second on one core, and half a second by the schema.
 */
export const listDecoder = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decodePlain = plainDecoder(schema, leaves)
  const decodeOne = Schema.decodeUnknownResult(schema)
  return (values: ReadonlyArray<unknown>): DecodedList<S["Type"]> => {
    const records: Array<S["Type"]> = []
    let problem: string | undefined
    for (const value of values) {
      const plain = decodePlain(value)
      if (plain !== undefined) {
        records.push(plain)
        continue
      }
      const record = decodeOne(value)
      if (Result.isSuccess(record)) records.push(record.success)
      else problem ??= record.failure.message
    }
    return { records, rejected: values.length - records.length, ...(problem === undefined ? {} : { problem }) }
  }
}
