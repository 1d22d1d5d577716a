// Looks records up by id within one sync and decodes them. A record that the file lacks gets a placeholder with a name
// that says so, as in the Go viewer: a grant of a principal that nobody listed must still be shown.
import { create } from "@bufbuild/protobuf"
import type { RecordKind, RecordMessage, ResourceAtAGlance } from "@rollcall/c1-protocol"
import {
  decodeRecord,
  MalformedMessage,
  recordSchemas,
  scanResource,
  toResource,
  toResourceId,
} from "@rollcall/c1-protocol"
import type { ResourceId } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { Database } from "./Database.ts"
import { unreadable } from "./readFailure.ts"
import { recordTables, RowReader } from "./Row.ts"
import type { Holder, ResourceView } from "./views.ts"

/** The tables whose records others name; they need an index for lookups. */
export const namedTables = [recordTables.resourceType, recordTables.resource, recordTables.entitlement]

/** Makes sure that grants are found by who holds what on what, in either order, without reading all of them. Throws what SQLite throws. */
export const indexGrants = (database: Database): void => {
  const principal = ["principal_resource_type_id", "principal_resource_id"]
  const entitlement = ["entitlement_id", ...principal]
  const resource = ["resource_type_id", "resource_id"]
  for (const columns of [principal, entitlement, resource]) {
    if (columns.every((column) => database.hasColumn(recordTables.grant, column))) {
      database.makeIndex(recordTables.grant, columns)
    }
  }
}

// What many records name, such as types, entitlements and parents, is kept decoded; large records are not, as a forged
// one could take a hundred times its size.
const keptRecords = 1000
/** The most stored bytes of what is kept. */
export const keptBytes = 16 * 1024

/** The records of one sync. Its methods throw a StoreError when a record cannot be read. */
export class Records {
  readonly syncId: string
  readonly #database: Database
  readonly #kept: { readonly [K in RecordKind]: Map<string, RecordMessage<K> | undefined> } = {
    resourceType: new Map(),
    resource: new Map(),
    entitlement: new Map(),
    grant: new Map(),
  }

  #lastHolder: { readonly id: ResourceId; readonly holder: Holder } | undefined

  constructor(database: Database, syncId: string) {
    this.#database = database
    this.syncId = syncId
  }

  /** Decodes a record's bytes. */
  decode<K extends RecordKind>(kind: K, bytes: Uint8Array): RecordMessage<K> {
    const message = decodeRecord(kind, bytes)
    if (message instanceof MalformedMessage) {
      throw unreadable(this.#database.path, `its table ${recordTables[kind]} has a damaged record`, message)
    }
    return message
  }

  findResourceType(id: string): RecordMessage<"resourceType"> | undefined {
    return this.#find("resourceType", id)
  }

  resourceType(id: string): RecordMessage<"resourceType"> {
    return (
      this.findResourceType(id) ??
      create(recordSchemas.resourceType, { id, displayName: `MISSING RESOURCE TYPE (${id})` })
    )
  }

  resource(id: ResourceId): RecordMessage<"resource"> {
    return this.findResource(id) ?? missingResource(id)
  }

  /**
   * Who holds an entitlement: grants of the same one often follow each other, and after that it is hardly asked for.
   * @param stored Its stored bytes, where they are at hand.
   */
  holder(id: ResourceId, stored = () => this.bytes("resource", formatResourceId(id))): Holder {
    const last = this.#lastHolder
    if (last?.id.resource === id.resource && last.id.resourceType === id.resourceType) return last.holder
    const holder = this.#holder(id, stored())
    this.#lastHolder = { id, holder }
    return holder
  }

  #holder(id: ResourceId, bytes: Uint8Array | undefined): Holder {
    let decoded: RecordMessage<"resource"> | undefined
    const message = () => (decoded ??= bytes === undefined ? missingResource(id) : this.decode("resource", bytes))
    return Object.assign(bytes === undefined ? atAGlance(message()) : this.scan(bytes), { message })
  }

  /** What lists show of a stored resource. */
  scan(bytes: Uint8Array): ResourceAtAGlance {
    return scanResource(bytes) ?? atAGlance(this.decode("resource", bytes))
  }

  /** What lists show of a resource; `undefined` where the sync does not list it. */
  glance(id: ResourceId): ResourceAtAGlance | undefined {
    const bytes = this.bytes("resource", formatResourceId(id))
    return bytes === undefined ? undefined : this.scan(bytes)
  }

  /** Who holds an entitlement, decoded. */
  principal(id: ResourceId): RecordMessage<"resource"> {
    return this.holder(id).message()
  }

  findResource(id: ResourceId): RecordMessage<"resource"> | undefined {
    return this.#find("resource", formatResourceId(id))
  }

  findEntitlement(id: string): RecordMessage<"entitlement"> | undefined {
    return this.#find("entitlement", id)
  }

  entitlement(id: string, resource: ResourceId): RecordMessage<"entitlement"> {
    return (
      this.findEntitlement(id) ??
      create(recordSchemas.entitlement, {
        id,
        displayName: `MISSING ENTITLEMENT (${id})`,
        resource: create(recordSchemas.resource, { id: resource }),
      })
    )
  }

  /** A resource with its type and its parent. */
  resourceView(resource: RecordMessage<"resource">): ResourceView {
    const resourceType = this.resourceType(toResourceId(resource.id).resourceType)
    if (resource.parentResourceId === undefined) return { resource, resourceType }
    const parentId = toResourceId(resource.parentResourceId)
    const parentType = this.resourceType(parentId.resourceType)
    return { resource, resourceType, parent: this.resource(parentId), parentType }
  }

  /** The names of what the entitlements are on; the id of one that the sync does not list. */
  namesOf(entitlements: ReadonlyArray<string>): ReadonlyArray<string> {
    return entitlements.map((id) => {
      const on = this.findEntitlement(id)?.resource?.id
      return (on === undefined ? undefined : this.findResource(toResourceId(on))?.displayName) || id
    })
  }

  /** What an entitlement or a grant is on. */
  resourceAndType(id: ResourceId): Pick<ResourceView, "resource" | "resourceType"> {
    return { resource: this.resource(id), resourceType: this.resourceType(id.resourceType) }
  }

  #find<K extends RecordKind>(kind: K, id: string): RecordMessage<K> | undefined {
    const kept: Map<string, RecordMessage<K> | undefined> = this.#kept[kind]
    if (kept.has(id)) return kept.get(id)
    const bytesBefore = this.#database.bytesRead
    const message = this.#read(kind, id)
    if (this.#database.bytesRead - bytesBefore <= keptBytes) keep(kept, id, message)
    return message
  }

  /** The stored bytes of a record, by the id that it is looked up by; `undefined` where the sync does not list it. */
  bytes(kind: RecordKind, id: string): Uint8Array | undefined {
    const table = recordTables[kind]
    const row = this.#database.record(table, id, this.syncId)
    return row === undefined ? undefined : new RowReader(this.#database.path, table).bytes(row, "data")
  }

  #read<K extends RecordKind>(kind: K, id: string): RecordMessage<K> | undefined {
    const bytes = this.bytes(kind, id)
    return bytes === undefined ? undefined : this.decode(kind, bytes)
  }
}

const atAGlance = (message: RecordMessage<"resource">): ResourceAtAGlance => {
  const { id, parent, status, createdAt, account } = toResource(message)
  return { id, parent, displayName: message.displayName, status, createdAt: () => createdAt, account }
}

const missingResource = (id: ResourceId): RecordMessage<"resource"> =>
  create(recordSchemas.resource, { id, displayName: `MISSING RESOURCE (${formatResourceId(id)})` })

/** Keeps a thing by its id, and of many only those that were kept last. */
export const keep = <A>(kept: Map<string, A>, id: string, message: A): void => {
  if (kept.size >= keptRecords) {
    const oldest = kept.keys().next()
    if (oldest.done !== true) kept.delete(oldest.value)
  }
  kept.set(id, message)
}
