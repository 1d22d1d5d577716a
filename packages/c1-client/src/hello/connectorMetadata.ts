// What a connector says of itself to C1: its name, its resource types and what can be done with them. It is told by what
// the connector can do, whether provisioning is switched on or not, as C1 expects it.
import { create, fromBinary } from "@bufbuild/protobuf"
import { encodeResourceType } from "@rollcall/c1-protocol"
import type { ConnectorMetadata, ResourceType as TypeMessage } from "@rollcall/c1-protocol/messages"
import { Capability, ConnectorMetadataSchema, ResourceTypeSchema } from "@rollcall/c1-protocol/messages"
import type { Connector, ResourceType } from "@rollcall/connector"

/** The connector in C1's words. */
export const connectorMetadata = (connector: Connector): ConnectorMetadata => {
  const canProvision = connector.provisioning !== undefined
  const types = connector.resourceTypes.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const provisioned = (type: ResourceType) => canProvision && type.capabilities.includes("provision")
  return create(ConnectorMetadataSchema, {
    displayName: connector.displayName,
    capabilities: {
      resourceTypeCapabilities: types.map((type) => ({
        resourceType: typeMessage(type),
        capabilities: [Capability.SYNC, ...(provisioned(type) ? [Capability.PROVISION] : [])],
        permissions: { permissions: type.permissions.map((permission) => ({ permission })) },
      })),
      connectorCapabilities: [
        ...(types.some(provisioned) ? [Capability.PROVISION] : []),
        Capability.SYNC,
        ...((connector.actions ?? []).length > 0 ? [Capability.ACTIONS] : []),
      ],
      credentialDetails: {},
    },
  })
}

/** The same message as in a file. A type that C1 would not take is told by its id alone. */
const typeMessage = (type: ResourceType): TypeMessage => {
  const encoded = encodeResourceType(type)
  return encoded._tag === "Refused"
    ? create(ResourceTypeSchema, { id: type.id })
    : fromBinary(ResourceTypeSchema, encoded.bytes)
}
