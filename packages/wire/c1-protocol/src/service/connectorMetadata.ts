// What a connector says of itself when it greets C1: its name, and what can be done with each resource type.
import type { JsonObject } from "@bufbuild/protobuf"
import { create, createRegistry, toJson } from "@bufbuild/protobuf"
import type { ActionDeclaration, Connector, ResourceCapability, ResourceType } from "@rollcall/connector"
import { decodeRecord, MalformedMessage } from "../decode/decodeRecord.ts"
import { encodeResourceType } from "../encode/encodeRecord.ts"
import { displayNameLimit, TextCutter, typeDescriptionLimit } from "../encode/Encoding.ts"
import { file_c1_connector_v2_annotation } from "../generated/c1/connector/v2/annotation_pb.ts"
import type {
  ConnectorCapabilities,
  ConnectorMetadata,
  ResourceTypeCapability,
} from "../generated/c1/connector/v2/connector_pb.ts"
import {
  Capability,
  ConnectorCapabilitiesSchema,
  ConnectorMetadataSchema,
  ResourceTypeCapabilitySchema,
} from "../generated/c1/connector/v2/connector_pb.ts"
import type { ResourceType as ResourceTypeMessage } from "../generated/c1/connector/v2/resource_pb.ts"
import { ResourceTypeSchema } from "../generated/c1/connector/v2/resource_pb.ts"

/** What of a connector is declared to C1. Whether a worker may change anything is not: its answers to tasks say that. */
export type DeclaredConnector = Pick<Connector, "displayName" | "description" | "resourceTypes"> & {
  readonly actions?: ReadonlyArray<ActionDeclaration> | undefined
}

/** The metadata of a Hello. */
export const connectorMetadata = (connector: DeclaredConnector): ConnectorMetadata => {
  const texts = new TextCutter("the connector")
  return create(ConnectorMetadataSchema, {
    displayName: texts.cut("the display name", connector.displayName, displayNameLimit),
    description: texts.cut("the description", connector.description, typeDescriptionLimit),
    capabilities: connectorCapabilities(connector),
  })
}

const numbers: Record<ResourceCapability, Capability> = { provision: Capability.PROVISION, sync: Capability.SYNC }

/** What can be done with the connector: types by id, as the Go SDK sorts them, and the capabilities of all by number. */
export const connectorCapabilities = ({
  resourceTypes,
  actions = [],
}: Omit<DeclaredConnector, "displayName" | "description">): ConnectorCapabilities => {
  const all = new Set(resourceTypes.flatMap((type) => type.capabilities.map((capability) => numbers[capability])))
  if (actions.length > 0) all.add(Capability.ACTIONS)
  return create(ConnectorCapabilitiesSchema, {
    resourceTypeCapabilities: resourceTypes.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(resourceTypeCapability),
    connectorCapabilities: [...all].toSorted((a, b) => a - b),
    // Empty for a connector that makes neither accounts nor credentials; the Go SDK sends it all the same.
    credentialDetails: {},
  })
}

const resourceTypeCapability = (type: ResourceType): ResourceTypeCapability =>
  create(ResourceTypeCapabilitySchema, {
    resourceType: wireType(type),
    capabilities: type.capabilities.map((capability) => numbers[capability]),
    ...(type.permissions.length === 0
      ? {}
      : { permissions: { permissions: type.permissions.map((permission) => ({ permission })) } }),
  })

/** The type as it stands in files. An id that no file can hold is left to C1 to refuse. */
const wireType = (type: ResourceType): ResourceTypeMessage => {
  const encoding = encodeResourceType(type)
  const message = encoding._tag === "Encoded" ? decodeRecord("resourceType", encoding.bytes) : undefined
  return message === undefined || message instanceof MalformedMessage
    ? create(ResourceTypeSchema, { id: type.id })
    : message
}

const options = { registry: createRegistry(file_c1_connector_v2_annotation) }

/** The capabilities as the Go connector's command `capabilities` prints them: proto3 JSON, its `@type` first. */
export const capabilitiesToJson = (connector: Omit<DeclaredConnector, "displayName">): JsonObject => ({
  "@type": `type.googleapis.com/${ConnectorCapabilitiesSchema.typeName}`,
  ...objectOf(toJson(ConnectorCapabilitiesSchema, connectorCapabilities(connector), options)),
})

/** What can be done with one type, as it stands in `resourceTypeCapabilities`. */
export const resourceTypeCapabilityToJson = (type: ResourceType): JsonObject =>
  objectOf(toJson(ResourceTypeCapabilitySchema, resourceTypeCapability(type), options))

const objectOf = (json: ReturnType<typeof toJson>): JsonObject =>
  json !== null && typeof json === "object" && !Array.isArray(json) ? json : {}
