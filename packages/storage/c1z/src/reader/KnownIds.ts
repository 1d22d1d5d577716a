// Whether a sync knows an id: a question about something that it does not know has no answer, and an empty list would look
// like one.
import type { RecordKind } from "@rollcall/c1-protocol"
import type { ResourceId, StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import type { Database } from "./Database.ts"
import { reading } from "./readFailure.ts"
import type { Records } from "./Records.ts"
import { recordTables } from "./Row.ts"
import { where } from "./where.ts"

/** The ids that one sync knows: those that it lists, and those that its records name. */
export class KnownIds {
  readonly #database: Database
  readonly #records: Records
  readonly #syncId: string

  constructor(database: Database, records: Records, syncId: string) {
    this.#database = database
    this.#records = records
    this.#syncId = syncId
  }

  /** Whether the sync lists a resource type, or shows any record of it. */
  hasResourceType(id: string): Effect.Effect<boolean, StoreError> {
    return reading(
      this.#database.path,
      () =>
        this.#records.findResourceType(id) !== undefined ||
        this.#has("resource", { resource_type_id: id }) ||
        this.#has("entitlement", { resource_type_id: id }) ||
        this.#has("grant", { resource_type_id: id }) ||
        this.#has("grant", { principal_resource_type_id: id }),
    )
  }

  /** Whether the sync shows a resource, something on it, or what it holds. */
  hasResource({ resourceType, resource }: ResourceId): Effect.Effect<boolean, StoreError> {
    const on = { resource_type_id: resourceType, resource_id: resource }
    return reading(
      this.#database.path,
      () =>
        this.#records.findResource({ resourceType, resource }) !== undefined ||
        this.#has("entitlement", on) ||
        this.#has("grant", on) ||
        this.#has("grant", { principal_resource_type_id: resourceType, principal_resource_id: resource }),
    )
  }

  /** Whether the sync shows an entitlement, or a grant of it. */
  hasEntitlement(id: string): Effect.Effect<boolean, StoreError> {
    return reading(
      this.#database.path,
      () => this.#records.findEntitlement(id) !== undefined || this.#has("grant", { entitlement_id: id }),
    )
  }

  /** Those of the grants that the sync has. */
  grantsAmong<G extends { readonly entitlement: string; readonly principal: ResourceId }>(
    grants: ReadonlyArray<G>,
  ): Effect.Effect<ReadonlyArray<G>, StoreError> {
    return reading(this.#database.path, () =>
      grants.filter(({ entitlement, principal: { resourceType, resource } }) =>
        this.#has("grant", {
          entitlement_id: entitlement,
          principal_resource_type_id: resourceType,
          principal_resource_id: resource,
        }),
      ),
    )
  }

  #has(kind: Exclude<RecordKind, "resourceType">, columns: Readonly<Record<string, string>>): boolean {
    const table = recordTables[kind]
    if (!this.#database.hasTable(table)) return false
    const { sql, parameters } = where(columns)
    return (
      this.#database.first(`select 1 from ${table} where ${sql} limit 1`, this.#syncId, ...parameters) !== undefined
    )
  }
}
