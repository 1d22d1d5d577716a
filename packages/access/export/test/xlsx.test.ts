// Workbooks: what a cell cannot hold, how sheets are split, and what comes back from somebody.
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
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

  const styles = `<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="49"/></cellXfs></styleSheet>`
  const withStyles = (parts: Readonly<Record<string, string>>) => ({
    ...parts,
    "xl/styles.xml": styles,
    "xl/_rels/workbook.xml.rels": (parts["xl/_rels/workbook.xml.rels"] ?? "").replace(
      "</Relationships>",
      `<Relationship Id="rId3" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    ),
  })
  const withStrings = (strings: string, cells: string) => ({
    ...partsOf(row(cells)),
    "xl/sharedStrings.xml": `<sst xmlns="${main}">${strings}</sst>`,
  })
  const strict = (parts: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(parts).map(([name, text]) => [
        name,
        text
          .replaceAll(relations, "http://purl.oclc.org/ooxml/officeDocument/relationships")
          .replaceAll(main, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
      ]),
    )
  const phonetic = `<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>`
  const forms: Readonly<Record<string, [Readonly<Record<string, string>>, ReadonlyArray<string>]>> = {
    "blanks and line breaks that are kept": [
      withStrings(
        `<si><t xml:space="preserve">  a  b </t></si><si><t>c&#10;d_x000D_&amp;</t></si>`,
        `<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>`,
      ),
      ["  a  b ", "c\nd\r&"],
    ],
    "how a name is spoken beside it": [withStrings(phonetic, `<c r="A1" t="s"><v>0</v></c>`), ["東京"]],
    "texts inside of the sheet": [
      partsOf(
        row(
          `<c r="A1" t="inlineStr"><is><t>keep</t></is></c><c r="B1" t="inlineStr"><is><r><t>so</t></r><r><rPr><b/></rPr><t xml:space="preserve"> me</t></r></is></c>`,
        ),
      ),
      ["keep", "so me"],
    ],
    "dates as numbers that a style makes dates": [
      withStyles(
        partsOf(
          row(`<c r="A1" s="1"><v>46387</v></c><c r="B1" s="2"><v>46387.5</v></c><c r="C1" s="3"><v>46387</v></c>`),
        ),
      ),
      ["2026-12-31T00:00:00.000Z", "2026-12-31T12:00:00.000Z", "46387"],
    ],
    "dates that are counted from 1904": [
      {
        ...withStyles(partsOf(row(`<c r="A1" s="1"><v>44925</v></c>`))),
        "xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${relations}"><workbookPr date1904="1"/><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      },
      ["2026-12-31T00:00:00.000Z"],
    ],
    "one formula for several cells": [
      partsOf(
        row(
          `<c r="A1" t="str"><f t="shared" ref="A1:B1" si="0">"keep"</f><v>keep</v></c><c r="B1" t="str"><f t="shared" si="0"/><v>keep</v></c>`,
        ),
      ),
      ['="keep"', "="],
    ],
    "an error for a value, and cells with a style alone": [
      partsOf(row(`<c r="A1" t="e"><v>#N/A</v></c><c r="B1" s="0"/><c r="C1"><v>1E5</v></c>`)),
      ["#N/A", "", "100000"],
    ],
    "the names of the strict form": [
      strict(partsOf(row(`<c r="A1" t="s"><v>0</v></c><c r="B1" t="d"><v>2026-12-31</v></c>`))),
      ["keep", "2026-12-31"],
    ],
  }

  it.live.each(Object.entries(forms))("is read where Excel wrote %s", ([, [parts, cells]]) =>
    Effect.gen(function* () {
      const [sheet] = yield* readingParts(parts)
      assert.deepStrictEqual(sheet?.rows, [{ line: 1, cells }])
    }),
  )

  it.live("is read as LibreOffice saved it", () =>
    Effect.gen(function* () {
      // LibreOffice 7.4 opened a workbook that `written(rows)` made, filled in the first two columns, and saved it as xlsx.
      const [sheet] = yield* readSheets(fileURLToPath(new URL("./libreoffice.xlsx", import.meta.url)))
      assert.strictEqual(sheet?.name, "Q4  ada bob")
      const filled = back.map(({ line, cells: [, , name = ""] }) => ({
        line,
        // LibreOffice escapes the first of two codes that share an underscore alone, so what it saves is another text.
        cells: [line % 2 === 0 ? "remove" : "keep", `on line ${line}`, name.replace("_x0041_x0042_", "_x0041B")],
      }))
      assert.deepStrictEqual(sheet?.rows.slice(1), filled)
    }),
  )
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
