// What becomes of names that someone chose with bad intent, or in another script.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import stringWidth from "string-width"
import { batches } from "../src/render/batches.ts"
import { csvLine } from "../src/render/csv.ts"
import { escapeControls, escapeLines, safeJson } from "../src/render/escapeControls.ts"
import { markdownHead, markdownLine } from "../src/render/markdown.ts"
import type { TableStyle } from "../src/render/table.ts"
import { layTable } from "../src/render/table.ts"

describe("text for a terminal", () => {
  it("has no character left that a terminal acts on", () => {
    assert.strictEqual(escapeControls("\u001b]0;owned\u0007"), "\\u001b]0;owned\\u0007")
    assert.strictEqual(escapeControls("a\nb\tc\rd"), "a\\nb\\tc\\rd")
    assert.strictEqual(escapeControls("\u009b31mred"), "\\u009b31mred")
  })

  it("shows bidirectional overrides instead of obeying them", () => {
    assert.strictEqual(escapeControls("user\u202egpj.exe"), "user\\u202egpj.exe")
    assert.strictEqual(escapeControls("\u2066a\u2069\u200f"), "\\u2066a\\u2069\\u200f")
  })

  it("leaves scripts and emoji as they are", () => {
    for (const name of ["Ünïcödé", "山田太郎", "فاطمة", "👩🏽‍🚀", "क्‍ष"]) assert.strictEqual(escapeControls(name), name)
  })

  it("shows halves of characters", () => {
    assert.strictEqual(escapeControls("a\ud800b"), "a\\ud800b")
  })

  it("keeps the line breaks that are ours", () => {
    assert.strictEqual(escapeLines("one\ntwo\u001b"), "one\ntwo\\u001b")
  })
})

describe("JSON", () => {
  it("reads back as the same text and holds nothing that a terminal acts on", () => {
    const value = { name: "a\u001b\u009b\u202e\u007f\n", list: [1] }
    for (const json of [safeJson(value), safeJson(value, 2)]) {
      assert.deepStrictEqual(JSON.parse(json), value)
      // oxlint-disable-next-line no-control-regex
      assert.notMatch(json.replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f\u202e]/)
    }
  })
})

describe("CSV", () => {
  it("quotes what needs quotes", () => {
    assert.strictEqual(
      csvLine(["plain", "a,b", 'say "hi"', "two\nlines", ""]),
      'plain,"a,b","say ""hi""","two\nlines",',
    )
  })

  it("keeps spreadsheets from running names as formulas", () => {
    const signs = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM(A1)"]
    const blanks = ["", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\ufeff", "\u200b", "\u0000"]
    for (const formula of blanks.flatMap((blank) => signs.map((sign) => blank + sign))) {
      assert.strictEqual(csvLine([formula]), `"'${formula}"`)
    }
    for (const begin of ["\n", "\r", "\t"]) assert.strictEqual(csvLine([`${begin}x`]), `"'${begin}x"`)
  })

  it("leaves names alone that no spreadsheet runs", () => {
    for (const name of ["-", " Ada", "Ada = Bob", "a-b", "1+1", "", "ada@example.com"]) {
      assert.strictEqual(csvLine([name]), name)
    }
  })
})

describe("Markdown", () => {
  it("keeps a name within its cell", () => {
    assert.deepStrictEqual(markdownHead(["ID", "Name"]), ["| ID | Name |", "|---|---|"])
    assert.strictEqual(markdownLine(["a|b", "<b>\n`x`"]), "| a\\|b | \\<b\\>\\\\n\\`x\\` |")
  })
})

const tableLines = (
  titles: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  style: TableStyle,
): ReadonlyArray<string> => {
  const table = layTable(titles, rows, style)
  return [table.head, ...rows.map(table.line)]
}

describe("a batch of records", () => {
  const batchesOf = (records: ReadonlyArray<string>) =>
    Stream.runCollect(batches(3, (record: string) => record.length)(Stream.fromIterable(records)))

  it.effect("ends when it holds enough of them, or enough text", () =>
    Effect.gen(function* () {
      const long = "x".repeat(1024 * 1024)
      assert.deepStrictEqual(yield* batchesOf(["a", "b", "c", "d", long, "e"]), [["a", "b", "c"], ["d", long], ["e"]])
      assert.deepStrictEqual(yield* batchesOf([]), [])
    }),
  )
})

describe("a table", () => {
  const rows = [
    ["U1", "Ada"],
    ["U2", "山田太郎"],
  ]

  it("lines up columns by the width on screen", () => {
    assert.deepStrictEqual(
      tableLines(
        ["ID", "Name", "Type"],
        rows.map((row) => [...row, "user"]),
        { color: false },
      ),
      ["ID  Name      Type", "U1  Ada       user", "U2  山田太郎  user"],
    )
  })

  it("fits the terminal by cutting the widest column", () => {
    const lines = tableLines(
      ["ID", "Name", "Description"],
      [
        ["U1", "Ada", "x".repeat(200)],
        ["U2", "山".repeat(40), "short"],
      ],
      { width: 60, color: false },
    )
    for (const line of lines) assert.isAtMost(stringWidth(line), 60)
    assert.match(lines[1] ?? "", /x…$/)
    assert.match(lines[2] ?? "", /山…/)
  })

  it("is not cut where there is no terminal", () => {
    const [, line] = tableLines(["ID", "Name"], [["U1", "x".repeat(10_000)]], { color: false })
    assert.strictEqual(line?.length, 10_004)
  })

  it("is not made wider than a line can be read for one long name", () => {
    const people = [
      ["x".repeat(10_000), "1"],
      ["ada", "2"],
    ]
    const [head, , line] = tableLines(["Name", "N"], people, { color: false })
    assert.deepStrictEqual([head?.length, line?.length], [203, 203])
  })

  it("cuts a name of a million marks on one letter", () => {
    const { line } = layTable(["Name", "N"], [], { width: 40, color: false })
    assert.strictEqual(line([`a${"\u0301".repeat(1_000_000)}`, "1"]), "…     1")
  })

  it("takes rows that come later: cut on a terminal, whole elsewhere", () => {
    const wide = "x".repeat(50)
    assert.isAtMost(
      layTable(["ID", "Name"], [["U1", "Ada"]], { width: 40, color: false }).line(["U2", wide]).length,
      40,
    )
    assert.strictEqual(layTable(["ID", "Name"], [["U1", "Ada"]], { color: false }).line(["U2", wide]), `U2  ${wide}`)
  })

  it("escapes names", () => {
    const [, line] = tableLines(["Name"], [["a\u001b[2Jb"]], { color: true })
    assert.strictEqual(line, "a\\u001b[2Jb")
  })
})
