// A group as SCIM lists it, in one shape for both versions, and the record that it is read from.
// Sources: https://docs.slack.dev/reference/scim-api, https://datatracker.ietf.org/doc/html/rfc7643#section-4.2
import { Id, readable, Text } from "@rollcall/api-client"
import { Schema } from "effect"
import type { ScimVersion } from "../dialect/ScimDialect.ts"
import type { ScimReference } from "./fields.ts"
import { nonEmpty, Part, readableOf, referenceOf, ReferenceRecord, schemas, stated } from "./fields.ts"

/** A group of either version, with `null` in the place of what cannot be read. */
export const ScimGroupRecord = Schema.Struct({
  id: Id,
  displayName: Text,
  externalId: Text,
  // Members that are no list make the group unreadable: it is not an empty group.
  members: Schema.optionalKey(Schema.NullOr(Schema.Array(readable(ReferenceRecord)))),
  meta: Part({ created: Text }),
})

/** A group. A member is absent if the server sends nothing, or nothing that can be read. */
export interface ScimGroup {
  readonly id: string
  readonly displayName?: string | undefined
  readonly externalId?: string | undefined
  /** Each once, also where a server stores one twice. An id may name an account that no list shows. */
  readonly members: ReadonlyArray<ScimReference>
  /** Members that could not be read and were left out. */
  readonly unreadableMembers: number
  /** `true` where the reply has no list of members at all, as an empty group may be sent; absent otherwise. */
  readonly membersOmitted?: boolean | undefined
  /** ISO 8601 with an offset. */
  readonly created?: string | undefined
}

/** The group of a record. */
export const groupOf = (record: typeof ScimGroupRecord.Type): ScimGroup => {
  const readableMembers = readableOf(record.members).map(referenceOf)
  const members = [...new Map(readableMembers.map((member) => [member.id, member])).values()]
  return stated({
    id: record.id,
    displayName: nonEmpty(record.displayName),
    externalId: nonEmpty(record.externalId),
    members,
    unreadableMembers: (record.members?.length ?? 0) - readableMembers.length,
    membersOmitted: Array.isArray(record.members) ? undefined : true,
    created: nonEmpty(record.meta?.created),
  })
}

/** What a group is created or overwritten with. To overwrite one without members empties it. */
export interface ScimGroupInput {
  readonly displayName: string
  readonly members?: ReadonlyArray<{ readonly id: string }> | undefined
}

/** The JSON of a group. */
export const groupBody = (version: ScimVersion, { displayName, members }: ScimGroupInput): object => ({
  schemas: [schemas[version].group],
  displayName,
  members: members?.map(({ id }) => ({ value: id })),
})
