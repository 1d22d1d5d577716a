// Tables as sheets of a workbook.
import type { Cell, Column, Row, Table } from "../Table.ts"
import { joined } from "../Table.ts"
import type { TableWriter } from "../TableWriter.ts"
import type { SheetCell } from "./sheetXml.ts"
import { dateOf } from "./sheetXml.ts"
import type { SheetBounds } from "./Workbook.ts"
import { Workbook } from "./Workbook.ts"

/** Writes the workbook file, which is not there yet. A table that is larger than a sheet goes on in `NAME_2`. */
export const workbookWriter = (path: string, bounds: SheetBounds = {}): TableWriter => {
  const workbook = new Workbook(path, bounds)
  const cut = new Map<string, { readonly table: string; readonly column: string; cells: number }>()
  let open: Pick<Table, "name" | "columns"> = { name: "", columns: [] }
  const onCut = (at: number) => {
    const column = open.columns[at]?.name ?? ""
    const key = `${open.name}.${column}`
    const before = cut.get(key) ?? { table: open.name, column, cells: 0 }
    cut.set(key, { ...before, cells: before.cells + 1 })
  }
  return {
    begin: (table) => {
      open = table
      return workbook.begin(
        table.name,
        table.columns.map(({ name, type }) => ({ title: name, width: type === "instant" ? 20 : undefined })),
      )
    },
    write: (rows: ReadonlyArray<Row>) =>
      workbook.write(
        rows.map((row) => row.map((cell, at) => sheetCell(cell, open.columns[at]))),
        onCut,
      ),
    end: () => workbook.end(),
    finish: () => workbook.finish(),
    close: () => workbook.close(),
    cut: () => [...cut.values()],
  }
}

const sheetCell = (cell: Cell, column: Column | undefined): SheetCell => {
  if (typeof cell === "string") return column?.type === "instant" ? (dateOf(cell) ?? cell) : cell
  if (typeof cell === "object" && cell !== null) return cell.length === 0 ? null : joined(cell)
  return cell
}
