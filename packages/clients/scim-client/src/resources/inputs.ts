// What a user or a group is created or overwritten with, and how each version writes it.
import type { ScimDialect, ScimVersion } from "../dialect/ScimDialect.ts"
import type { ScimEmail, ScimEnterprise } from "./records.ts"
import { schemas } from "../dialect/ScimDialect.ts"

/** A user to be. What is left out of an overwriting is blanked: Slack then deactivates whose `active` is left out. */
export interface ScimUserInput {
  readonly userName: string
  readonly externalId?: string | undefined
  readonly displayName?: string | undefined
  readonly nickName?: string | undefined
  readonly givenName?: string | undefined
  readonly familyName?: string | undefined
  readonly title?: string | undefined
  readonly timezone?: string | undefined
  readonly userType?: string | undefined
  readonly active?: boolean | undefined
  readonly emails?: ReadonlyArray<ScimEmail> | undefined
  readonly roles?: ReadonlyArray<string> | undefined
  readonly enterprise?: ScimEnterprise | undefined
  readonly guest?: { readonly type?: string | undefined; readonly expiration?: string | undefined } | undefined
  readonly startDate?: string | undefined
}

/** The JSON of a user; members that are `undefined` are not written. */
export const userBody = (version: ScimVersion, { managerAttribute }: ScimDialect, input: ScimUserInput): object => {
  const { enterprise, guest, startDate, givenName, familyName, roles, ...core } = input
  const urns = schemas[version]
  const extensions: Record<string, object> = {}
  if (enterprise !== undefined) {
    const { managerId, ...rest } = enterprise
    const manager = managerId === undefined ? {} : { manager: { [managerAttribute]: managerId } }
    extensions[urns.enterprise] = { ...rest, ...manager }
  }
  if (guest !== undefined) extensions[urns.guest] = { type: guest.type, expiration: guest.expiration }
  if (startDate !== undefined) extensions[urns.profile] = { startDate }
  return {
    schemas: [urns.user, ...Object.keys(extensions)],
    ...userAttributes(core),
    ...(givenName === undefined && familyName === undefined ? {} : { name: { givenName, familyName } }),
    ...(roles === undefined ? {} : { roles: roles.map((value, index) => ({ value, primary: index === 0 })) }),
    ...extensions,
  }
}

/** Only what is written: a user that was read carries its id, groups and more. */
const userAttributes = (core: Omit<ScimUserInput, "enterprise" | "guest" | "startDate" | "roles">) => ({
  userName: core.userName,
  externalId: core.externalId,
  displayName: core.displayName,
  nickName: core.nickName,
  title: core.title,
  timezone: core.timezone,
  userType: core.userType,
  active: core.active,
  emails: core.emails,
})

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
