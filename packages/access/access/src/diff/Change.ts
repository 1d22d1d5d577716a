// What differs between two syncs, as records for people and programs.
import type { ResourceId } from "@rollcall/connector"

/** The groups of changes, in the order in which a reader looks for them, with their titles. */
export const sections = {
  "new-admins": "New admins: privileged access gained",
  "new-guests": "New guests",
  "disabled-holding": "Disabled accounts that still hold something",
  grown: "Groups and roles that grew",
  "new-accounts": "New accounts",
  "disabled-accounts": "Disabled accounts",
  "removed-accounts": "Accounts that are gone",
  "changed-accounts": "Changed accounts",
  "former-admins": "Privileged access lost",
  resources: "Groups, roles and other resources",
  memberships: "Other memberships",
} as const

/** The group that a change is in; each is in one. */
export type Section = keyof typeof sections

/** The sections in their order. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const sectionIds = Object.keys(sections) as ReadonlyArray<Section>

/** What a change is about: a resource by its trait, that somebody holds an entitlement, or how many do. */
export type ChangedThing = "account" | "group" | "role" | "app" | "resource" | "membership" | "holders"

/** Something of which both values are known, before and after. What was unknown in either sync is not compared. */
export interface ChangedValue {
  readonly attribute: "name" | "email" | "status" | "kind" | "mfa" | "holders"
  /** `null` where there was none, such as no address. */
  readonly before: string | number | boolean | null
  readonly after: string | number | boolean | null
}

/** A resource as a change names it. Of an account that is gone, all is as it was. */
export interface ChangedSubject {
  readonly id: ResourceId
  readonly name: string
  readonly email: string | null
  /** `null` where it is not known, as are the others. */
  readonly status: string | null
  readonly kind: string | null
}

/** The entitlement that somebody gained or lost, and the resource that it is on. */
export interface ChangedEntitlement {
  readonly id: string
  readonly name: string
  /** The last part of what it allows, such as `member`. */
  readonly slug: string
  readonly resource: ResourceId
  readonly resourceName: string
}

/** One change. */
export interface Change {
  readonly section: Section
  readonly change: "added" | "removed" | "changed"
  readonly what: ChangedThing
  /** The resource; of a membership who holds it, of holders what they hold. */
  readonly subject: ChangedSubject
  /** Of a membership and of holders. */
  readonly entitlement: ChangedEntitlement | null
  readonly values: ReadonlyArray<ChangedValue>
  /** How many memberships ended with an account that is gone or disabled, or with a resource that is gone. */
  readonly lost: number
  /** How many a disabled account still holds beyond belonging to its parent, and the names of the first of them. */
  readonly holds: number
  readonly held: ReadonlyArray<string>
}

/** Something that cannot be told because one of the syncs, or both, does not show it. It is never told as removed or changed. */
export interface Unknown {
  readonly resourceType: string
  /** Of the accounts of the type; absent where all of the type is unknown. */
  readonly attribute: string | null
  /** What is not known and why, in one sentence. */
  readonly text: string
  /** What no sync promises, such as an attribute that few credentials see: it does not count as a difference. */
  readonly expected: boolean
}
