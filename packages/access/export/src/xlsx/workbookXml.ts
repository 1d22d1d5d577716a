// The parts of a workbook that say which sheets there are (ECMA-376, part 1, 12 and 18.2).

const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n`
const packages = "http://schemas.openxmlformats.org/package/2006"
const documents = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
const spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"

const numbers = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, at) => at + 1)

/** The types of all parts. */
export const contentTypesXml = (sheets: number): string =>
  [
    `${head}<Types xmlns="${packages}/content-types">`,
    `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`,
    `<Default Extension="xml" ContentType="application/xml"/>`,
    `<Override PartName="/xl/workbook.xml" ContentType="${spreadsheet}.sheet.main+xml"/>`,
    `<Override PartName="/xl/styles.xml" ContentType="${spreadsheet}.styles+xml"/>`,
    ...numbers(sheets).map(
      (it) => `<Override PartName="/xl/worksheets/sheet${it}.xml" ContentType="${spreadsheet}.worksheet+xml"/>`,
    ),
    "</Types>",
  ].join("")

/** Where the workbook is. */
export const rootRelationsXml = `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${documents}/officeDocument" Target="xl/workbook.xml"/></Relationships>`

/** Where its sheets and styles are. */
export const relationsXml = (sheets: number): string =>
  [
    `${head}<Relationships xmlns="${packages}/relationships">`,
    ...numbers(sheets).map(
      (it) => `<Relationship Id="rId${it}" Type="${documents}/worksheet" Target="worksheets/sheet${it}.xml"/>`,
    ),
    `<Relationship Id="rId${sheets + 1}" Type="${documents}/styles" Target="styles.xml"/></Relationships>`,
  ].join("")

/** The sheets by name; `sheetName` leaves no character in one that XML would take for its own, but for these. */
export const workbookXml = (names: ReadonlyArray<string>): string =>
  [
    `${head}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${documents}"><sheets>`,
    ...names.map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`),
    "</sheets></workbook>",
  ].join("")

const escaped = (name: string): string =>
  name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
