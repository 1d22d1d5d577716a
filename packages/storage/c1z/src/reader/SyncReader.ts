// Questions about one sync of a file. Lists come as streams that take little memory however long they are; their order
// is the order in which the records were stored.
import type { JsonObject } from "@bufbuild/protobuf"
import type { RecordKind } from "@rollcall/c1-protocol"
import type { Coverage, RecordCounts, ResourceId, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { countRecords } from "./SyncStats.ts"
import { readCoverage } from "./ownTables.ts"
import type { Database } from "./Database.ts"
import type { Held } from "./Expansion.ts"
import { byResource, decodeGrant, Expansion, grantColumns } from "./Expansion.ts"
import { heldBy, reasonOf } from "./heldBy.ts"
import { KnownIds } from "./KnownIds.ts"
import { reading, unreadable } from "./readFailure.ts"
import { Records, recordTables } from "./Records.ts"
import type { Row } from "./Row.ts"
import { RowReader, principalIdOf, resourceIdOf, withNames } from "./Row.ts"
import type { SyncInfo } from "./SyncInfo.ts"
import type { AccessView, EntitlementView, GrantView, ResourceTypeView, ResourceView } from "./views.ts"
import type { GrantFilter, Where } from "./where.ts"
import { grantsWhere, where } from "./where.ts"

type Views<A> = Stream.Stream<A, StoreError>

/** Records that one view holds whole have a few thousand bytes each, and decoded ones can take a hundred times as many. */
const maxViewBytes = 8 * 1024 * 1024

/** How a sync may lack records. */
export interface Incompleteness {
  /** Whether it has not ended. */
  readonly unfinished: boolean
  /** The expandable grants through which principals inherit what the sync shows no grants of; at least so many. */
  readonly unexpandedGrants: number
}

/** Reads one sync. Where the file holds no sync, there is nothing to read, and every answer is empty. */
export class SyncReader {
  /** The sync that is read; `undefined` where the file holds none. */
  readonly sync: SyncInfo | undefined
  /** Which ids the sync knows. */
  readonly known: KnownIds
  readonly #database: Database
  readonly #records: Records
  readonly #syncId: string
  #expansionRead: Expansion | undefined

  constructor(database: Database, sync: SyncInfo | undefined) {
    this.sync = sync
    this.#database = database
    this.#syncId = sync?.id ?? ""
    this.#records = new Records(database, this.#syncId)
    this.known = new KnownIds(database, this.#records, this.#syncId)
  }

  get resourceTypes(): Views<ResourceTypeView> {
    const view = (row: Row, read: RowReader) => ({
      resourceType: this.#records.decode("resourceType", read.bytes(row, "data")),
    })
    return this.#ask(
      "resourceType",
      "select data from v1_resource_types where sync_id = ? order by id",
      [],
      view,
      "small",
    )
  }

  resources(filter: { readonly resourceType?: string | undefined } = {}): Views<ResourceView> {
    return this.#all("resource", where({ resource_type_id: filter.resourceType }), (row, read) =>
      this.#records.resourceView(this.#records.decode("resource", read.bytes(row, "data"))),
    )
  }

  /** One resource, or `undefined` when the sync does not show it. */
  resource(id: ResourceId): Effect.Effect<ResourceView | undefined, StoreError> {
    return reading(this.#database.path, () => {
      const resource = this.#records.findResource(id)
      return resource === undefined ? undefined : this.#records.resourceView(resource)
    })
  }

  entitlements(filter: { readonly resourceType?: string | undefined } = {}): Views<EntitlementView> {
    return this.#all("entitlement", where({ resource_type_id: filter.resourceType }), (row, read) => {
      const entitlement = this.#records.decode("entitlement", read.bytes(row, "data"))
      return { entitlement, ...this.#records.resourceAndType(resourceIdOf(read, row)) }
    })
  }

  grants(filter: GrantFilter = {}): Views<GrantView> {
    return this.#all("grant", grantsWhere(filter), (row, read) => {
      const resource = resourceIdOf(read, row)
      const entitlementId = read.text(row, "entitlement_id")
      const principal = principalIdOf(read, row)
      const grant = withNames(decodeGrant(this.#records, read, row), entitlementId, resource, principal)
      return {
        grant,
        reason: reasonOf(grant, entitlementId),
        entitlement: this.#records.entitlement(entitlementId, resource),
        ...this.#records.resourceAndType(resource),
        principal: this.#records.principal(principal),
      }
    })
  }

  /** Everybody who holds an entitlement, or any entitlement on a resource; each once. */
  principals(of: { readonly resource: ResourceId } | { readonly entitlement: string }): Views<ResourceView> {
    const { sql, parameters } = grantsWhere(of)
    return this.#ask(
      "grant",
      `select principal_resource_type_id, principal_resource_id from v1_grants where ${sql}
       group by principal_resource_type_id, principal_resource_id order by min(id)`,
      parameters,
      (row, read) => this.#records.resourceView(this.#records.principal(principalIdOf(read, row))),
    )
  }

  /**
   * All that one principal holds, by resource; what it inherits through expandable grants too, where the connector has not
   * stored that as grants of its own.
   */
  access(principal: ResourceId): Views<AccessView> {
    return Stream.unwrap(
      Effect.gen({ self: this }, function* () {
        const context = { database: this.#database, records: this.#records, expansion: yield* this.#expansion }
        return Stream.mapEffect(Stream.fromIterable(byResource(yield* heldBy(principal, context))), (held) =>
          reading(this.#database.path, () => this.#accessView(held)),
        )
      }),
    )
  }

  /** The entitlements on resources of these types that a principal has stored grants of, each once, in their order. */
  heldOn(
    principal: ResourceId,
    types: ReadonlyArray<string>,
  ): Effect.Effect<ReadonlyArray<{ readonly entitlement: string; readonly resource: ResourceId }>, StoreError> {
    const table = recordTables.grant
    if (!this.#database.hasTable(table) || types.length === 0) return Effect.succeed([])
    const read = new RowReader(this.#database.path, table)
    return reading(this.#database.path, () => {
      this.#database.makeIndex(table, ["principal_resource_type_id", "principal_resource_id"])
      const rows = this.#database.all(
        `select entitlement_id, resource_type_id, resource_id from ${table}
         where principal_resource_type_id = ? and principal_resource_id = ? and sync_id = ?
           and resource_type_id in (select value from json_each(?))
         group by entitlement_id, resource_type_id, resource_id order by min(id)`,
        principal.resourceType,
        principal.resource,
        this.#syncId,
        JSON.stringify(types),
      )
      return rows.map((row) => ({ entitlement: read.text(row, "entitlement_id"), resource: resourceIdOf(read, row) }))
    })
  }

  /** Whether records may be missing because the sync did not come to its end, or left the end to the platform. */
  get incompleteness(): Effect.Effect<Incompleteness, StoreError> {
    return Effect.gen({ self: this }, function* () {
      const expansion = yield* this.#expansion
      return {
        unfinished: this.sync !== undefined && this.sync.endedAt === undefined,
        unexpandedGrants: yield* expansion.countOpen,
      }
    })
  }

  /** How many resources, entitlements and grants there are, by the type of the resource that they are on. */
  get counts(): Effect.Effect<RecordCounts, StoreError> {
    return reading(this.#database.path, () => countRecords(this.#database, this.#syncId))
  }

  /** How much of each resource type the sync shows; empty in files that other programs wrote. */
  get coverage(): Effect.Effect<ReadonlyArray<Coverage>, StoreError> {
    return readCoverage(this.#database, this.#syncId)
  }

  /** A view in the Go viewer's JSON: `reader.toJson(grantViewToJson, view)`. */
  toJson<V>(viewToJson: (view: V) => JsonObject, view: V): Effect.Effect<JsonObject, StoreError> {
    return Effect.try({
      try: () => viewToJson(view),
      catch: (cause) => unreadable(this.#database.path, "it holds a record that cannot be written as JSON", cause),
    })
  }

  #accessView(held: readonly [Held, ...Array<Held>]): AccessView {
    const most = this.#database.bytesRead + maxViewBytes
    return {
      ...this.#records.resourceAndType(held[0].resource),
      held: held.map(({ entitlement, resource, reason }) => {
        this.#database.stopPast(most)
        return { entitlement: this.#records.entitlement(entitlement, resource), reason }
      }),
    }
  }

  get #expansion(): Effect.Effect<Expansion, StoreError> {
    return reading(
      this.#database.path,
      () => (this.#expansionRead ??= new Expansion(this.#database, this.#records, this.#syncId)),
    )
  }

  // Named one by one: a forged table can have thousands of others, each of them huge.
  #columns(kind: Exclude<RecordKind, "resourceType">): string {
    if (kind === "grant") return grantColumns(this.#database)
    return kind === "resource" ? "data" : "resource_type_id, resource_id, data"
  }

  #all<A>(kind: Exclude<RecordKind, "resourceType">, filter: Where, view: (row: Row, read: RowReader) => A): Views<A> {
    const sql = `select ${this.#columns(kind)} from ${recordTables[kind]} where ${filter.sql} order by id`
    return this.#ask(kind, sql, filter.parameters, view)
  }

  #ask<A>(
    kind: keyof typeof recordTables,
    sql: string,
    parameters: ReadonlyArray<string>,
    view: (row: Row, read: RowReader) => A,
    size: "any" | "small" = "any",
  ): Views<A> {
    if (!this.#database.hasTable(recordTables[kind])) return Stream.empty
    const read = new RowReader(this.#database.path, recordTables[kind])
    return this.#database.stream(sql, [this.#syncId, ...parameters], (row) => view(row, read), size)
  }
}
