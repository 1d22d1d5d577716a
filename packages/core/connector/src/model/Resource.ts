// One thing that a connector found: an account, a group, a role, a workspace.
import { Schema } from "effect"

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
