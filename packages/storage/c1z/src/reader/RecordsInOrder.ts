// The records of one sync in the order of their ids, to be compared with those of another sync side by side: in the order in which
// they were stored, the same record can be anywhere. Whatever the size of the sync, little of it is in memory at a time: rows come
// by an index, or SQLite sorts them in a file.
import type { JsonObject } from "@bufbuild/protobuf"
import type { MalformedMessage, RecordKind, ResourceAtAGlance } from "@rollcall/c1-protocol"
import { recordToJson, scanGrantIds } from "@rollcall/c1-protocol"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import type { Database, TextRow } from "./Database.ts"
import { grantColumns as storedGrantColumns } from "./Expansion.ts"
import { grantOf } from "./GrantViews.ts"
import { readFailure, reading, unreadable } from "./readFailure.ts"
import type { Records } from "./Records.ts"
import type { Row } from "./Row.ts"
import { recordTables, RowReader } from "./Row.ts"
import { StoredRecords } from "./StoredRecords.ts"
import { where } from "./where.ts"

/** A resource, not decoded yet. */
export interface OrderedResource {
  /** Its id within its type. */
  readonly id: string
  /** The stored record: of two that are equal everything is. */
  readonly data: Uint8Array
}

/** A record of any kind, not decoded yet. */
export interface OrderedRecord {
  readonly id: string
  /** The stored record. A grant may say more in the columns of its row, which `json` adds. */
  readonly data: Uint8Array
  /** The ids that a grant names, where it says no more than these and copies of what they name. Of two that are equal everything else is. */
  readonly idsAlone: () => string | undefined
  /** The record in the JSON of the Go viewer. Throws a StoreError where it is damaged, or holds what JSON cannot hold. */
  readonly json: () => JsonObject
}

/**
 * That a principal has a stored grant of an entitlement, through however many grants: the entitlement, the type and the id of the
 * principal, then those of what the entitlement is on, with `\0` between them. One text compares in a fraction of the time of five.
 */
export type OrderedGrant = string

/** An ordered grant with its parts apart. */
export interface GrantParts {
  readonly entitlement: string
  readonly principal: ResourceId
  /** What the entitlement is on. */
  readonly resource: ResourceId
}

const between = "\0"
const grantColumns = [
  "entitlement_id",
  "principal_resource_type_id",
  "principal_resource_id",
  "resource_type_id",
  "resource_id",
]
/** The parts of a grant that it is sorted by. */
const keyLength = 3

/** Compares grants by entitlement and principal. */
export const compareGrants = (a: OrderedGrant, b: OrderedGrant): number =>
  a === b ? 0 : compareText(keyOfGrant(a), keyOfGrant(b))

const keyOfGrant = (grant: OrderedGrant): string => {
  let end = -1
  for (let part = 0; part < keyLength; part++) end = grant.indexOf(between, end + 1)
  return grant.slice(0, end)
}

/** The parts of a grant. */
export const partsOfGrant = (grant: OrderedGrant): GrantParts => {
  const [entitlement = "", type = "", id = "", onType = "", on = ""] = grant.split(between)
  return {
    entitlement,
    principal: { resourceType: type, resource: id },
    resource: { resourceType: onType, resource: on },
  }
}

/** Compares texts as SQLite does, which is by code point; `<` compares halves of surrogate pairs. */
export const compareText = (a: string, b: string): number => {
  // Most that are compared are the same, which is told at once.
  if (a === b) return 0
  const most = Math.min(a.length, b.length)
  for (let at = 0; at < most; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

// Surrogates, which stand for what comes after all of 16 bits, lie before some of it.
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

/** Reads one sync in order. Generators throw a StoreError where a row cannot be read; one that is not read to its end is closed. */
export class RecordsInOrder {
  readonly #database: Database
  readonly #records: Records

  constructor(database: Database, records: Records) {
    this.#database = database
    this.#records = records
  }

  /** The resources of a type by id. */
  *resources(resourceType: string): Generator<OrderedResource, void> {
    const table = recordTables.resource
    const begin = formatResourceId({ resourceType, resource: "" })
    // All ids of the type begin so, and are found by the index on ids; what sorts after them begins with the next character. The `+`
    // keeps SQLite from the index on types, by which all records would have to be sorted in a file first.
    const end = `${begin.slice(0, -1)};`
    const rows = this.#rows(
      table,
      `select external_id, data from ${table}
       where external_id collate binary >= ? and external_id collate binary < ? and sync_id = ? and +resource_type_id = ?
       order by external_id collate binary`,
      [begin, end, this.#records.syncId, resourceType],
      compareText,
    )
    for (const [id, data] of rows) yield { id: id.slice(begin.length), data: this.#bytes(data) }
  }

  /** The records of a kind by id. */
  *records(kind: RecordKind): Generator<OrderedRecord, void> {
    const table = recordTables[kind]
    if (!this.#database.hasTable(table)) return
    const { path } = this.#database
    const read = new RowReader(path, table)
    const columns = kind === "grant" ? storedGrantColumns(this.#database) : "data"
    const sql = `select external_id, ${columns} from ${table} where sync_id = ? order by external_id collate binary`
    let last: string | undefined
    try {
      for (const row of this.#database.iterate(sql, this.#records.syncId)) {
        const id = read.text(row, "external_id")
        const order = last === undefined ? 1 : compareText(id, last)
        if (order < 0) throw notText(path, table)
        last = id
        if (order > 0) yield this.#record(kind, id, read, row)
      }
    } catch (cause) {
      throw readFailure(path, cause)
    }
  }

  #record(kind: RecordKind, id: string, read: RowReader, row: Row): OrderedRecord {
    const data = read.bytes(row, "data")
    return {
      id,
      data,
      idsAlone: () => (kind === "grant" && (row["expansion"] ?? null) === null ? scanGrantIds(data) : undefined),
      json: () => {
        const json = jsonOf[kind](this.#records, read, row)
        if (!(json instanceof Error)) return json
        throw unreadable(this.#database.path, "it holds a record that cannot be written as JSON", json)
      },
    }
  }

  /** All resources in the order in which they were stored; the id of each is its type, `\0`, and its id. */
  get storedResources(): StoredRecords<OrderedResource> {
    return new StoredRecords(this.#database, this.#records.syncId, {
      table: recordTables.resource,
      texts: ["resource_type_id", "substr(external_id, length(resource_type_id) + 2)"],
      withData: true,
      make: (texts, data) => ({ id: texts.join(between), data }),
    })
  }

  /** All grants in the order in which they were stored. */
  get storedGrants(): StoredRecords<OrderedGrant> {
    return new StoredRecords(this.#database, this.#records.syncId, {
      table: recordTables.grant,
      texts: grantColumns,
      withData: false,
      make: (texts) => texts.join(between),
    })
  }

  #bytes(data: unknown): Uint8Array {
    if (data instanceof Uint8Array) return data
    throw unreadable(this.#database.path, `its table ${recordTables.resource} has a row whose data is not bytes`)
  }

  /** What lists show of a resource. Throws a StoreError where it is damaged. */
  glance({ data }: OrderedResource): ResourceAtAGlance {
    return this.#records.scan(data)
  }

  /** Who has a grant of what: by entitlement and then by principal, each once. */
  *grants(): Generator<OrderedGrant, void> {
    const table = recordTables.grant
    const rows = this.#rows(
      table,
      `select ${joined(grantColumns)} from ${table} where sync_id = ? ${orderBy(grantColumns.slice(0, keyLength))}`,
      [this.#records.syncId],
      compareGrants,
    )
    for (const [grant] of rows) yield grant
  }

  /**
   * What principals of a type have grants of, on resources of some types: by principal, and each entitlement once. Each is the id of
   * the principal, `\0` and the entitlement.
   */
  *heldBy(principalType: string, resourceTypes: ReadonlyArray<string>): Generator<string, void> {
    const table = recordTables.grant
    const by = ["principal_resource_id", "entitlement_id"]
    if (resourceTypes.length === 0) return
    // By the index on resources: of what is asked about little is held, and it stands together. By that on principals, all that anybody
    // holds would be read from all over the file.
    const rows = this.#rows(
      table,
      `select ${joined(by)} from ${table}
       where +principal_resource_type_id = ? and sync_id = ? and resource_type_id in (select value from json_each(?))
       ${orderBy(by)}`,
      [principalType, this.#records.syncId, JSON.stringify(resourceTypes)],
      compareText,
    )
    for (const [held] of rows) yield held
  }

  /** How many principals have a grant of an entitlement. */
  countHolders(entitlement: string): Effect.Effect<number, StoreError> {
    return this.#count("principal_resource_type_id, principal_resource_id", { entitlement_id: entitlement })
  }

  /** How many grants there are on a resource: each principal counts once for each entitlement that it has. */
  countGrantsOn({ resourceType, resource }: ResourceId): Effect.Effect<number, StoreError> {
    return this.#count("entitlement_id, principal_resource_type_id, principal_resource_id", {
      resource_type_id: resourceType,
      resource_id: resource,
    })
  }

  /** The ids of the resources that those of a type have as parents, each once; at most so many. */
  parentsOf(resourceType: string, most: number): Effect.Effect<ReadonlyArray<string>, StoreError> {
    const table = recordTables.resource
    if (!this.#database.hasColumn(table, "parent_resource_id")) return Effect.succeed([])
    const read = new RowReader(this.#database.path, table)
    const sql = `select distinct parent_resource_id from ${table}
      where sync_id = ? and resource_type_id = ? and parent_resource_id is not null and parent_resource_id <> '' limit ?`
    return reading(this.#database.path, () =>
      this.#database
        .all(sql, this.#records.syncId, resourceType, most)
        .map((row) => read.text(row, "parent_resource_id")),
    )
  }

  #count(distinct: string, columns: Readonly<Record<string, string>>): Effect.Effect<number, StoreError> {
    const table = recordTables.grant
    if (!this.#database.hasTable(table)) return Effect.succeed(0)
    const { sql, parameters } = where(columns)
    return reading(this.#database.path, () => {
      const counted = `select count(*) as counted from (select distinct ${distinct} from ${table} where ${sql})`
      const row = this.#database.first(counted, this.#records.syncId, ...parameters)
      return row === undefined ? 0 : new RowReader(this.#database.path, table).number(row, "counted")
    })
  }

  /** Rows in the order of their texts, those that are the same as the row before left out. */
  *#rows(
    table: string,
    sql: string,
    parameters: ReadonlyArray<string>,
    compare: (a: string, b: string) => number,
  ): Generator<TextRow, void> {
    if (!this.#database.hasTable(table)) return
    const { path } = this.#database
    try {
      let last: string | undefined
      for (const row of this.#database.iterateTexts(table, sql, ...parameters)) {
        const order = last === undefined ? 1 : compare(row[0], last)
        // Text that is not UTF-8 sorts otherwise than what it is read as.
        if (order < 0) throw notText(path, table)
        if (order > 0) yield row
        last = row[0]
      }
    } catch (cause) {
      throw readFailure(path, cause)
    }
  }
}

const notText = (path: string, table: string): StoreError =>
  unreadable(path, `its table ${table} has ids that are not text`)

const jsonOf: {
  readonly [K in RecordKind]: (records: Records, read: RowReader, row: Row) => JsonObject | MalformedMessage
} = {
  resourceType: (records, read, row) =>
    recordToJson("resourceType", records.decode("resourceType", read.bytes(row, "data"))),
  resource: (records, read, row) => recordToJson("resource", records.decode("resource", read.bytes(row, "data"))),
  entitlement: (records, read, row) =>
    recordToJson("entitlement", records.decode("entitlement", read.bytes(row, "data"))),
  grant: (records, read, row) => recordToJson("grant", grantOf(records, read, row)),
}

const joined = (columns: ReadonlyArray<string>): string => columns.join(" || char(0) || ")

const orderBy = (columns: ReadonlyArray<string>): string =>
  `order by ${columns.map((column) => `${column} collate binary`).join(", ")}`
