// What a resource holds on resources of some types, as its stored grants say it: what tells the kind and the roles of an account.
// And how many hold something on a resource.
import type { ResourceId } from "@rollcall/connector"
import type { Database } from "./Database.ts"
import { bytesOfARow, maxBytesHeld } from "./Database.ts"
import { unreadable } from "./readFailure.ts"
import { recordTables, resourceIdOf, RowReader } from "./Row.ts"

/** An entitlement that is held, and the resource that it is on. */
export interface HeldEntitlement {
  readonly entitlement: string
  readonly resource: ResourceId
}

const table = recordTables.grant

/** The entitlements on resources of these types that are held, each once, in their order. Throws where they cannot be read. */
export const heldOn = (
  database: Database,
  syncId: string,
  { resourceType, resource }: ResourceId,
  types: ReadonlyArray<string>,
): ReadonlyArray<HeldEntitlement> => {
  if (!database.hasTable(table) || types.length === 0) return []
  const read = new RowReader(database.path, table)
  let bytes = 0
  const held = new Map<string, HeldEntitlement>()
  // Asked for each record of a list: choosing here is several times faster than in SQL.
  database.each(
    `select entitlement_id, resource_type_id, resource_id from ${table}
     where principal_resource_type_id = ? and principal_resource_id = ? and sync_id = ? order by id`,
    [resourceType, resource, syncId],
    (row) => {
      const on = resourceIdOf(read, row)
      if (!types.includes(on.resourceType)) return
      const entitlement = read.text(row, "entitlement_id")
      const key = `${on.resourceType.length} ${on.resource.length} ${on.resourceType}${on.resource}${entitlement}`
      if (held.has(key)) return
      held.set(key, { entitlement, resource: on })
      bytes += key.length + bytesOfARow
      if (bytes > maxBytesHeld) throw unreadable(database.path, "it lists far more than a workspace can have")
    },
  )
  return [...held.values()]
}

/** How many hold anything on a resource. Throws where it cannot be read. */
export const countHolders = (database: Database, syncId: string, { resourceType, resource }: ResourceId): number => {
  if (!database.hasTable(table)) return 0
  const row = database.first(
    `select count(*) as holders from (select distinct principal_resource_type_id, principal_resource_id from ${table}
     where resource_type_id = ? and resource_id = ? and sync_id = ?)`,
    resourceType,
    resource,
    syncId,
  )
  return row === undefined ? 0 : new RowReader(database.path, table).number(row, "holders")
}
