// The one function that every text passes before it goes into a workbook. What spreadsheets cannot hold is changed here, and nowhere
// else.

/** Characters of a cell (https://support.microsoft.com/office/excel-specifications-and-limits). */
const longestCell = 32_767

/** What stands at the end of a text that was cut. */
const cutMark = "… (cut)"

/** A text as a cell holds it. */
export interface CellText {
  /** With XML's own characters escaped. */
  readonly xml: string
  readonly isCut: boolean
  /** Whether a spreadsheet would take it for a formula if somebody typed it. */
  readonly looksLikeFormula: boolean
}

/**
 * A text as a cell of a workbook: without control characters and what XML cannot hold, with line breaks as spreadsheets have them, and
 * cut where it is longer than a cell. `_x0041_` is how a workbook writes the character 41 (ECMA-376, part 1, 22.9.2.19), so a text that
 * looks so is escaped.
 */
export const cellText = (text: string): CellText => {
  const clean = text.replaceAll(/\r\n?/gu, "\n").replaceAll(unheld, "")
  let escaped = escapeCodes(clean)
  const isCut = escaped.length > longestCell
  if (isCut) {
    const most = longestCell - cutMark.length
    let kept = clean.slice(0, most)
    for (let over = 1; over > 0; kept = kept.slice(0, kept.length - Math.max(over, 0)))
      over = escapeCodes(kept).length - most
    escaped = escapeCodes(kept.toWellFormed().replace(/\ufffd$/u, "")) + cutMark
  }
  return { xml: escapeXml(escaped), isCut, looksLikeFormula: formula.test(clean) }
}

// Control characters but tab and line feed, halves of surrogate pairs, and what no XML may hold
// (https://www.w3.org/TR/xml/#charsets).
const unheld =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]/gu

const escapeCodes = (text: string): string => text.replaceAll(/_(?=x[0-9a-fA-F]{4}_)/gu, "_x005F_")

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const formula = /^[\s\p{Cf}]*[=+\-@＝＋－＠]/u
