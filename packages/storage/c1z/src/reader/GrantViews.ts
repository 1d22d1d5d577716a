// Grants as lists show them. Lists are long, so what grants have in common is found once: the entitlement and what that is on, which
// hundreds of thousands share, and who holds them, where that is the same as of the grant before.
import { create } from "@bufbuild/protobuf"
import type { RecordMessage } from "@rollcall/c1-protocol"
import { recordSchemas, scanGrant } from "@rollcall/c1-protocol"
import type { ResourceId } from "@rollcall/connector"
import type { Database } from "./Database.ts"
import { decodeGrant, grantColumns } from "./Expansion.ts"
import { heldOn } from "./held.ts"
import { heldDirectly, reasonOf } from "./heldBy.ts"
import type { Records } from "./Records.ts"
import { keep, keptBytes } from "./Records.ts"
import type { Row, RowReader } from "./Row.ts"
import { principalIdOf, recordTables, resourceIdOf } from "./Row.ts"
import type { EntitlementView, GrantView, HeldView, Holder, Reason } from "./views.ts"

/**
 * The columns of a list of grants, which is asked for as `g`. The record of who holds it comes with the row: SQLite finds it in a third
 * of the time that a question of its own takes.
 */
export const listedGrantColumns = (database: Database): string => {
  const principal = database.recordSql(
    recordTables.resource,
    "g.principal_resource_type_id || ':' || g.principal_resource_id",
    "g.sync_id",
  )
  return `${grantColumns(database)}, ${principal === undefined ? "null" : `(${principal} limit 1)`} as principal_data`
}

/** The stored record of who holds the grant of a row with these columns; `undefined` where the sync does not list it. */
export const principalBytes = (read: RowReader, row: Row): Uint8Array | undefined =>
  row["principal_data"] === null ? undefined : read.bytes(row, "principal_data")

/** The grant of a row, decoded. */
export const grantOf = (records: Records, read: RowReader, row: Row): RecordMessage<"grant"> =>
  withNames(
    decodeGrant(records, read, row),
    read.text(row, "entitlement_id"),
    resourceIdOf(read, row),
    principalIdOf(read, row),
  )

/** A grant with what its row's columns tell: some writers leave that out of the record. */
const withNames = (
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

/** What a resource holds on resources of these types. */
export const heldViews = (
  database: Database,
  records: Records,
  id: ResourceId,
  types: ReadonlyArray<string>,
): ReadonlyArray<HeldView> =>
  heldOn(database, records.syncId, id, types).map(({ entitlement, resource }) => ({
    entitlement,
    resource: records.resource(resource),
  }))

/** Makes the views of one list of grants. */
export class GrantViews {
  readonly #database: Database
  readonly #records: Records
  readonly #heldOn: ReadonlyArray<string> | undefined
  /** By the ids of entitlements; in a forged file one is on several resources. */
  readonly #things = new Map<string, { readonly on: ResourceId; readonly thing: EntitlementView }>()
  #last: { readonly holder: Holder; readonly held: ReadonlyArray<HeldView> } | undefined

  /** @param types Of the resources on which it is told what the holders hold. */
  constructor(database: Database, records: Records, types: ReadonlyArray<string> | undefined) {
    this.#database = database
    this.#records = records
    this.#heldOn = types
  }

  /** The grant of a row with `listedGrantColumns`. Throws a StoreError where it cannot be read. */
  view(row: Row, read: RowReader): GrantView {
    const entitlement = read.text(row, "entitlement_id")
    const principal = principalIdOf(read, row)
    const holder = this.#records.holder(principal, () => principalBytes(read, row))
    return new StoredGrant(this.#records, row, read, {
      thing: this.#thing(entitlement, resourceIdOf(read, row)),
      holder,
      held: this.#heldOn === undefined ? undefined : this.#held(principal, holder, this.#heldOn),
    })
  }

  #thing(id: string, on: ResourceId): EntitlementView {
    const known = this.#things.get(id)
    if (known?.on.resource === on.resource && known.on.resourceType === on.resourceType) return known.thing
    const before = this.#database.bytesRead
    const thing = { entitlement: this.#records.entitlement(id, on), ...this.#records.resourceAndType(on) }
    if (this.#database.bytesRead - before <= keptBytes) keep(this.#things, id, { on, thing })
    return thing
  }

  #held(id: ResourceId, holder: Holder, types: ReadonlyArray<string>): ReadonlyArray<HeldView> {
    if (this.#last?.holder !== holder) {
      this.#last = { holder, held: heldViews(this.#database, this.#records, id, types) }
    }
    return this.#last.held
  }
}

/** The grant of a row, which is decoded where its id and its reason are not all that is asked for. */
class StoredGrant implements GrantView {
  readonly id: string
  readonly reason: Reason
  readonly throughNames: ReadonlyArray<string>
  readonly thing: EntitlementView
  readonly holder: Holder
  readonly held: ReadonlyArray<HeldView> | undefined
  readonly #records: Records
  readonly #row: Row
  readonly #read: RowReader
  #decoded: RecordMessage<"grant"> | undefined

  constructor(
    records: Records,
    row: Row,
    read: RowReader,
    { thing, holder, held }: Pick<GrantView, "thing" | "holder" | "held">,
  ) {
    this.#records = records
    this.#row = row
    this.#read = read
    this.thing = thing
    this.holder = holder
    this.held = held
    const scanned = scanGrant(read.bytes(row, "data"))
    const tellsAll = scanned?.hasSources === false
    this.id = scanned?.id ?? this.grant.id
    this.reason = tellsAll ? heldDirectly : reasonOf(this.grant, read.text(row, "entitlement_id"))
    this.throughNames = records.namesOf(this.reason.through)
  }

  get grant(): RecordMessage<"grant"> {
    return (this.#decoded ??= grantOf(this.#records, this.#read, this.#row))
  }

  get principal(): RecordMessage<"resource"> {
    return this.holder.message()
  }
}
