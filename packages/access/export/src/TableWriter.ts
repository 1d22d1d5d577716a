// What every format is written by, and the two that are text.
import { closeSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"
import { csvLine, safeJson } from "@rollcall/access/render"
import type { Cell, Column, Row, Table } from "./Table.ts"
import { joined } from "./Table.ts"

/** Writes tables one after the other. What it throws ends the export. */
export interface TableWriter {
  readonly begin: (table: Pick<Table, "name" | "columns">) => Promise<void> | void
  readonly write: (rows: ReadonlyArray<Row>) => Promise<void> | void
  readonly end: () => Promise<void> | void
  /** When all tables have been written. */
  readonly finish: () => Promise<void> | void
  /** Lets go of files, also in the middle of a table. */
  readonly close: () => void
  /** Cells that the format could not hold whole. */
  readonly cut: () => ReadonlyArray<CutCells>
}

/** Cells of a column that were cut. */
export interface CutCells {
  readonly table: string
  readonly column: string
  readonly cells: number
}

/** Characters that are written at once. */
const atOnce = 256 * 1024

/** Files of lines in a folder, one for each table. */
class LineFiles implements TableWriter {
  readonly #folder: string
  readonly #extension: string
  readonly #head: (columns: ReadonlyArray<Column>) => string
  readonly #line: (columns: ReadonlyArray<Column>, row: Row) => string
  #file: number | undefined
  #columns: ReadonlyArray<Column> = []
  #waiting = ""

  constructor(
    folder: string,
    extension: string,
    head: (columns: ReadonlyArray<Column>) => string,
    line: (columns: ReadonlyArray<Column>, row: Row) => string,
  ) {
    this.#folder = folder
    this.#extension = extension
    this.#head = head
    this.#line = line
  }

  begin({ name, columns }: Pick<Table, "name" | "columns">): void {
    this.#file = openSync(join(this.#folder, name + this.#extension), "wx", 0o600)
    this.#columns = columns
    this.#waiting = this.#head(columns)
  }

  write(rows: ReadonlyArray<Row>): void {
    for (const row of rows) {
      this.#waiting += this.#line(this.#columns, row)
      if (this.#waiting.length >= atOnce) this.#flush()
    }
  }

  end(): void {
    this.#flush()
    this.close()
  }

  finish(): void {}

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  cut(): ReadonlyArray<CutCells> {
    return []
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting)
    this.#waiting = ""
    for (let at = 0; at < bytes.length && this.#file !== undefined;) at += writeSync(this.#file, bytes, at)
  }
}

/** `NAME.csv` in the folder: RFC 4180, with the names of the columns first. Texts that look like formulas get an apostrophe. */
export const csvWriter = (folder: string): TableWriter =>
  new LineFiles(
    folder,
    ".csv",
    (columns) => csvRow(columns.map(({ name }) => name)),
    (_, row) => csvRow(row),
  )

const csvRow = (cells: ReadonlyArray<Cell>): string => `${cells.map(csvCell).join(",")}\r\n`

const csvCell = (cell: Cell): string => {
  if (cell === null) return ""
  // Numbers and truth values are no text: a minus that is a sign would look like a formula.
  if (typeof cell !== "string" && typeof cell !== "object") return String(cell)
  return csvLine([typeof cell === "string" ? cell : joined(cell)])
}

/** `NAME.ndjson` in the folder: an object a line, each with every column. */
export const ndjsonWriter = (folder: string): TableWriter =>
  new LineFiles(
    folder,
    ".ndjson",
    () => "",
    (columns, row) => `${safeJson(Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])))}\n`,
  )
