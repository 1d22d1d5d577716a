// What a connector can do: a table for people, and the JSON that the Go connector's `capabilities` prints.
import { decodeRecord, encodeResourceType, MalformedMessage, recordToJson } from "@rollcall/c1-protocol"
import type { ResourceCapability, ResourceType } from "@rollcall/connector"
import { Effect } from "effect"
import type { LoadedConnector } from "@rollcall/connector-registry"
import type { Listing } from "../render/printListing.ts"

type About = Pick<LoadedConnector<object>["about"], "resourceTypes" | "actions">

/** Resource types and what can be done with them. */
export const capabilityListing: Listing<ResourceType> = {
  name: "resourceTypeCapabilities",
  columns: [
    { title: "Resource Type", value: (type) => type.id },
    { title: "Display Name", value: (type) => type.displayName },
    { title: "Traits", value: (type) => type.traits.join(", ") },
    { title: "Capabilities", value: (type) => type.capabilities.join(", ") },
  ],
  json: (type) => Effect.succeed(capabilityOf(type)),
}

/** `c1.connector.v2.ConnectorCapabilities` as proto3 JSON: types by id, the connector's capabilities by number. */
export const capabilitiesJson = ({ resourceTypes, actions = [] }: About): object => ({
  "@type": "type.googleapis.com/c1.connector.v2.ConnectorCapabilities",
  resourceTypeCapabilities: resourceTypes.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(capabilityOf),
  connectorCapabilities: [
    ...named(
      [...new Set(resourceTypes.flatMap((type) => type.capabilities))].toSorted((a, b) => numbers[a] - numbers[b]),
    ),
    ...(actions.length === 0 ? [] : ["CAPABILITY_ACTIONS"]),
  ],
})

const capabilityOf = (type: ResourceType): object => ({
  resourceType: wireJson(type),
  capabilities: named(type.capabilities),
  ...(type.permissions.length === 0
    ? {}
    : { permissions: { permissions: type.permissions.map((permission) => ({ permission })) } }),
})

const numbers: Readonly<Record<ResourceCapability, number>> = { provision: 1, sync: 2 }

const named = (capabilities: ReadonlyArray<ResourceCapability>): ReadonlyArray<string> =>
  capabilities.map((capability) => `CAPABILITY_${capability.toUpperCase()}`)

/** The type as it stands in files. */
const wireJson = (type: ResourceType): object => {
  const encoding = encodeResourceType(type)
  const message = encoding._tag === "Encoded" ? decodeRecord("resourceType", encoding.bytes) : undefined
  const json =
    message === undefined || message instanceof MalformedMessage ? undefined : recordToJson("resourceType", message)
  return json === undefined || json instanceof MalformedMessage ? { id: type.id } : json
}
