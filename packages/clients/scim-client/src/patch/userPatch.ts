// Changes of a user, as data, and how each version writes them.
// Sources: https://docs.slack.dev/reference/scim-api, https://datatracker.ietf.org/doc/html/rfc7644#section-3.5.2
import type { ScimDialect, ScimVersion } from "../dialect/ScimDialect.ts"
import type { ScimEmail } from "../resources/records.ts"
import type { ScimSchema } from "../dialect/ScimDialect.ts"
import { patchSchema, schemas } from "../dialect/ScimDialect.ts"

/** What can be changed, by the names of `ScimUser` and its parts. */
interface Values {
  readonly active: boolean
  readonly userName: string
  readonly displayName: string
  readonly nickName: string
  readonly givenName: string
  readonly familyName: string
  readonly title: string
  readonly timezone: string
  readonly userType: string
  readonly emails: ReadonlyArray<ScimEmail>
  readonly employeeNumber: string
  readonly costCenter: string
  readonly organization: string
  readonly division: string
  readonly department: string
  readonly managerId: string
  readonly guestExpiration: string
  readonly startDate: string
}
export type UserAttribute = keyof Values

/** One change of a user. */
export type UserChange =
  | {
      [Name in UserAttribute]: { readonly change: "set"; readonly attribute: Name; readonly value: Values[Name] }
    }[UserAttribute]
  | { readonly change: "clear"; readonly attribute: UserAttribute }

/** Builds changes of a user. */
export const userPatch = {
  activate: (): UserChange => ({ change: "set", attribute: "active", value: true }),
  deactivate: (): UserChange => ({ change: "set", attribute: "active", value: false }),
  set: <Name extends UserAttribute>(attribute: Name, value: Values[Name]) => ({
    change: "set" as const,
    attribute,
    value,
  }),
  clear: (attribute: UserAttribute): UserChange => ({ change: "clear", attribute }),
}

/** In which schema an attribute is, and where in it. */
const places: Readonly<Record<UserAttribute, readonly [ScimSchema, ...ReadonlyArray<string>]>> = {
  active: ["user", "active"],
  userName: ["user", "userName"],
  displayName: ["user", "displayName"],
  nickName: ["user", "nickName"],
  givenName: ["user", "name", "givenName"],
  familyName: ["user", "name", "familyName"],
  title: ["user", "title"],
  timezone: ["user", "timezone"],
  userType: ["user", "userType"],
  emails: ["user", "emails"],
  employeeNumber: ["enterprise", "employeeNumber"],
  costCenter: ["enterprise", "costCenter"],
  organization: ["enterprise", "organization"],
  division: ["enterprise", "division"],
  department: ["enterprise", "department"],
  managerId: ["enterprise", "manager"],
  guestExpiration: ["guest", "expiration"],
  startDate: ["profile", "startDate"],
}

const placeOf = (version: ScimVersion, attribute: UserAttribute) => {
  const [schema, ...steps] = places[attribute]
  return { urn: schema === "user" ? undefined : schemas[version][schema], steps }
}

/** The manager is set as a whole: where there is none yet, a server finds no target for the id inside. */
const valueOf = ({ managerAttribute }: ScimDialect, { attribute, value }: UserChange & { readonly change: "set" }) =>
  attribute === "managerId" ? { [managerAttribute]: value } : value

const operations = (dialect: ScimDialect, changes: ReadonlyArray<UserChange>): object => ({
  schemas: [patchSchema],
  Operations: changes.map((change) => {
    const { urn, steps } = placeOf("v2", change.attribute)
    const path = `${urn === undefined ? "" : `${urn}:`}${steps.join(".")}`
    return change.change === "clear" ? { op: "remove", path } : { op: "replace", path, value: valueOf(dialect, change) }
  }),
})

/** The partial user of SCIM 1.1; what is to be cleared is named in `meta.attributes`. */
const partialUser = (dialect: ScimDialect, changes: ReadonlyArray<UserChange>): object => {
  const body: Record<string, unknown> = {}
  const urns = new Set<string>()
  const cleared: Array<string> = []
  for (const change of changes) {
    const { urn, steps } = placeOf("v1", change.attribute)
    const path = urn === undefined ? steps : [urn, ...steps]
    if (urn !== undefined) urns.add(urn)
    if (change.change === "clear") cleared.push(path.join("."))
    else place(body, path, valueOf(dialect, change))
  }
  return {
    schemas: [schemas.v1.user, ...urns],
    ...body,
    ...(cleared.length === 0 ? {} : { meta: { attributes: cleared } }),
  }
}

const place = (body: Record<string, unknown>, [name = "", ...rest]: ReadonlyArray<string>, value: unknown) => {
  if (rest.length === 0) {
    body[name] = value
    return
  }
  const part: Record<string, unknown> = { ...Object(body[name]) }
  place(part, rest, value)
  body[name] = part
}

/** The body of a PATCH of a user. */
export const userPatchBody = (version: ScimVersion, dialect: ScimDialect, changes: ReadonlyArray<UserChange>): object =>
  version === "v1" ? partialUser(dialect, changes) : operations(dialect, changes)
