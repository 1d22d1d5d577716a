// Reads a workbook that came back from somebody, as texts. It may be anything: so its parts are taken out within bounds first, and only
// those that tables are made of are handed to the library, in an archive of our own.
import { readFileSync, statSync } from "node:fs"
import { StoreError, systemCodeOf } from "@rollcall/connector"
import { Effect } from "effect"
import type { Cell, CellValue } from "hucre/xlsx"
import { readXlsx } from "hucre/xlsx"
import { buffer } from "node:stream/consumers"
import yauzl from "yauzl"
import { ZipFile } from "yazl"

/** A sheet, and its rows that hold anything. */
export interface ReadSheet {
  readonly name: string
  readonly rows: ReadonlyArray<{
    /** The number that a spreadsheet shows beside it. */
    readonly line: number
    /** A formula is a text that begins with `=`, whatever it comes to. */
    readonly cells: ReadonlyArray<string>
  }>
}

/** The largest workbook that is read. */
export interface ReadBounds {
  /** Bytes of the file. */
  readonly bytes?: number | undefined
  /** Bytes of its parts unpacked. */
  readonly unpacked?: number | undefined
  /** Rows of all sheets. */
  readonly rows?: number | undefined
  readonly columns?: number | undefined
}

/** A reviewer's sheet has at most 20,000 rows. */
const usual = { bytes: 32 * 1024 ** 2, unpacked: 128 * 1024 ** 2, rows: 60_000, columns: 200 }
/** Files in the archive. */
const mostParts = 2000

/** The sheets of a workbook that Excel, LibreOffice, openpyxl or others saved. A file above the bounds is refused. */
export const readSheets = Effect.fn("Export.readSheets")(function* (
  path: string,
  bounds: ReadBounds = {},
): Effect.fn.Return<ReadonlyArray<ReadSheet>, StoreError> {
  const { bytes = usual.bytes, unpacked = usual.unpacked, rows = usual.rows, columns = usual.columns } = bounds
  return yield* Effect.tryPromise({
    try: async () => {
      if (!statSync(path).isFile()) throw new Refused("it is no file")
      if (statSync(path).size > bytes) throw new Refused(`it has more than ${bytes} bytes`)
      const parts = await partsOf(readFileSync(path), unpacked)
      const { sheets } = await readXlsx(await repacked(parts))
      return sheets.map(({ name, rows: found, cells }) => sheetOf(name, found, cells, { rows, columns }))
    },
    catch: (cause) => unreadable(path, cause),
  })
})

class Refused extends Error {}

/** The parts that tables are made of. Links, drawings and macros are left where they are. */
const needed =
  /^(?:\[Content_Types\]\.xml|_rels\/\.rels|xl\/(?:workbook|sharedStrings|styles)\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/worksheets\/[^/]+\.xml)$/u

const partsOf = async (file: Buffer, most: number): Promise<ReadonlyMap<string, Buffer>> => {
  const archive = await yauzl.fromBufferPromise(file, { lazyEntries: true, strictFileNames: true })
  const parts = new Map<string, Buffer>()
  let left = most
  let count = 0
  for await (const entry of archive.eachEntry()) {
    if (++count > mostParts) throw new Refused(`it has more than ${mostParts} parts`)
    if (!needed.test(entry.fileName)) continue
    if (parts.has(entry.fileName)) throw new Refused(`it has ${entry.fileName} twice`)
    left -= entry.uncompressedSize
    if (left < 0) throw new Refused(`it unpacks to more than ${most} bytes`)
    // yauzl ends a stream that gives more than the size that was told.
    const part = await buffer(await archive.openReadStreamPromise(entry))
    if (part.includes("<!DOCTYPE")) throw new Refused("it declares its own kind of document")
    parts.set(entry.fileName, part)
  }
  if (!parts.has("xl/workbook.xml")) throw new Refused("it is no workbook")
  return parts
}

const repacked = (parts: ReadonlyMap<string, Buffer>): Promise<Buffer> => {
  const zip = new ZipFile()
  for (const [name, content] of parts) zip.addBuffer(content, name, { compress: false })
  zip.end()
  return buffer(zip.outputStream)
}

const sheetOf = (
  name: string,
  rows: ReadonlyArray<ReadonlyArray<CellValue>>,
  details: ReadonlyMap<string, Cell> | undefined,
  most: { readonly rows: number; readonly columns: number },
): ReadSheet => {
  const formulas = new Map<string, string>()
  for (const [place, { formula }] of details ?? []) if (formula !== undefined) formulas.set(place, `=${formula}`)
  const read = rows.map((row, at) => ({
    line: at + 1,
    cells: row.map((cell, column) => formulas.get(`${at},${column}`) ?? textOf(cell)),
  }))
  const filled = read.filter(({ cells }) => cells.some((cell) => cell !== ""))
  if (filled.length > most.rows) throw new Refused(`its sheet ${name} has more than ${most.rows} rows`)
  if (filled.some(({ cells }) => cells.findLastIndex((cell) => cell !== "") >= most.columns)) {
    throw new Refused(`its sheet ${name} has more than ${most.columns} columns`)
  }
  return { name, rows: filled }
}

const textOf = (cell: CellValue | undefined): string => {
  if (cell === null || cell === undefined) return ""
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? "" : cell.toISOString()
  if (typeof cell === "boolean") return cell ? "TRUE" : "FALSE"
  return String(cell)
}

const unreadable = (path: string, cause: unknown): StoreError => {
  const code = systemCodeOf(cause)
  if (code === "ENOENT" || code === "EACCES" || code === "EPERM") {
    const reason = code === "ENOENT" ? "NotFound" : "NoPermission"
    const why = reason === "NotFound" ? "it is not there" : "permission is denied"
    return new StoreError({
      reason,
      message: `${path} cannot be read: ${why}.`,
      hint: "Name another file.",
      path,
      cause,
    })
  }
  const why = cause instanceof Refused ? cause.message : "it is no workbook, or it is damaged"
  return new StoreError({
    reason: "Unreadable",
    message: `${path} cannot be read: ${why}.`,
    hint: "Save it as an Excel workbook (.xlsx) again, or ask for the file again.",
    path,
    cause,
  })
}
