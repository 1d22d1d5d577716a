// The field kinds of SCIM resources, next to those of `@rollcall/api-client`: lists whose odd entries are nothing, and texts
// that are empty for "none"; and the names of SCIM's schemas.
import { Id, readable, Text } from "@rollcall/api-client"
import { Schema } from "effect"
import type { ScimVersion } from "../dialect/ScimDialect.ts"

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

/** Parts of a user or group. Guest and profile are Slack's. */
export type ScimSchema = "user" | "group" | "enterprise" | "guest" | "profile"

// Sources: https://datatracker.ietf.org/doc/html/rfc7643#section-10.3, https://docs.slack.dev/reference/scim-api
export const schemas = {
  v1: {
    user: "urn:scim:schemas:core:1.0",
    group: "urn:scim:schemas:core:1.0",
    enterprise: "urn:scim:schemas:extension:enterprise:1.0",
    guest: "urn:scim:schemas:extension:slack:guest:1.0",
    profile: "urn:scim:schemas:extension:slack:profile:1.0",
  },
  v2: {
    user: "urn:ietf:params:scim:schemas:core:2.0:User",
    group: "urn:ietf:params:scim:schemas:core:2.0:Group",
    enterprise: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    guest: "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User",
    profile: "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User",
  },
} as const satisfies Record<ScimVersion, Record<ScimSchema, string>>

export const patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
