// Comma-separated values by RFC 4180, made safe for spreadsheets.

/** One line, without its line break. */
export const csvLine = (cells: ReadonlyArray<string>): string => cells.map(csvCell).join(",")

/**
 * A cell. Text that a spreadsheet would run as a formula gets a leading apostrophe, which spreadsheets do not show:
 * anyone in a workspace can name themselves `=HYPERLINK(…)` (owasp.org/www-community/attacks/CSV_Injection).
 */
const csvCell = (text: string): string => {
  const inert = /^(?:[=+@\t\r]|-.)/s.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
