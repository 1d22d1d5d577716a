// The traits of a resource type as the Go viewer prints them.
import { ResourceType_TraitSchema } from "../generated/c1/connector/v2/resource_pb.ts"
import type { RecordMessage } from "./decodeRecord.ts"

/** The names of the format, such as `TRAIT_USER`; a trait that nobody knows is its number. */
export const traitNames = (message: RecordMessage<"resourceType">): ReadonlyArray<string> =>
  message.traits.map((trait) => ResourceType_TraitSchema.value[trait]?.name ?? String(trait))
