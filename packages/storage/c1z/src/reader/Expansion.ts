// What principals inherit through expandable grants: a group holds an entitlement, and its members are to have it too. A
// connector works that out at the end of its sync and stores a grant for each member. In a file whose sync ended before
// that, or left it to the platform, those grants are missing. https://github.com/ConductorOne/baton-sdk/tree/main/pkg/sync/expand
import type { GrantExpandable, RecordMessage } from "@rollcall/c1-protocol"
import { attachExpandable, expandableOf, isDirect } from "@rollcall/c1-protocol"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Database } from "./Database.ts"
import type { Records } from "./Records.ts"
import type { Row } from "./Row.ts"
import { recordTables, resourceIdOf, RowReader } from "./Row.ts"
import type { Reason } from "./views.ts"

/** An entitlement that a principal has, the resource that it is on, and why it has it. */
export interface Held {
  readonly resource: ResourceId
  readonly entitlement: string
  readonly reason: Reason
}

const table = recordTables.grant

// An expansion is done for all holders or for none, so a few holders tell of each pair; and the first pairs, of the rest.
// Without these bounds a forged file could ask for the square of its rows.
const holdersChecked = 200
const pairsChecked = 50_000

/** The expandable grants of one sync. Its methods throw a StoreError, or fail with one, when a record cannot be read. */
export class Expansion {
  /** Whether there is any expandable grant. */
  readonly exists: boolean
  readonly #database: Database
  readonly #records: Records
  readonly #syncId: string
  readonly #read: RowReader
  /** The condition on a row that may be expandable. */
  readonly #mayExpand: string

  constructor(database: Database, records: Records, syncId: string) {
    this.#database = database
    this.#records = records
    this.#syncId = syncId
    this.#read = new RowReader(database.path, table)
    this.#mayExpand = mayExpand(database, syncId)
    const some = `select 1 from ${table} where sync_id = ? and ${this.#mayExpand} limit 1`
    this.exists = database.hasTable(table) && database.first(some, syncId) !== undefined
  }

  /** The expandable grants some of whose heirs have no grant: at least so many, as not every heir is looked for. */
  get countOpen(): Effect.Effect<number, StoreError> {
    if (!this.exists) return Effect.succeed(0)
    const sql = `select ${grantColumns(this.#database)} from ${table} where sync_id = ? and ${this.#mayExpand} order by id`
    let pairs = 0
    return this.#database
      .stream(sql, [this.#syncId], (row) => this.#expandable(row))
      .pipe(
        Stream.flatMap(({ entitlement, expandable }) =>
          Stream.fromIterable(expandable?.entitlementIds ?? []).pipe(
            Stream.takeWhile(() => ++pairs <= pairsChecked),
            Stream.filterEffect((source) => this.#lacks(source, entitlement, expandable)),
            Stream.take(1),
          ),
        ),
        Stream.runCount,
      )
  }

  /** What the principal inherits beyond what the file says that it has. Takes much where that is much. */
  inherited(principal: ResourceId, held: ReadonlyArray<Held>): ReadonlyArray<Held> {
    if (!this.exists) return []
    const found = new Set(held.map(({ entitlement }) => entitlement))
    const all = [...held]
    const before = this.#database.bytesRead
    // Grows while it is walked: what is inherited may be inherited from in turn.
    for (const from of all) {
      const sql = `select ${grantColumns(this.#database)} from ${table}
        where principal_resource_type_id = ? and principal_resource_id = ? and sync_id = ? and ${this.#mayExpand} order by id`
      const { resourceType, resource } = from.resource
      for (const row of this.#database.all(sql, resourceType, resource, this.#syncId)) {
        this.#database.stopPastSmall(before)
        const { entitlement, expandable, on } = this.#expandable(row)
        if (found.has(entitlement) || !this.#passes(expandable, from, principal)) continue
        if (!this.#known(from.entitlement, entitlement)) continue
        found.add(entitlement)
        all.push({ resource: on, entitlement, reason: { stored: false, direct: false, through: [from.entitlement] } })
      }
    }
    return all.slice(held.length)
  }

  /** Whether a holder of the source is to have the target and has no grant of it. */
  #lacks(source: string, target: string, expandable: GrantExpandable | undefined): Effect.Effect<boolean, StoreError> {
    if (!this.#known(source, target)) return Effect.succeed(false)
    const types = expandable?.resourceTypeIds ?? []
    const columns = grantColumns(this.#database)
    const sql = `select ${columns} from (
        select ${columns} from ${table} where sync_id = ? and entitlement_id = ?
          and (? = 0 or principal_resource_type_id in (select value from json_each(?))) limit ${holdersChecked}
      ) as holder
      where not exists (select 1 from ${table} as got where got.sync_id = ? and got.entitlement_id = ?
        and got.principal_resource_type_id = holder.principal_resource_type_id
        and got.principal_resource_id = holder.principal_resource_id)`
    const parameters = [this.#syncId, source, types.length, JSON.stringify(types), this.#syncId, target]
    return this.#database
      .stream(sql, parameters, (row) => row)
      .pipe(
        Stream.filter((row) => expandable?.shallow !== true || isDirect(this.#grant(row), source)),
        Stream.take(1),
        Stream.runCount,
        Effect.map((count) => count > 0),
      )
  }

  #passes(expandable: GrantExpandable | undefined, from: Held, principal: ResourceId): boolean {
    if (expandable?.entitlementIds.includes(from.entitlement) !== true) return false
    const { resourceTypeIds, shallow } = expandable
    if (resourceTypeIds.length > 0 && !resourceTypeIds.includes(principal.resourceType)) return false
    return !shallow || this.holdsDirectly(principal, from.entitlement)
  }

  /** Whether a principal has a grant of the entitlement that is its own. */
  holdsDirectly({ resourceType, resource }: ResourceId, entitlement: string): boolean {
    const sql = `select ${grantColumns(this.#database)} from ${table} where entitlement_id = ?
      and principal_resource_type_id = ? and principal_resource_id = ? and sync_id = ?`
    const rows = this.#database.all(sql, entitlement, resourceType, resource, this.#syncId)
    return rows.some((row) => isDirect(this.#grant(row), entitlement))
  }

  // As in the Go SDK, an entitlement that the sync does not list passes nothing on and is passed to nobody.
  #known(...entitlements: ReadonlyArray<string>): boolean {
    return entitlements.every((id) => this.#records.findEntitlement(id) !== undefined)
  }

  #expandable(row: Row) {
    const entitlement = this.#read.text(row, "entitlement_id")
    return { entitlement, expandable: expandableOf(this.#grant(row)), on: resourceIdOf(this.#read, row) }
  }

  #grant(row: Row): RecordMessage<"grant"> {
    return decodeGrant(this.#records, this.#read, row)
  }
}

/** Entitlements by the resource that they are on. */
export const byResource = (all: ReadonlyArray<Held>): ReadonlyArray<readonly [Held, ...Array<Held>]> => {
  const groups = new Map<string, [Held, ...Array<Held>]>()
  for (const held of all.toSorted(byTypeAndId)) {
    const key = JSON.stringify([held.resource.resourceType, held.resource.resource])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [held])
    else group.push(held)
  }
  return [...groups.values()]
}

const byTypeAndId = (a: Held, b: Held): number =>
  compare(a.resource.resourceType, b.resource.resourceType) || compare(a.resource.resource, b.resource.resource)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The columns of a grant. Named one by one: a forged table can have thousands of others, each of them huge. */
export const grantColumns = (database: Database): string =>
  "resource_type_id, resource_id, entitlement_id, principal_resource_type_id, principal_resource_id, data" +
  (database.hasColumn(table, "expansion") ? ", expansion" : "")

/** The record of a row with these columns, with the annotation that the file keeps in a column of its own. */
export const decodeGrant = (records: Records, read: RowReader, row: Row): RecordMessage<"grant"> => {
  const grant = records.decode("grant", read.bytes(row, "data"))
  if (row["expansion"] !== undefined && row["expansion"] !== null) attachExpandable(grant, read.bytes(row, "expansion"))
  return grant
}

/** Files before the column keep the annotation in the record; its writer notes when it has moved all of them. */
const mayExpand = (database: Database, syncId: string): string => {
  const inRecord = "instr(data, cast('c1.connector.v2.GrantExpandable' as blob)) > 0"
  if (!database.hasColumn(table, "expansion")) return inRecord
  const moved =
    database.hasColumn("v1_sync_runs", "grants_backfilled") &&
    database.first("select 1 from v1_sync_runs where sync_id = ? and grants_backfilled = 1", syncId) !== undefined
  return moved ? "expansion is not null" : `(expansion is not null or ${inRecord})`
}
