// Workbooks: what a cell cannot hold, how sheets are split, and what comes back from somebody.
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { ZipFile } from "yazl"
import { readSheets, writeSheet } from "../src/index.ts"
import { workbookWriter } from "../src/xlsx/workbookWriter.ts"
import { hostileNames } from "./office.ts"
import { hasPython, runPython } from "./python.ts"

const columns = [
  { title: "Decision", choices: ["keep", "remove", "change", "disable the account"] },
  { title: "Comment", width: 40 },
  { title: "Account" },
]
const rows = hostileNames.map((name) => ["", "", name])
/** As spreadsheets give texts back: blanks at the ends stay, and line breaks are line feeds. */
const back = rows.map((cells, at) => ({ line: at + 2, cells }))

const written = Effect.fnUntraced(function* (table: ReadonlyArray<ReadonlyArray<string>>) {
  const path = join(yield* scratchFolder("export"), "sheet.xlsx")
  const { cut } = yield* writeSheet(path, { title: "Q4: ada/bob", columns, rows: table })
  return { path, cut }
})

describe("a reviewer's sheet", () => {
  it.live("comes back as it was written, with the lines that a spreadsheet shows", () =>
    Effect.gen(function* () {
      const { path } = yield* written(rows)
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      const [sheet, ...others] = yield* readSheets(path)
      assert.lengthOf(others, 0)
      assert.strictEqual(sheet?.name, "Q4  ada bob")
      assert.deepStrictEqual(sheet?.rows, [{ line: 1, cells: ["Decision", "Comment", "Account"] }, ...back])
    }).pipe(Effect.scoped),
  )

  it.live("drops what no cell holds, and cuts what is too long, which is told", () =>
    Effect.gen(function* () {
      const long = `${"a".repeat(32_700)}${"🦊".repeat(100)}`
      const escapes = "_x0041_".repeat(6000)
      const { path, cut } = yield* written([
        ["", "bell\u0007 \u0000nul \u001b[31m \ufffe\uffff\ud800 end", long],
        ["", "a\r\nb\rc", escapes],
      ])
      assert.strictEqual(cut, 2)
      const [sheet] = yield* readSheets(path)
      const [, one, two] = sheet?.rows ?? []
      assert.deepStrictEqual(one?.cells[1], "bell nul [31m  end")
      assert.match(one?.cells[2] ?? "", /^a{32700}(?:🦊)+… \(cut\)$/u)
      assert.isAtMost(one?.cells[2]?.length ?? 0, 32_767)
      assert.strictEqual(two?.cells[1], "a\nb\nc")
      assert.match(two?.cells[2] ?? "", /^(?:_x0041_)+(?:_(?:x(?:0(?:0(?:4(?:1)?)?)?)?)?)?… \(cut\)$/u)
    }).pipe(Effect.scoped),
  )
})

describe("a table that is larger than a sheet", () => {
  it.live("goes on in a further sheet with the same head", () =>
    Effect.gen(function* () {
      const path = join(yield* scratchFolder("export"), "split.xlsx")
      const writer = workbookWriter(path, { rows: 4 })
      const table = { name: "memberships", columns: [{ name: "id", type: "text", description: "" }] } as const
      yield* Effect.promise(async () => {
        await writer.begin(table)
        await writer.write(Array.from({ length: 7 }, (_, at) => [`id ${at}`]))
        await writer.end()
        await writer.begin({ ...table, name: "Memberships_2" })
        await writer.end()
        await writer.finish()
      })
      const sheets = yield* readSheets(path)
      assert.deepStrictEqual(
        sheets.map(({ name, rows: found }) => [name, found.length]),
        [
          ["memberships", 4],
          ["memberships_2", 4],
          ["memberships_3", 2],
          ["Memberships_2_2", 1],
        ],
      )
      assert.deepStrictEqual(sheets[2]?.rows, [
        { line: 1, cells: ["id"] },
        { line: 2, cells: ["id 6"] },
      ])
    }).pipe(Effect.scoped),
  )
})

/** A workbook of these parts, as some program may have written it. */
const workbookOf = (parts: Readonly<Record<string, string>>): Promise<Buffer> => {
  const zip = new ZipFile()
  for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(text), name)
  zip.end()
  return buffer(zip.outputStream)
}

const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

/** The parts that Excel writes, as far as they matter: shared strings, rich text, and a cached value beside each formula. */
const partsOf = (sheet: string): Readonly<Record<string, string>> => ({
  "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`,
  "_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  "xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  "xl/sharedStrings.xml": `<sst xmlns="${main}"><si><t>keep</t></si><si><r><t>so</t></r><r><rPr><b/></rPr><t>me</t></r></si><si><t>_x0041_</t></si></sst>`,
  "xl/worksheets/sheet1.xml": `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
})

const readingParts = Effect.fnUntraced(function* (
  parts: Readonly<Record<string, string>>,
  bounds: Parameters<typeof readSheets>[1] = {},
) {
  const path = join(yield* scratchFolder("export"), "answer.xlsx")
  writeFileSync(path, yield* Effect.promise(() => workbookOf(parts)))
  return yield* readSheets(path, bounds)
}, Effect.scoped)

describe("a workbook that comes back", () => {
  it.live("is read as texts, with formulas as what they are and not as what they come to", () =>
    Effect.gen(function* () {
      const [sheet] = yield* readingParts(
        partsOf(
          `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="D2" t="s"><v>2</v></c></row>` +
            `<row r="5"><c r="A5" t="str"><f>"ke"&amp;"ep"</f><v>keep</v></c><c r="B5"><v>7</v></c><c r="C5" t="b"><v>1</v></c></row>`,
        ),
      )
      assert.deepStrictEqual(
        sheet?.rows,
        [
          { line: 2, cells: ["keep", "some", "", "A"] },
          { line: 5, cells: ['="ke"&"ep"', "7", "TRUE"] },
        ].map((row) => ({ ...row, cells: row.cells.concat(Array.from({ length: 4 - row.cells.length }, () => "")) })),
      )
    }),
  )

  const row = (cells: string) => `<row r="1">${cells}</row>`
  const many = Array.from({ length: 12 }, (_, at) => `<row r="${at + 1}"><c r="A${at + 1}"><v>1</v></c></row>`).join("")
  const refusals = {
    "more rows than are taken": [partsOf(many), { rows: 10 }],
    "more columns than are taken": [partsOf(row(`<c r="ZZ1"><v>1</v></c>`)), {}],
    "more bytes than are taken": [partsOf(many), { bytes: 100 }],
    "more bytes than are taken, unpacked": [partsOf("<!-- -->".repeat(10_000)), { unpacked: 50_000 }],
    "a cell at the other end of the sheet": [
      partsOf(`${row(`<c r="A1"><v>1</v></c>`)}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`),
      {},
    ],
    "a document type of its own": [
      { ...partsOf(""), "xl/sharedStrings.xml": `<!DOCTYPE sst [<!ENTITY a "b">]><sst/>` },
      {},
    ],
    "no workbook in it": [{ "word/document.xml": "<w/>" }, {}],
  } as const

  it.live.each(Object.entries(refusals))("is refused with %s", ([, [parts, bounds]]) =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(readingParts(parts, bounds))
      assert.strictEqual(refused.kind, "unreadable", refused.message)
    }),
  )

  it.live("is refused where it is no archive, damaged, a folder, or not there", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("export")
      const { path } = yield* written(rows)
      const whole = readFileSync(path)
      const files = {
        "text.xlsx": Buffer.from("a,b\n"),
        "empty.xlsx": Buffer.alloc(0),
        "half.xlsx": whole.subarray(0, 900),
      }
      for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(folder, name), content)
        assert.strictEqual((yield* Effect.flip(readSheets(join(folder, name)))).kind, "unreadable", name)
      }
      assert.strictEqual((yield* Effect.flip(readSheets(folder))).kind, "unreadable")
      assert.strictEqual((yield* Effect.flip(readSheets(join(folder, "none.xlsx")))).kind, "configuration")
    }).pipe(Effect.scoped),
  )
})

describe.skipIf(!hasPython)("a reviewer's sheet with openpyxl (needs the readers that .ci/readers makes)", () => {
  it.live("has its drop-down lists, and comes back as it was saved there", () =>
    Effect.gen(function* () {
      const { path } = yield* written(rows)
      const saved = `${path}.saved.xlsx`
      const [validation] = JSON.parse(runPython("./fillSheet.py", [path, saved]))
      assert.deepStrictEqual(validation, [
        "list",
        `A2:A${rows.length + 1}`,
        '"keep,remove,change,disable the account"',
        "A1:C25",
        "A2",
      ])
      const [sheet] = yield* readSheets(saved)
      const filled = back.map(({ line, cells }) => ({ line, cells: ["keep", `on line ${line}`, ...cells.slice(2)] }))
      assert.deepStrictEqual(sheet?.rows.slice(1), filled)
    }).pipe(Effect.scoped),
  )
})
