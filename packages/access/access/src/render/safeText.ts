// Untrusted text made safe for where it goes: a terminal, JSON, a cell of CSV or of Markdown. Names come from people in the
// system that was synced: they may hold escape sequences that move the cursor or rename the window, bidirectional overrides
// that make one name look like another, and formulas.

// C0 and C1 controls, DEL, line and paragraph separators, directional marks, embeddings, overrides and isolates, and
// halves of surrogate pairs. Joiners stay: emoji and several scripts are written with them.
const unsafe =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const short: Readonly<Record<string, string | undefined>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

/** The text with every character that a terminal would act on written as an escape, such as `\u202e`. */
export const escapeControls = (text: string): string =>
  text.replace(unsafe, (found) => short[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** As `escapeControls`, but for text of several lines of which we wrote the line breaks. */
export const escapeLines = (text: string): string => text.split("\n").map(escapeControls).join("\n")

/**
 * JSON of a value without a single character that a terminal would act on. `JSON.stringify` escapes C0 controls only;
 * here the rest are escapes too, which every JSON reader takes for the same text.
 */
export const safeJson = (value: unknown, indent?: number): string => {
  const json = JSON.stringify(value, undefined, indent)
  // Line breaks of the indentation are no part of any string.
  return json.replace(unsafe, (found) =>
    found === "\n" ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}

/** One line of comma-separated values by RFC 4180, without its line break. */
export const csvLine = (cells: ReadonlyArray<string>): string => cells.map(csvCell).join(",")

/** Writes the lines of one list: what stands in the cell above too, such as the name of a group, is made safe once. */
export const csvLines = (safe: (cell: string) => string): ((cells: ReadonlyArray<string>) => string) => {
  const above: Array<{ readonly cell: string; readonly written: string }> = []
  const written = (cell: string, column: number): string => {
    const last = above[column]
    if (last?.cell === cell) return last.written
    const now = safe(cell)
    above[column] = { cell, written: now }
    return now
  }
  return (cells) => cells.map(written).join(",")
}

/**
 * A cell. Text that a spreadsheet would run as a formula gets a leading apostrophe, which spreadsheets do not show:
 * anyone in a workspace can name themselves `=HYPERLINK(…)` (owasp.org/www-community/attacks/CSV_Injection).
 */
export const csvCell = (text: string): string => {
  if (plain.test(text)) return text
  const inert = formula.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

// What begins so is no formula, and what has none of the rest needs no quotes.
const plain = /^[0-9A-Za-z][^",\r\n']*$/

// A sign at the beginning, full-width ones included, which some input methods type and some spreadsheets read as the
// narrow ones. Blanks before it, and characters that are not seen, are dropped by some importers; a tab or a line break may
// begin a cell of its own. A minus alone is the sign of an empty cell.
const formula = /^(?:[\t\r\n]|[\s\p{Cc}\p{Cf}]*(?:[=+@＝＋＠]|[-－].))/su

/** The lines that begin a table in GitHub's Markdown. */
export const markdownHead = (titles: ReadonlyArray<string>): ReadonlyArray<string> => [
  markdownLine(titles),
  `|${titles.map(() => "---").join("|")}|`,
]

/** A table of these rows. */
export const markdownTable = (
  titles: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
): ReadonlyArray<string> => [...markdownHead(titles), ...rows.map(markdownLine)]

/** One row of such a table. */
export const markdownLine = (cells: ReadonlyArray<string>): string => `| ${cells.map(markdownText).join(" | ")} |`

/** Text in a line or a cell of Markdown: a backslash stands before each character that could end the cell or begin markup. */
export const markdownText = (text: string): string =>
  escapeControls(text).replace(/[\\|`*[\]<>&]/g, (found) => `\\${found}`)
