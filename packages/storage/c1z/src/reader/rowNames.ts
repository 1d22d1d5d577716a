// What the columns of a row name.
import { create } from "@bufbuild/protobuf"
import type { RecordMessage } from "@rollcall/c1-protocol"
import { recordSchemas } from "@rollcall/c1-protocol"
import type { ResourceId } from "@rollcall/connector"
import type { Row, RowReader } from "./Row.ts"

/** The resource that an entitlement or a grant is on. */
export const resourceIdOf = (read: RowReader, row: Row): ResourceId => ({
  resourceType: read.text(row, "resource_type_id"),
  resource: read.text(row, "resource_id"),
})

/** Who holds a grant. */
export const principalIdOf = (read: RowReader, row: Row): ResourceId => ({
  resourceType: read.text(row, "principal_resource_type_id"),
  resource: read.text(row, "principal_resource_id"),
})

/** A grant with what its row's columns tell: some writers leave that out of the record. */
export const withNames = (
  grant: RecordMessage<"grant">,
  entitlementId: string,
  resource: ResourceId,
  principal: ResourceId,
): RecordMessage<"grant"> => {
  grant.entitlement ??= create(recordSchemas.entitlement, { id: entitlementId })
  grant.entitlement.resource ??= create(recordSchemas.resource, { id: resource })
  grant.principal ??= create(recordSchemas.resource, { id: principal })
  return grant
}
