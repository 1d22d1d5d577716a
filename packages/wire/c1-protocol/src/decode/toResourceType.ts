// A stored resource type in the terms of the core model.
import type { ResourceType, Trait } from "@rollcall/connector"
import {
  CapabilityPermissionsSchema,
  SkipEntitlementsAndGrantsSchema,
  SkipGrantsSchema,
} from "../generated/c1/connector/v2/annotation_pb.ts"
import { ResourceType_Trait } from "../generated/c1/connector/v2/resource_pb.ts"
import { findAnnotation } from "./annotations.ts"
import type { RecordMessage } from "./decodeRecord.ts"

const traits: ReadonlyMap<number, Trait> = new Map([
  [ResourceType_Trait.USER, "user"],
  [ResourceType_Trait.GROUP, "group"],
  [ResourceType_Trait.ROLE, "role"],
  [ResourceType_Trait.APP, "app"],
])

/** The resource type; traits that the core does not know are left out. Files say nothing of capabilities. */
export const toResourceType = (message: RecordMessage<"resourceType">): ResourceType => {
  const permissions = findAnnotation(message.annotations, CapabilityPermissionsSchema)?.permissions ?? []
  const skips =
    findAnnotation(message.annotations, SkipEntitlementsAndGrantsSchema) !== undefined
      ? "entitlementsAndGrants"
      : findAnnotation(message.annotations, SkipGrantsSchema) !== undefined
        ? "grants"
        : undefined
  return {
    id: message.id,
    displayName: message.displayName,
    ...(message.description === "" ? {} : { description: message.description }),
    traits: message.traits.map((trait) => traits.get(trait)).filter((trait) => trait !== undefined),
    capabilities: ["sync"],
    permissions: permissions.map(({ permission }) => permission),
    ...(skips === undefined ? {} : { skips }),
  }
}
