// Questions about one sync of a file. Lists come as streams that take little memory however long they are; their order
// is the order in which the records were stored.
import type { JsonObject } from "@bufbuild/protobuf"
import type { RecordKind, RecordMessage } from "@rollcall/c1-protocol"
import { toResourceId } from "@rollcall/c1-protocol"
import type { Coverage, RecordCounts, ResourceId, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { countRecords } from "./countRecords.ts"
import { readCoverage } from "./coverage.ts"
import type { Database } from "./Database.ts"
import type { Held } from "./Expansion.ts"
import { byResource, decodeGrant, Expansion, grantColumns } from "./Expansion.ts"
import { reading, unreadable } from "./readFailure.ts"
import { Records, recordTables } from "./Records.ts"
import type { Row } from "./Row.ts"
import { RowReader } from "./Row.ts"
import { principalIdOf, resourceIdOf, withNames } from "./rowNames.ts"
import type { SyncInfo } from "./SyncInfo.ts"
import type { AccessView, EntitlementView, GrantView, ResourceTypeView, ResourceView } from "./views.ts"
import type { GrantFilter, Where } from "./where.ts"
import { grantsWhere, where } from "./where.ts"

type Views<A> = Stream.Stream<A, StoreError>

/** Records that one view holds whole have a few thousand bytes each, and decoded ones can take a hundred times as many. */
const mostBytesOfOneView = 8 * 1024 * 1024

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
  readonly #database: Database
  readonly #records: Records
  readonly #syncId: string
  #expansionRead: Expansion | undefined

  constructor(database: Database, sync: SyncInfo | undefined) {
    this.sync = sync
    this.#database = database
    this.#syncId = sync?.id ?? ""
    this.#records = new Records(database, this.#syncId)
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

  resources(filter: { readonly resourceType?: string } = {}): Views<ResourceView> {
    return this.#all("resource", where({ resource_type_id: filter.resourceType }), (row, read) =>
      this.#resourceView(this.#records.decode("resource", read.bytes(row, "data"))),
    )
  }

  /** One resource, or `undefined` when the sync does not show it. */
  resource(id: ResourceId): Effect.Effect<ResourceView | undefined, StoreError> {
    return reading(this.#database.path, () => {
      const resource = this.#records.findResource(id)
      return resource === undefined ? undefined : this.#resourceView(resource)
    })
  }

  entitlements(filter: { readonly resourceType?: string } = {}): Views<EntitlementView> {
    return this.#all("entitlement", where({ resource_type_id: filter.resourceType }), (row, read) => {
      const entitlement = this.#records.decode("entitlement", read.bytes(row, "data"))
      return { entitlement, ...this.#resourceAndType(resourceIdOf(read, row)) }
    })
  }

  /** Whether the sync knows a resource type: lists it, or shows any record of it. */
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

  /** Whether the sync knows a resource: shows it, something on it, or what it holds. */
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

  /** Whether the sync knows an entitlement: shows it, or a grant of it. */
  hasEntitlement(id: string): Effect.Effect<boolean, StoreError> {
    return reading(
      this.#database.path,
      () => this.#records.findEntitlement(id) !== undefined || this.#has("grant", { entitlement_id: id }),
    )
  }

  grants(filter: GrantFilter = {}): Views<GrantView> {
    return this.#all("grant", grantsWhere(filter), (row, read) => {
      const resource = resourceIdOf(read, row)
      const entitlementId = read.text(row, "entitlement_id")
      const principal = principalIdOf(read, row)
      return {
        grant: withNames(decodeGrant(this.#records, read, row), entitlementId, resource, principal),
        entitlement: this.#records.entitlement(entitlementId, resource),
        ...this.#resourceAndType(resource),
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
      (row, read) => this.#resourceView(this.#records.principal(principalIdOf(read, row))),
    )
  }

  /**
   * All that one principal holds, by resource; what it inherits through expandable grants too, where the connector has not
   * stored that as grants of its own.
   */
  access(principal: ResourceId): Views<AccessView> {
    return Stream.unwrap(
      Effect.map(this.#held(principal), ({ stored, inherited }) => {
        const added = new Set(inherited)
        return Stream.fromIterable(byResource([...stored, ...inherited])).pipe(
          Stream.mapEffect((held) =>
            reading(this.#database.path, () => {
              const most = this.#database.bytesRead + mostBytesOfOneView
              const entitlements = held.map((it) => {
                this.#database.stopPast(most)
                return this.#records.entitlement(it.entitlement, it.resource)
              })
              const ids = held.filter((it) => added.has(it)).map((it) => it.entitlement)
              return { ...this.#resourceAndType(held[0].resource), entitlements, inherited: ids }
            }),
          ),
        )
      }),
    )
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

  #held(principal: ResourceId) {
    const { sql, parameters } = where({
      principal_resource_type_id: principal.resourceType,
      principal_resource_id: principal.resource,
    })
    const grants = this.#ask(
      "grant",
      `select resource_type_id, resource_id, entitlement_id from v1_grants where ${sql}
       group by resource_type_id, resource_id, entitlement_id order by min(id)`,
      parameters,
      (row, read): Held => ({ resource: resourceIdOf(read, row), entitlement: read.text(row, "entitlement_id") }),
      "small",
    )
    return Effect.gen({ self: this }, function* () {
      const expansion = yield* this.#expansion
      const stored = yield* Stream.runCollect(grants)
      return { stored, inherited: yield* reading(this.#database.path, () => expansion.inherited(principal, stored)) }
    })
  }

  get #expansion(): Effect.Effect<Expansion, StoreError> {
    return reading(
      this.#database.path,
      () => (this.#expansionRead ??= new Expansion(this.#database, this.#records, this.#syncId)),
    )
  }

  #resourceView(resource: RecordMessage<"resource">): ResourceView {
    const resourceType = this.#records.resourceType(toResourceId(resource.id).resourceType)
    if (resource.parentResourceId === undefined) return { resource, resourceType }
    const parentId = toResourceId(resource.parentResourceId)
    const parent = this.#records.resource(parentId)
    return { resource, resourceType, parent, parentType: this.#records.resourceType(parentId.resourceType) }
  }

  #resourceAndType(id: ResourceId): Pick<EntitlementView, "resource" | "resourceType"> {
    return {
      resource: this.#records.resource(id),
      resourceType: this.#records.resourceType(id.resourceType),
    }
  }

  #has(kind: Exclude<RecordKind, "resourceType">, columnsWith: Readonly<Record<string, string>>): boolean {
    if (!this.#database.hasTable(recordTables[kind])) return false
    const { sql, parameters } = where(columnsWith)
    const row = this.#database.first(
      `select 1 from ${recordTables[kind]} where ${sql} limit 1`,
      this.#syncId,
      ...parameters,
    )
    return row !== undefined
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
