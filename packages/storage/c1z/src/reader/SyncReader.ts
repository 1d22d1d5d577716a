// Questions about one sync of a file. Lists come as streams that take little memory however long they are; their order
// is the order in which the records were stored.
import type { JsonObject } from "@bufbuild/protobuf"
import type { RecordMessage, ResourceAtAGlance } from "@rollcall/c1-protocol"
import { toResourceId } from "@rollcall/c1-protocol"
import type { Coverage, RecordCounts, ResourceId, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { countRecords } from "./SyncStats.ts"
import { readCoverage } from "./ownTables.ts"
import type { Database } from "./Database.ts"
import { indexSchema } from "./Database.ts"
import { byResource, Expansion } from "./Expansion.ts"
import type { JsonLines } from "./GrantJson.ts"
import { GrantJson } from "./GrantJson.ts"
import { GrantViews, heldViews, listedGrantColumns } from "./GrantViews.ts"
import type { HeldEntitlement } from "./held.ts"
import { countHolders, heldOn } from "./held.ts"
import { heldBy } from "./heldBy.ts"
import { KnownIds } from "./KnownIds.ts"
import { reading, unreadable } from "./readFailure.ts"
import type { KeptIndexes } from "../KeptIndex.ts"
import type { IndexOptions } from "./ReadIndex.ts"
import { ReadIndex, searchKey } from "./ReadIndex.ts"
import { PageIndex } from "./PageIndex.ts"
import { Records } from "./Records.ts"
import type { EntitlementSort, ResourceQuery } from "./resourceQuery.ts"
import { needsIndex, needsKinds, querySql } from "./resourceQuery.ts"
import type { OrderedResource } from "./RecordsInOrder.ts"
import { RecordsInOrder } from "./RecordsInOrder.ts"
import type { Row } from "./Row.ts"
import { principalIdOf, recordTables, resourceIdOf, RowReader } from "./Row.ts"
import { SeenGrants } from "./SeenGrants.ts"
import type { SyncInfo } from "./SyncInfo.ts"
import type { HeldOnOne } from "./SyncPages.ts"
import { SyncPages } from "./SyncPages.ts"
import type { AccessView, EntitlementView, GrantView, ResourceTypeView, ResourceView, ViewDetails } from "./views.ts"
import type { EntitlementFilter, GrantFilter } from "./where.ts"
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

/** How records are listed. */
export interface ListOptions extends ViewDetails {
  readonly query?: ResourceQuery | undefined
  /** What answers the query, and the types of the resources that it asks about. */
  readonly index?: { readonly reader: ReadIndex; readonly types: ReadonlyArray<string> } | undefined
}

/** Columns of a resource in a list of resources, and of whoever holds a grant. */
const listedResource = { type: "r.resource_type_id", id: "substr(r.external_id, length(r.resource_type_id) + 2)" }
const whoHolds = { type: "g.principal_resource_type_id", id: "g.principal_resource_id" }

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

  readonly #indexes: KeptIndexes | undefined

  constructor(database: Database, sync: SyncInfo | undefined, indexes?: KeptIndexes) {
    this.sync = sync
    this.#indexes = indexes
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

  resources(
    filter: { readonly resourceType?: string | undefined } = {},
    options: ListOptions = {},
  ): Views<ResourceView> {
    const { sql, parameters } = where({ resource_type_id: filter.resourceType })
    const query = querySql(options.query ?? {}, listedResource, "r.id", options.index?.reader.table("resources"))
    return this.#queried(options, "resource", {
      sql: `select data from v1_resources as r ${query.join} where ${sql}${query.where} ${query.order}`,
      parameters: [...parameters, ...query.parameters],
      view: (row, read) => this.#resourceView(this.#records.decode("resource", read.bytes(row, "data")), options),
    })
  }

  /** One resource, or `undefined` when the sync does not show it. */
  resource(id: ResourceId): Effect.Effect<ResourceView | undefined, StoreError> {
    return reading(this.#database.path, () => {
      const resource = this.#records.findResource(id)
      return resource === undefined ? undefined : this.#records.resourceView(resource)
    })
  }

  /** @param sort Sorting by a name first reads all of them into a table on the disk. */
  entitlements(filter: EntitlementFilter = {}, sort?: EntitlementSort): Views<EntitlementView> {
    const { sql, parameters } = where({
      resource_type_id: filter.resource?.resourceType ?? filter.resourceType,
      resource_id: filter.resource?.resource,
    })
    const view = (row: Row, read: RowReader) => {
      const entitlement = this.#records.decode("entitlement", read.bytes(row, "data"))
      return { entitlement, ...this.#records.resourceAndType(resourceIdOf(read, row)) }
    }
    // Named one by one: a forged table can have thousands of columns, each of them huge.
    const list = (join: string, order: string) =>
      this.#ask(
        "entitlement",
        `select resource_type_id, resource_id, data from v1_entitlements as e ${join} where ${sql} order by ${order}e.id`,
        parameters,
        view,
      )
    if (sort === undefined) return list("", "")
    const direction = sort.descending ? "desc" : "asc"
    if (sort.by === "id" || sort.by === "type") {
      return list("", `${sort.by === "id" ? "external_id" : "resource_type_id"} ${direction}, `)
    }
    const columns = { name: "x.name", resource: "x.resource", permission: "x.permission" }
    const column = columns[sort.by]
    return Stream.unwrap(
      Effect.map(this.#entitlementNames, (names) =>
        list(`cross join ${names} as x on x.row = e.id`, `${column} = '', ${column} ${direction}, `),
      ),
    )
  }

  /** A table of the names of all entitlements, as they are compared. */
  get #entitlementNames(): Effect.Effect<string, StoreError> {
    const names = `${indexSchema}.entitlements_${this.#database.nextIndex()}`
    const insert = `insert into ${names} values (?, ?, ?, ?)`
    const all = this.#ask(
      "entitlement",
      "select id, resource_type_id, resource_id, data from v1_entitlements where sync_id = ? order by id",
      [],
      (row, read) => {
        const { displayName, slug } = this.#records.decode("entitlement", read.bytes(row, "data"))
        const on = this.#records.resource(resourceIdOf(read, row))
        const texts = [displayName, on.displayName, slug || displayName].map(searchKey)
        this.#database.run(insert, read.number(row, "id"), ...texts)
      },
    )
    const create = `create table ${names} (row integer primary key, name text, resource text, permission text)`
    return reading(this.#database.path, () => this.#database.run(create)).pipe(
      Effect.andThen(Stream.runDrain(all)),
      Effect.as(names),
    )
  }

  /** What lists show of a resource of `inOrder`. */
  glanceAt(resource: OrderedResource): Effect.Effect<ResourceAtAGlance, StoreError> {
    return reading(this.#database.path, () => this.inOrder.glance(resource))
  }

  /** One entitlement, on this resource; where the sync does not list it, one whose name says so. */
  entitlement(id: string, on: ResourceId): Effect.Effect<EntitlementView, StoreError> {
    return reading(this.#database.path, () => ({
      entitlement: this.#records.entitlement(id, on),
      ...this.#records.resourceAndType(on),
    }))
  }

  grants(filter: GrantFilter = {}, options: ListOptions = {}): Views<GrantView> {
    return this.grantsAs(filter, options, (view) => view)
  }

  /** Each grant turned into something as it is read. What is not kept of a view is gone at once, which spares the collector work. */
  grantsAs<A>(filter: GrantFilter, options: ListOptions, as: (view: GrantView) => A): Views<A> {
    const views = new GrantViews(this.#database, this.#records, options.heldOn)
    const view = (row: Row, read: RowReader) => as(views.view(row, read))
    return this.#queried(options, "grant", { ...this.#grantsQuery(filter, options), view })
  }

  #grantsQuery(filter: GrantFilter, options: ListOptions) {
    const { sql, parameters } = grantsWhere(filter)
    const query = querySql(options.query ?? {}, whoHolds, "g.id", options.index?.reader.table("resources"))
    return {
      sql: `select ${listedGrantColumns(this.#database)} from v1_grants as g ${query.join} where ${sql}${query.where} ${query.order}`,
      parameters: [...parameters, ...query.parameters],
    }
  }

  /** Grants in the Go viewer's JSON, a line each. The bytes of some lines are valid until the next are asked for. */
  grantLines(filter: GrantFilter, options: ListOptions, form: JsonLines): Views<Uint8Array> {
    const lines = new GrantJson(this.#database.path, this.#records, form)
    const view = (row: Row, read: RowReader) => lines.append(row, read)
    return this.#queried(options, "grant", { ...this.#grantsQuery(filter, options), view }).pipe(
      Stream.mapArray(() => [lines.take()]),
    )
  }

  /** Everybody who holds an entitlement, or any entitlement on a resource; each once. */
  principals(
    of: { readonly resource: ResourceId } | { readonly entitlement: string },
    options: ListOptions = {},
  ): Views<ResourceView> {
    const { sql, parameters } = grantsWhere(of)
    const query = querySql(options.query ?? {}, whoHolds, "min(g.id)", options.index?.reader.table("resources"))
    return this.#queried(options, "grant", {
      sql: `select principal_resource_type_id, principal_resource_id from v1_grants as g ${query.join}
       where ${sql}${query.where} group by principal_resource_type_id, principal_resource_id ${query.order}`,
      parameters: [...parameters, ...query.parameters],
      view: (row, read) => this.#resourceView(this.#records.principal(principalIdOf(read, row)), options),
    })
  }

  /** The read index of this sync, which is empty yet; where the file is in a cache, what it is filled with is kept there. */
  readIndex(options: IndexOptions): ReadIndex {
    return new ReadIndex(this.#database, this.#records, options, this.#indexes)
  }

  /** A table of grants that are looked for in earlier syncs; empty yet. */
  get seenGrants(): Effect.Effect<SeenGrants, StoreError> {
    return reading(this.#database.path, () => new SeenGrants(this.#database))
  }

  /** Pages by the read index. Nothing is in it yet. */
  pages(index: ReadIndex): SyncPages {
    return new SyncPages(new PageIndex(this.#database, index, this.#syncId), {
      path: this.#database.path,
      resource: (id, details) => this.#resourceView(this.#records.principal(id), details),
      held: (principal) => this.#heldBy(principal),
      access: (held) => this.#accessView(held),
    })
  }

  /**
   * All that one principal holds, by resource; what it inherits through expandable grants too, where the connector has not
   * stored that as grants of its own.
   */
  access(principal: ResourceId): Views<AccessView> {
    return Stream.unwrap(
      Effect.map(this.#heldBy(principal), (all) =>
        Stream.mapEffect(Stream.fromIterable(all), (held) =>
          reading(this.#database.path, () => this.#accessView(held)),
        ),
      ),
    )
  }

  /** The entitlements on resources of these types that a principal has stored grants of, each once, in their order. */
  heldOn(
    principal: ResourceId,
    types: ReadonlyArray<string>,
  ): Effect.Effect<ReadonlyArray<HeldEntitlement>, StoreError> {
    return reading(this.#database.path, () => heldOn(this.#database, this.#syncId, principal, types))
  }

  /** What lists show of one resource, and what it holds, as `heldOn` tells it. */
  resourceWithHeld(
    id: ResourceId,
    types: ReadonlyArray<string>,
  ): Effect.Effect<
    { readonly resource: ResourceAtAGlance; readonly held: ReadonlyArray<HeldEntitlement> } | undefined,
    StoreError
  > {
    return reading(this.#database.path, () => {
      const resource = this.#records.glance(id)
      if (resource === undefined) return undefined
      return { resource, held: heldOn(this.#database, this.#syncId, id, types) }
    })
  }

  /** The records in the order of their ids, for comparing two syncs. */
  get inOrder(): RecordsInOrder {
    return new RecordsInOrder(this.#database, this.#records)
  }

  /** Whether a principal has the entitlement itself, and not only through others. */
  holdsDirectly(principal: ResourceId, entitlement: string): Effect.Effect<boolean, StoreError> {
    return Effect.flatMap(this.#expansion, (expansion) =>
      reading(this.#database.path, () => expansion.holdsDirectly(principal, entitlement)),
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

  #heldBy(principal: ResourceId): Effect.Effect<ReadonlyArray<HeldOnOne>, StoreError> {
    return Effect.gen({ self: this }, function* () {
      const context = { database: this.#database, records: this.#records, expansion: yield* this.#expansion }
      return byResource(yield* heldBy(principal, context))
    })
  }

  #accessView(held: HeldOnOne): AccessView {
    const most = this.#database.bytesRead + maxViewBytes
    return {
      ...this.#records.resourceAndType(held[0].resource),
      held: held.map(({ entitlement, resource, reason }) => {
        this.#database.stopPast(most)
        const throughNames = this.#records.namesOf(reason.through)
        return { entitlement: this.#records.entitlement(entitlement, resource), reason, throughNames }
      }),
    }
  }

  #resourceView(
    resource: RecordMessage<"resource">,
    { heldOn: types, countHolders: counted }: ListOptions,
  ): ResourceView {
    const id = toResourceId(resource.id)
    return {
      ...this.#records.resourceView(resource),
      held: types === undefined ? undefined : heldViews(this.#database, this.#records, id, types),
      holders: counted?.has(id.resourceType) === true ? countHolders(this.#database, this.#syncId, id) : undefined,
    }
  }

  get #expansion(): Effect.Effect<Expansion, StoreError> {
    return reading(
      this.#database.path,
      () => (this.#expansionRead ??= new Expansion(this.#database, this.#records, this.#syncId)),
    )
  }

  #queried<A>(
    { query = {}, index }: ListOptions,
    kind: keyof typeof recordTables,
    list: {
      readonly sql: string
      readonly parameters: ReadonlyArray<string | number>
      readonly view: (row: Row, read: RowReader) => A
    },
  ): Views<A> {
    const prepared =
      needsIndex(query) && index !== undefined ? index.reader.add(index.types, needsKinds(query)) : Effect.void
    return Stream.unwrap(Effect.as(prepared, this.#ask(kind, list.sql, list.parameters, list.view)))
  }

  #ask<A>(
    kind: keyof typeof recordTables,
    sql: string,
    parameters: ReadonlyArray<string | number>,
    view: (row: Row, read: RowReader) => A,
    size: "any" | "small" = "any",
  ): Views<A> {
    if (!this.#database.hasTable(recordTables[kind])) return Stream.empty
    const read = new RowReader(this.#database.path, recordTables[kind])
    return this.#database.stream(sql, [this.#syncId, ...parameters], (row) => view(row, read), size)
  }
}
