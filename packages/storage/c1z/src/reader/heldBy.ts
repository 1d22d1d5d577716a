// What one principal holds and why: the grants that the sync stores, and what they let it inherit.
import type { RecordMessage } from "@rollcall/c1-protocol"
import { isDirect } from "@rollcall/c1-protocol"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Database } from "./Database.ts"
import { bytesOfARow, maxBytesHeld } from "./Database.ts"
import type { Expansion, Held } from "./Expansion.ts"
import { decodeGrant, grantColumns } from "./Expansion.ts"
import { reading, unreadable } from "./readFailure.ts"
import type { Records } from "./Records.ts"
import { recordTables, resourceIdOf, RowReader } from "./Row.ts"
import type { Reason } from "./views.ts"
import { where } from "./where.ts"

const table = recordTables.grant

/** Why the principal of a grant holds the entitlement, as the grant says it. */
export const reasonOf = (grant: RecordMessage<"grant">, entitlement: string): Reason => ({
  stored: true,
  direct: isDirect(grant, entitlement),
  through: Object.keys(grant.sources?.sources ?? {}).filter((source) => source !== entitlement),
})

/** What a grant says that names no sources. */
export const heldDirectly: Reason = { stored: true, direct: true, through: [] }

/** What the principal holds: each entitlement once, those of stored grants first, in the order in which they were stored. */
export const heldBy = Effect.fnUntraced(function* (
  principal: ResourceId,
  { database, records, expansion }: { database: Database; records: Records; expansion: Expansion },
): Effect.fn.Return<ReadonlyArray<Held>, StoreError> {
  if (!database.hasTable(table)) return []
  const { sql, parameters } = where({
    principal_resource_type_id: principal.resourceType,
    principal_resource_id: principal.resource,
  })
  const read = new RowReader(database.path, table)
  const grants = database.stream(
    `select ${grantColumns(database)} from ${table} where ${sql} order by id`,
    [records.syncId, ...parameters],
    (row): Held => {
      const entitlement = read.text(row, "entitlement_id")
      return {
        resource: resourceIdOf(read, row),
        entitlement,
        reason: reasonOf(decodeGrant(records, read, row), entitlement),
      }
    },
  )
  const stored = new Map<string, Held>()
  let bytes = 0
  yield* Stream.runForEach(grants, (held) =>
    Effect.suspend(() => {
      const key = JSON.stringify([held.resource.resourceType, held.resource.resource, held.entitlement])
      const earlier = stored.get(key)
      const merged = earlier === undefined ? held : { ...held, reason: both(earlier.reason, held.reason) }
      if (merged === held) bytes += key.length + bytesOfARow
      bytes += (merged.reason.through.length - (earlier?.reason.through.length ?? 0)) * bytesOfARow
      stored.set(key, merged)
      return bytes > maxBytesHeld ? Effect.fail(tooMuch(database.path)) : Effect.void
    }),
  )
  const all = [...stored.values()]
  return [...all, ...(yield* reading(database.path, () => expansion.inherited(principal, all)))]
})

/** Several grants can give one principal the same entitlement. */
const both = (a: Reason, b: Reason): Reason => ({
  stored: true,
  direct: a.direct || b.direct,
  through: [...new Set([...a.through, ...b.through])],
})

const tooMuch = (path: string): StoreError => unreadable(path, "it lists far more than a workspace can have")
