// What a connector can do with its resource types, as a table for people.
import { resourceTypeCapabilityToJson } from "@rollcall/c1-protocol/service"
import type { ResourceType } from "@rollcall/connector"
import { Effect } from "effect"
import type { Listing } from "@rollcall/access/render"

/** Resource types and what can be done with them. */
export const capabilityListing: Listing<ResourceType> = {
  name: "resourceTypeCapabilities",
  columns: [
    { title: "Resource Type", value: (type) => type.id },
    { title: "Display Name", value: (type) => type.displayName },
    { title: "Traits", value: (type) => type.traits.join(", ") },
    { title: "Capabilities", value: (type) => type.capabilities.join(", ") },
  ],
  json: (type) => Effect.succeed(resourceTypeCapabilityToJson(type)),
}
