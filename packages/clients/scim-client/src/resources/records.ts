// A user and a group as SCIM lists them, each in one shape for both versions, and the record that it is read from. Fields are
// those of `@rollcall/api-client`, and lists whose odd entries are nothing, and texts that are empty for "none". Sources:
// https://docs.slack.dev/reference/scim-api, https://datatracker.ietf.org/doc/html/rfc7643#section-4
import { Flag, Id, readable, Text } from "@rollcall/api-client"
import { Schema } from "effect"
import { schemas } from "../dialect/ScimDialect.ts"

/** A list, `null` in the place of each entry that cannot be read. */
const ListOf = <S extends Schema.Constraint>(entry: S) => Schema.optionalKey(readable(Schema.Array(readable(entry))))

/** Some part with fields of its own. */
export const Part = <F extends Schema.Struct.Fields>(fields: F) => Schema.optionalKey(readable(Schema.Struct(fields)))

/** What names another resource: `{ value, display }`. */
const ReferenceRecord = Schema.Struct({ value: Id, display: Text })

/** Another resource, by its id. */
export interface ScimReference {
  readonly id: string
  readonly display?: string | undefined
}

/** A text that says something: servers write `null` and `""` for "none". */
const nonEmpty = (text: string | null | undefined): string | undefined =>
  text === null || text === "" ? undefined : text

/** Entries that could be read. */
const readableOf = <A>(list: ReadonlyArray<A | null> | null | undefined): ReadonlyArray<A> =>
  (list ?? []).filter((entry) => entry !== null)

const referenceOf = ({ value, display }: typeof ReferenceRecord.Type): ScimReference =>
  stated({ id: value, display: nonEmpty(display) })

/** An object without its members that are `undefined`; a new one, as V8 handles an object with deleted members slowly. */
const stated = <A extends object>(object: A): A => {
  const copy: A = Object.create(Object.prototype)
  for (const key in object) if (object[key] !== undefined) copy[key] = object[key]
  return copy
}

const Enterprise = Part({
  employeeNumber: Text,
  costCenter: Text,
  organization: Text,
  division: Text,
  department: Text,
  // Slack writes `managerId`, as SCIM 1.1 does; RFC 7643 writes `value`.
  manager: Part({ managerId: Text, value: Text }),
})
const Guest = Part({ type: Text, expiration: Text, channels: ListOf(ReferenceRecord) })
const Profile = Part({ startDate: Text })

/** A user of either version, with `null` in the place of what cannot be read. */
export const ScimUserRecord = Schema.Struct({
  id: Id,
  externalId: Text,
  userName: Text,
  displayName: Text,
  nickName: Text,
  name: Part({ givenName: Text, familyName: Text }),
  title: Text,
  timezone: Text,
  userType: Text,
  active: Flag,
  emails: ListOf(Schema.Struct({ value: Id, primary: Schema.optionalKey(readable(Schema.Boolean)) })),
  groups: ListOf(ReferenceRecord),
  roles: ListOf(Schema.Struct({ value: Text })),
  meta: Part({ created: Text }),
  [schemas.v1.enterprise]: Enterprise,
  [schemas.v2.enterprise]: Enterprise,
  [schemas.v1.guest]: Guest,
  [schemas.v2.guest]: Guest,
  [schemas.v1.profile]: Profile,
  [schemas.v2.profile]: Profile,
})

export interface ScimEmail {
  readonly value: string
  readonly primary?: boolean | undefined
}

/** Attributes of the enterprise extension. */
export interface ScimEnterprise {
  readonly employeeNumber?: string | undefined
  readonly costCenter?: string | undefined
  readonly organization?: string | undefined
  readonly division?: string | undefined
  readonly department?: string | undefined
  readonly managerId?: string | undefined
}

/** Slack's guest extension. */
export interface ScimGuest {
  /** `multi` or `single`. */
  readonly type?: string | undefined
  /** When the account ends, ISO 8601; absent for a guest who stays. */
  readonly expiration?: string | undefined
  /** Ids of the channels. */
  readonly channels: ReadonlyArray<string>
}

/** A user. A member is absent if the server sends nothing, or nothing that can be read. */
export interface ScimUser {
  readonly id: string
  readonly userName?: string | undefined
  readonly externalId?: string | undefined
  readonly displayName?: string | undefined
  readonly nickName?: string | undefined
  readonly givenName?: string | undefined
  readonly familyName?: string | undefined
  readonly title?: string | undefined
  readonly timezone?: string | undefined
  readonly userType?: string | undefined
  /** False for a deactivated account. Slack shows a change of it some seconds late. */
  readonly active?: boolean | undefined
  readonly emails: ReadonlyArray<ScimEmail>
  readonly groups: ReadonlyArray<ScimReference>
  readonly roles: ReadonlyArray<string>
  /** ISO 8601 with an offset. */
  readonly created?: string | undefined
  readonly enterprise?: ScimEnterprise | undefined
  readonly guest?: ScimGuest | undefined
  /** The first day at work, from Slack's profile extension. */
  readonly startDate?: string | undefined
}

/** The user of a record. */
export const userOf = (record: typeof ScimUserRecord.Type): ScimUser => {
  const enterprise = record[schemas.v2.enterprise] ?? record[schemas.v1.enterprise]
  const guest = record[schemas.v2.guest] ?? record[schemas.v1.guest]
  const profile = record[schemas.v2.profile] ?? record[schemas.v1.profile]
  return stated({
    id: record.id,
    userName: nonEmpty(record.userName),
    externalId: nonEmpty(record.externalId),
    displayName: nonEmpty(record.displayName),
    nickName: nonEmpty(record.nickName),
    givenName: nonEmpty(record.name?.givenName),
    familyName: nonEmpty(record.name?.familyName),
    title: nonEmpty(record.title),
    timezone: nonEmpty(record.timezone),
    userType: nonEmpty(record.userType),
    active: record.active ?? undefined,
    emails: readableOf(record.emails).map(({ value, primary }) => stated({ value, primary: primary ?? undefined })),
    groups: readableOf(record.groups).map(referenceOf),
    roles: readableOf(record.roles).flatMap(({ value }) => nonEmpty(value) ?? []),
    created: nonEmpty(record.meta?.created),
    enterprise: enterprise ? enterpriseOf(enterprise) : undefined,
    guest: guest
      ? stated({
          type: nonEmpty(guest.type),
          expiration: nonEmpty(guest.expiration),
          channels: readableOf(guest.channels).map(({ value }) => value),
        })
      : undefined,
    startDate: nonEmpty(profile?.startDate),
  })
}

const enterpriseOf = (record: NonNullable<(typeof ScimUserRecord.Type)[typeof schemas.v2.enterprise]>) =>
  stated<ScimEnterprise>({
    employeeNumber: nonEmpty(record.employeeNumber),
    costCenter: nonEmpty(record.costCenter),
    organization: nonEmpty(record.organization),
    division: nonEmpty(record.division),
    department: nonEmpty(record.department),
    managerId: nonEmpty(record.manager?.managerId) ?? nonEmpty(record.manager?.value),
  })

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
