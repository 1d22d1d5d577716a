// Comma-separated values by RFC 4180, made safe for spreadsheets.

/** One line, without its line break. */
export const csvLine = (cells: ReadonlyArray<string>): string => cells.map(csvCell).join(",")

/**
 * A cell. Text that a spreadsheet would run as a formula gets a leading apostrophe, which spreadsheets do not show:
 * anyone in a workspace can name themselves `=HYPERLINK(…)` (owasp.org/www-community/attacks/CSV_Injection).
 */
const csvCell = (text: string): string => {
  const inert = formula.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

// A sign at the beginning, full-width ones included, which some input methods type and some spreadsheets read as the
// narrow ones. Blanks before it, and characters that are not seen, are dropped by some importers; a tab or a line break may
// begin a cell of its own. A minus alone is the sign of an empty cell.
const formula = /^(?:[\t\r\n]|[\s\p{Cc}\p{Cf}]*(?:[=+@＝＋＠]|[-－].))/su
