// The field kinds of SCIM resources, next to those of `@rollcall/api-client`: lists whose odd entries are nothing, and
// texts that are empty for "none".
import { Id, readable, Text } from "@rollcall/api-client"
import { Schema } from "effect"

/** A list, `null` in the place of each entry that cannot be read. */
export const ListOf = <S extends Schema.Constraint>(entry: S) =>
  Schema.optionalKey(readable(Schema.Array(readable(entry))))

/** Some part with fields of its own. */
export const Part = <F extends Schema.Struct.Fields>(fields: F) => Schema.optionalKey(readable(Schema.Struct(fields)))

/** What names another resource: `{ value, display }`. */
export const ReferenceRecord = Schema.Struct({ value: Id, display: Text })

/** Another resource, by its id. */
export interface ScimReference {
  readonly id: string
  readonly display?: string | undefined
}

/** A text that says something: servers write `null` and `""` for "none". */
export const nonEmpty = (text: string | null | undefined): string | undefined =>
  text === null || text === "" ? undefined : text

/** Entries that could be read. */
export const readableOf = <A>(list: ReadonlyArray<A | null> | null | undefined): ReadonlyArray<A> =>
  (list ?? []).filter((entry) => entry !== null)

export const referenceOf = ({ value, display }: typeof ReferenceRecord.Type): ScimReference =>
  stated({ id: value, display: nonEmpty(display) })

/** An object without its members that are `undefined`. */
export const stated = <A extends object>(object: A): A => {
  const copy = { ...object }
  for (const key of Object.keys(copy)) {
    if (Reflect.get(copy, key) === undefined) Reflect.deleteProperty(copy, key)
  }
  return copy
}
