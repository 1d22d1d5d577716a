// A sheet of a workbook as XML (ECMA-376, part 1, 18.3), row by row.
import { cellText } from "./cellText.ts"

/** What a cell can hold. Texts stay texts, whatever they look like. */
export type SheetCell = string | number | boolean | Date | null

/** A column of a sheet. */
export interface SheetColumn {
  readonly title: string
  /** In characters. */
  readonly width?: number | undefined
  /** Texts that a drop-down list offers; nothing else is taken. None holds a comma, and all together have at most 255 characters. */
  readonly choices?: ReadonlyArray<string> | undefined
  /** What is shown next to a cell that is being filled in. A title has at most 32 characters, a text 255; what is longer is cut. */
  readonly prompt?: { readonly title: string; readonly text: string } | undefined
}

/** The styles of `stylesXml`, by their place in it. */
const styles = { head: 1, date: 2, text: 3, formulaLike: 4 } as const

/** The styles of all sheets. `quotePrefix` keeps a text that looks like a formula a text, also when its cell is edited. */
export const stylesXml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

/** What stands before the rows: the first one stays in sight. */
export const sheetHead = (columns: ReadonlyArray<SheetColumn>): string => {
  const widths = columns.map(({ title, width = Math.max(12, title.length + 4) }, at) => {
    const place = at + 1
    return `<col min="${place}" max="${place}" width="${width}" customWidth="1"/>`
  })
  return [
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n`,
    `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`,
    `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`,
    `<sheetFormatPr defaultRowHeight="15"/><cols>${widths.join("")}</cols><sheetData>`,
  ].join("")
}

/** What stands after them: a filter over all rows, and the drop-down lists. */
export const sheetTail = (columns: ReadonlyArray<SheetColumn>, rows: number): string => {
  const last = columnName(columns.length - 1)
  const lists = columns.flatMap(({ choices, prompt }, at) => {
    if ((choices === undefined && prompt === undefined) || rows < 2) return []
    const column = columnName(at)
    const shown = prompt === undefined ? "" : promptXml(prompt)
    const place = `sqref="${column}2:${column}${rows}"`
    if (choices === undefined) return [`<dataValidation allowBlank="1"${shown} ${place}/>`]
    const { xml } = cellText(choices.join(","))
    return [
      `<dataValidation type="list" allowBlank="1"${shown} showErrorMessage="1" errorTitle="Not a choice" error="Choose from the list." ${place}><formula1>&quot;${xml}&quot;</formula1></dataValidation>`,
    ]
  })
  const validations =
    lists.length === 0 ? "" : `<dataValidations count="${lists.length}">${lists.join("")}</dataValidations>`
  return `</sheetData><autoFilter ref="A1:${last}${rows}"/>${validations}</worksheet>`
}

const longestPrompt = { title: 32, text: 255 }

const promptXml = ({ title, text }: NonNullable<SheetColumn["prompt"]>): string => {
  const [head, body] = [title.slice(0, longestPrompt.title), text.slice(0, longestPrompt.text)].map(
    (it) => cellText(it).xml,
  )
  return ` showInputMessage="1" promptTitle="${head}" prompt="${body}"`
}

/** A row; `line` counts from 1. `onCut` is told the column of a text that did not fit whole. */
export const sheetRow = (
  line: number,
  cells: ReadonlyArray<SheetCell>,
  onCut: (column: number) => void,
  isHead = false,
): string => {
  let xml = `<row r="${line}">`
  for (const [at, cell] of cells.entries()) {
    if (cell === null) continue
    const place = `<c r="${columnName(at)}${line}"`
    if (typeof cell === "string") {
      const { xml: text, isCut, looksLikeFormula } = cellText(cell)
      if (isCut) onCut(at)
      const style = isHead ? styles.head : looksLikeFormula ? styles.formulaLike : styles.text
      xml += `${place} s="${style}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`
    } else if (typeof cell === "number") xml += `${place}><v>${cell}</v></c>`
    else if (typeof cell === "boolean") xml += `${place} t="b"><v>${cell ? 1 : 0}</v></c>`
    else xml += `${place} s="${styles.date}"><v>${serialOf(cell)}</v></c>`
  }
  return `${xml}</row>`
}

/** A title as the name of a sheet: at most 31 characters, and none that formulas need. */
export const sheetName = (title: string, taken: Set<string>): string => {
  const plain = title.replaceAll(/[\p{C}[\]:*?/\\']/gu, " ").trim() || "Sheet"
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? "" : `_${count}`
    const name = plain.slice(0, 31 - suffix.length).toWellFormed() + suffix
    if (taken.has(name.toLowerCase())) continue
    taken.add(name.toLowerCase())
    return name
  }
}

const dayMillis = 86_400_000
const firstDay = Date.UTC(1899, 11, 30)
const from = Date.UTC(1900, 2, 1)
const until = Date.UTC(10_000, 0, 1)

/** An instant as a cell; `undefined` where it is none, or none that spreadsheets count: their years are 1900 to 9999. */
export const dateOf = (text: string): Date | undefined => {
  const time = /^\d{4}-\d{2}-\d{2}T/u.test(text) ? Date.parse(text) : Number.NaN
  return time >= from && time < until ? new Date(time) : undefined
}

const serialOf = (date: Date): number => (date.getTime() - firstDay) / dayMillis

const columnNames = new Map<number, string>()

/** `A` for 0, `AA` for 26. */
const columnName = (at: number): string => {
  const known = columnNames.get(at)
  if (known !== undefined) return known
  const name = (at < 26 ? "" : columnName(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26))
  columnNames.set(at, name)
  return name
}
