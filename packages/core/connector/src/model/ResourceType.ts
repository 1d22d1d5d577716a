// A kind of thing that a connector finds, such as accounts or groups, in the terms of C1's model.
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
