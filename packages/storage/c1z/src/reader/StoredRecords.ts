// The records of one sync in the order in which they were stored, to be held against those of another. They come in blocks, each put
// together by SQLite: of two that are the same, both are passed without a look at single records. A row that SQLite hands out alone takes
// as long as four in a block.
import { collectYoung } from "../collectGarbage.ts"
import type { Database } from "./Database.ts"
import { readFailure } from "./readFailure.ts"
import { RowReader } from "./Row.ts"

/** Records of a block. Of large blocks more differ, of small ones each record takes longer. */
const recordsInBlock = 48
/** The most bytes of a record, so that SQLite takes a block for no huge value. */
const mostBytes = 128 * 1024

/** Bytes of blocks after which those that were passed are collected: V8 hardly sees how large they are. */
const bytesToCollect = 4 * 1024 ** 2

const between = "\0"

/** What is read of each record. */
interface StoredKind<A> {
  readonly table: string
  /** The columns that its texts are in, in SQL. */
  readonly texts: ReadonlyArray<string>
  readonly withData: boolean
  /** Makes the record; the data is a part of its block's. */
  readonly make: (texts: ReadonlyArray<string>, data: Uint8Array) => A
}

/** Some records as one: of two blocks that are equal all records are. */
export interface StoredBlock {
  readonly texts: string
  readonly data: Uint8Array
  /** How many records it has. */
  readonly length: number
}

interface Block<A> extends StoredBlock {
  /** The rows of the first record and the last. */
  readonly first: string
  readonly last: string
  /** Made when the block is split. */
  records?: ReadonlyArray<A> | undefined
}

const nothing: Block<never> = { texts: "", data: new Uint8Array(), length: 0, first: "", last: "", records: [] }

/** A place among the records of one sync, at first before all of them. Its methods throw a StoreError where a row cannot be read. */
export class StoredRecords<A> {
  readonly #database: Database
  readonly #syncId: string
  readonly #kind: StoredKind<A>
  readonly #sql: string
  /** A row, and how many records from there on are behind this place. */
  #from = String(-(2n ** 63n))
  #behind = 0
  #block: Block<A> = nothing
  #at = 0
  #isLast = false
  /** Bytes of blocks that may not be collected yet. */
  #waiting = 0

  constructor(database: Database, syncId: string, kind: StoredKind<A>) {
    this.#database = database
    this.#syncId = syncId
    this.#kind = kind
    const { table, withData } = kind
    const text = [...kind.texts, ...(withData ? ["length(data)"] : [])].join(" || char(0) || ")
    const data = withData ? `iif(typeof(data) = 'blob' and length(data) <= ${mostBytes}, data, null)` : "null"
    this.#sql = `select count(*) as length, count(text) as known, group_concat(text, char(0)) as texts, cast(min(id) as text) as first,
        cast(max(id) as text) as last, cast(group_concat(data, '') as blob) as data, total(bytes) as bytes
      from (select id, ${text} as text, ${data} as data, ${withData ? "length(data)" : "0"} as bytes from ${table} not indexed
        where id >= cast(? as integer) and sync_id = ? order by id limit ${recordsInBlock} offset ?)`
  }

  /** Whether the table is one of which blocks can be read: rows are found by their numbers, and bytes become no other text. */
  get isPlain(): boolean {
    if (!this.#database.hasTable(this.#kind.table)) return false
    const plan = this.#database.all(`explain query plan ${this.#sql}`, this.#from, this.#syncId, 0)
    return (
      plan.some(({ detail }) => String(detail).includes("USING INTEGER PRIMARY KEY")) &&
      this.#database.first("pragma encoding")?.["encoding"] === "UTF-8"
    )
  }

  /** Whether another block is wanted before a record can be told. */
  get isUsedUp(): boolean {
    return this.#at >= this.#block.length && !this.#isLast
  }

  /** The record here; `undefined` at the end, and in a block that was not split. */
  get current(): A | undefined {
    return this.#block.records?.[this.#at]
  }

  /** Goes on to the next record. */
  advance(): void {
    this.#at++
  }

  /** Begins a block at this place. `false` where a record of it has no plain texts and bytes, or huge ones. */
  begin(): boolean {
    try {
      return this.#begin()
    } catch (cause) {
      throw readFailure(this.#database.path, cause)
    }
  }

  #begin(): boolean {
    const before = this.#block
    if (this.#at < before.length) [this.#from, this.#behind] = [before.first, this.#at]
    else if (before.length > 0) [this.#from, this.#behind] = [before.last, 1]
    this.#at = 0
    const row = this.#database.first(this.#sql, this.#from, this.#syncId, this.#behind)
    const read = new RowReader(this.#database.path, this.#kind.table)
    const length = row === undefined ? 0 : read.number(row, "length")
    this.#isLast = length < recordsInBlock
    if (row === undefined || length === 0) {
      this.#block = nothing
      return true
    }
    const data = row["data"] === null ? nothing.data : read.bytes(row, "data")
    this.#waiting += data.length
    if (this.#waiting > bytesToCollect) {
      this.#waiting = 0
      collectYoung()
    }
    const texts = read.textOrNull(row, "texts") ?? ""
    this.#block = { texts, data, length, first: read.text(row, "first"), last: read.text(row, "last") }
    return row["known"] === length && row["bytes"] === data.length
  }

  /** What is in the block. */
  get block(): StoredBlock {
    return this.#block
  }

  /** Makes the records of the block. `false` where a text of it has what stands between texts, so that none can be told apart. */
  split(): boolean {
    this.#block.records ??= this.#records(this.#block)
    return this.#block.records !== undefined
  }

  /** Goes behind the block. */
  pass(): void {
    this.#at = this.#block.length
  }

  #records({ texts, data, length }: Block<A>): ReadonlyArray<A> | undefined {
    const parts = texts.split(between)
    const each = this.#kind.texts.length + (this.#kind.withData ? 1 : 0)
    if (parts.length !== each * length) return undefined
    let end = 0
    return Array.from({ length }, (_, at) => {
      const own = parts.slice(at * each, (at + 1) * each)
      const begin = end
      if (this.#kind.withData) end += Number(own.pop())
      return this.#kind.make(own, data.subarray(begin, end))
    })
  }
}
