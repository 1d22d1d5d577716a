// The access model: resources and their types, what can be held on a resource, and who holds it.
import { Schema } from "effect"

/** What a resource type stands for; it decides which facts its resources carry. */
const Trait = Schema.Literals(["user", "group", "role", "app"])
export type Trait = typeof Trait.Type

/** What can be done with a resource type besides reading it. */
const ResourceCapability = Schema.Literals(["sync", "provision"])
export type ResourceCapability = typeof ResourceCapability.Type

/** A kind of resource. Its id is the first part of every id below it and must never change. */
export const ResourceType = Schema.Struct({
  id: Schema.String,
  displayName: Schema.String,
  description: Schema.optionalKey(Schema.String),
  traits: Schema.Array(Trait),
  capabilities: Schema.Array(ResourceCapability),
  /**
   * Permissions that are stored with the type for readers of the file. What a token really needs is declared by the
   * steps (`Step.scopes`).
   */
  permissions: Schema.Array(Schema.String),
  /** Says that resources of this type carry no grants of their own, or neither entitlements nor grants. */
  skips: Schema.optionalKey(Schema.Literals(["grants", "entitlementsAndGrants"])),
})
export type ResourceType = typeof ResourceType.Type

/** Names a resource. Ids may hold any character, `:` included, so they are never split to get their parts. */
export const ResourceId = Schema.Struct({ resourceType: Schema.String, resource: Schema.String })
export type ResourceId = typeof ResourceId.Type

/** The id as it is written in files and on the terminal: `<type>:<id>`, without escaping. */
export const formatResourceId = (id: ResourceId): string => `${id.resourceType}:${id.resource}`

/** A fact about a resource that has no field of its own. */
export type ProfileValue = string | number | boolean | null

/** Facts by name. */
export type Profile = Readonly<Record<string, ProfileValue>>

/** Whether a resource is in use. */
export type ResourceStatus = "enabled" | "disabled" | "deleted"

/** What only an account has. */
export interface AccountFacts {
  readonly accountType?: "human" | "service" | "system" | undefined
  /** E-mail addresses, the primary one first. */
  readonly emails?: ReadonlyArray<string> | undefined
  /** `true` when a second factor is known to be set up; absent when the system does not say. */
  readonly mfaEnabled?: boolean | undefined
}

/**
 * A resource as one step knows it. Two steps may each tell a part; the engine merges the parts (`mergeResources`), so
 * a step leaves out what it does not know instead of guessing.
 */
export interface Resource {
  readonly id: ResourceId
  readonly displayName?: string | undefined
  readonly description?: string | undefined
  readonly parent?: ResourceId | undefined
  readonly profile?: Profile | undefined
  readonly status?: ResourceStatus | undefined
  /** When the system created it, as an RFC 3339 instant. */
  readonly createdAt?: string | undefined
  /** Only for resources of a type with the trait `user`. */
  readonly account?: AccountFacts | undefined
  /** Types of the resources that have this one as their parent. */
  readonly childResourceTypes?: ReadonlyArray<string> | undefined
  /**
   * Set where one step lists the same resource in several places, such as the workspaces of an organisation. Of the
   * contributions of one step, the one with the lowest precedence in the order of code units is used, as a whole; of equal
   * ones the first. It is not published.
   */
  readonly precedence?: string | undefined
}

/** What can be held on a resource, and by which types of principal. */
export interface Entitlement {
  readonly id: string
  readonly resource: ResourceId
  /** The last part of the id, such as `member`. */
  readonly slug: string
  readonly displayName: string
  readonly description: string
  readonly purpose: "assignment" | "permission" | "ownership"
  /** Ids of the resource types whose resources can hold it. */
  readonly grantableTo: ReadonlyArray<string>
}

/** The id that C1's connectors give an entitlement: `<type>:<resource id>:<slug>`. */
export const entitlementId = (resource: ResourceId, slug: string): string => `${formatResourceId(resource)}:${slug}`

/** An entitlement with that id. Its purpose is `assignment`, and its name describes it, where nothing else is said. */
export const entitlementOf = (
  resource: ResourceId,
  slug: string,
  facts: Pick<Entitlement, "displayName" | "grantableTo"> & Partial<Pick<Entitlement, "description" | "purpose">>,
): Entitlement => ({
  id: entitlementId(resource, slug),
  resource,
  slug,
  description: facts.displayName,
  purpose: "assignment",
  ...facts,
})

/**
 * The parts of an entitlement's id. Resource types and slugs hold no colon, so the first and the last one are the seams,
 * whatever the resource's id holds. Absent where the text is no such id.
 */
export const parseEntitlementId = (id: string): Pick<Entitlement, "id" | "resource" | "slug"> | undefined => {
  const parts = /^(?<resourceType>[^:]+):(?<resource>.+):(?<slug>[^:]+)$/su.exec(id)?.groups
  const { resourceType, resource, slug } = parts ?? {}
  return resourceType === undefined || resource === undefined || slug === undefined
    ? undefined
    : { id, resource: { resourceType, resource }, slug }
}

/** A principal's hold on an entitlement. Both are named by id; the sink embeds whole resources where its format wants them. */
export interface Grant {
  readonly id: string
  /** The entitlement's id. */
  readonly entitlement: string
  /** The resource that the entitlement is on. */
  readonly resource: ResourceId
  readonly principal: ResourceId
  /** `true` when the grant cannot be revoked through this connector. */
  readonly immutable?: boolean
  /**
   * Set where the grant follows from one of several contributions of its step to the principal: it is kept only where the
   * contribution with this `Resource.precedence` is used. It is not published.
   */
  readonly precedence?: string
}

/** A grant with the id that C1's connectors give it: `<entitlement id>:<principal type>:<principal id>`. */
export const grantOf = (resource: ResourceId, slug: string, principal: ResourceId): Grant => {
  const entitlement = entitlementId(resource, slug)
  return { id: `${entitlement}:${formatResourceId(principal)}`, entitlement, resource, principal }
}

/**
 * The parts of a grant's id, whose principal is of one of these types: the last `:<type>:` in it is the seam. Absent
 * where the text is no such id.
 */
export const parseGrantId = (
  id: string,
  principalTypes: ReadonlyArray<string>,
):
  | { readonly entitlement: Pick<Entitlement, "id" | "resource" | "slug">; readonly principal: ResourceId }
  | undefined => {
  const seams = principalTypes
    .map((resourceType) => ({ resourceType, at: id.lastIndexOf(`:${resourceType}:`) }))
    .toSorted((a, b) => b.at - a.at)
  const [seam] = seams
  if (seam === undefined || seam.at < 0) return undefined
  const entitlement = parseEntitlementId(id.slice(0, seam.at))
  const resource = id.slice(seam.at + seam.resourceType.length + 2)
  return entitlement === undefined || resource === ""
    ? undefined
    : { entitlement, principal: { resourceType: seam.resourceType, resource } }
}

/**
 * Whom a text means: an e-mail address, an id of the usual type, which is the first, or, as the audit log and results print it, an id
 * behind its type.
 */
export const parsePrincipal = (
  text: string,
  [usual = ""]: ReadonlyArray<string>,
  types: ReadonlyArray<string>,
): ResourceId => {
  const type = text.includes("@") ? undefined : types.find((candidate) => text.startsWith(`${candidate}:`))
  return type === undefined
    ? { resourceType: usual, resource: text }
    : { resourceType: type, resource: text.slice(type.length + 1) }
}
