// A workbook that is written as its rows come, sheet after sheet. Nothing of it is in memory but what waits for the disk.
import { createWriteStream } from "node:fs"
import { once } from "node:events"
import { PassThrough } from "node:stream"
import { finished } from "node:stream/promises"
import { ZipFile } from "yazl"
import type { SheetCell, SheetColumn } from "./sheetXml.ts"
import { sheetHead, sheetName, sheetRow, sheetTail, stylesXml } from "./sheetXml.ts"
import { contentTypesXml, relationsXml, rootRelationsXml, workbookXml } from "./workbookXml.ts"

/** Bounds of a sheet; smaller ones are for tests. */
export interface SheetBounds {
  /** With the head. */
  readonly rows?: number | undefined
  /** An archive without 64-bit sizes, which every program opens, holds 4 GiB of a file; a character has at most 3 bytes. */
  readonly characters?: number | undefined
}

/** Rows of a sheet (https://support.microsoft.com/office/excel-specifications-and-limits). */
const mostRows = 1_048_576
const mostCharacters = 2 ** 30
/** Characters that are handed on at once. */
const atOnce = 128 * 1024

/** A workbook in a file that is not there yet. */
export class Workbook {
  readonly #zip = new ZipFile()
  readonly #written: Promise<void>
  readonly #failed: Promise<never>
  readonly #names: Array<string> = []
  readonly #taken = new Set<string>()
  readonly #bounds: Required<{ readonly [K in keyof SheetBounds]: number }>
  #sheet: OpenSheet | undefined

  constructor(path: string, { rows = mostRows, characters = mostCharacters }: SheetBounds = {}) {
    this.#bounds = { rows, characters }
    const file = createWriteStream(path, { flags: "wx", mode: 0o600, flush: true })
    this.#zip.outputStream.pipe(file)
    this.#written = finished(file)
    this.#failed = new Promise((_, reject) => {
      this.#written.catch(reject)
      this.#zip.on("error", reject)
    })
    // Whoever waits for it hears of it; nobody may be waiting yet.
    this.#failed.catch(() => undefined)
    this.#zip.addBuffer(Buffer.from(stylesXml), "xl/styles.xml")
  }

  /** Begins a sheet. */
  async begin(title: string, columns: ReadonlyArray<SheetColumn>): Promise<void> {
    const name = sheetName(title, this.#taken)
    this.#names.push(name)
    const stream = new PassThrough()
    this.#zip.addReadStream(stream, `xl/worksheets/sheet${this.#names.length}.xml`)
    const head = sheetRow(
      1,
      columns.map((column) => column.title),
      () => undefined,
      true,
    )
    this.#sheet = { title, columns, stream, rows: 1, characters: 0, waiting: sheetHead(columns) + head }
  }

  /** Adds rows to the sheet, and goes on in a further one, with the same head, where it is full. */
  async write(rows: ReadonlyArray<ReadonlyArray<SheetCell>>, onCut: (column: number) => void): Promise<void> {
    for (const row of rows) {
      const full = this.#open()
      if (full.rows >= this.#bounds.rows || full.characters >= this.#bounds.characters) {
        await this.end()
        await this.begin(full.title, full.columns)
      }
      const sheet = this.#open()
      sheet.rows++
      sheet.waiting += sheetRow(sheet.rows, row, onCut)
      if (sheet.waiting.length >= atOnce) await this.#flush(sheet)
    }
  }

  /** Ends the sheet. */
  async end(): Promise<void> {
    const sheet = this.#open()
    sheet.waiting += sheetTail(sheet.columns, sheet.rows)
    await this.#flush(sheet)
    sheet.stream.end()
    this.#sheet = undefined
    // The next sheet waits until this one is in the archive: it has a buffer of its own.
    await Promise.race([finished(sheet.stream), this.#failed])
  }

  /** Ends the workbook, which is on the disk then. */
  async finish(): Promise<void> {
    const parts = {
      "[Content_Types].xml": contentTypesXml(this.#names.length),
      "_rels/.rels": rootRelationsXml,
      "xl/workbook.xml": workbookXml(this.#names),
      "xl/_rels/workbook.xml.rels": relationsXml(this.#names.length),
    }
    for (const [path, xml] of Object.entries(parts)) this.#zip.addBuffer(Buffer.from(xml), path)
    this.#zip.end()
    await Promise.race([this.#written, this.#failed])
  }

  /** Lets go of the file, also in the middle. */
  close(): void {
    this.#sheet?.stream.destroy()
    this.#zip.outputStream.unpipe()
  }

  #open(): OpenSheet {
    if (this.#sheet === undefined) throw new Error("Rows belong to a sheet: begin one first.")
    return this.#sheet
  }

  async #flush(sheet: OpenSheet): Promise<void> {
    const { waiting } = sheet
    sheet.waiting = ""
    sheet.characters += waiting.length
    if (!sheet.stream.write(waiting)) await Promise.race([once(sheet.stream, "drain"), this.#failed])
  }
}

interface OpenSheet {
  readonly title: string
  readonly columns: ReadonlyArray<SheetColumn>
  readonly stream: PassThrough
  rows: number
  characters: number
  waiting: string
}
