// A kind of thing that a connector finds, such as accounts or groups, in the terms of C1's model.

/** What a resource type stands for; it decides which facts its resources carry. */
export type Trait = "user" | "group" | "role" | "app"

/** What can be done with a resource type besides reading it. */
export type ResourceCapability = "sync" | "provision"

/** A kind of resource. Its id is the first part of every id below it and must never change. */
export interface ResourceType {
  readonly id: string
  readonly displayName: string
  readonly description?: string
  readonly traits: ReadonlyArray<Trait>
  readonly capabilities: ReadonlyArray<ResourceCapability>
  /**
   * Permissions that are stored with the type for readers of the file. What a token really needs is declared by the
   * steps (`Step.scopes`).
   */
  readonly permissions: ReadonlyArray<string>
  /** Says that resources of this type carry no grants of their own, or neither entitlements nor grants. */
  readonly skips?: "grants" | "entitlementsAndGrants"
}
