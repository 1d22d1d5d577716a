// A table of names that someone chose with bad intent, or in another script.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import stringWidth from "string-width"
import { beforeAll } from "vitest"
import { cellWidth, readyFor } from "../src/render/cellWidth.ts"
import type { TableStyle } from "../src/render/printListing.ts"
import { layTable } from "../src/render/printListing.ts"

it("the width of a text is what string-width measures, also of letters that it is not asked about", () => {
  for (let code = 0x20; code < 0x3000; code++) {
    const text = `a${String.fromCharCode(code)}b`
    assert.strictEqual(cellWidth(text), stringWidth(text), code.toString(16))
  }
})

beforeAll(() => Effect.runPromise(readyFor(["山"])))

const tableLines = (
  titles: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  style: TableStyle,
): ReadonlyArray<string> => {
  const table = layTable(
    titles.map((title) => ({ title })),
    rows,
    style,
  )
  return [table.head, ...rows.map(table.line)]
}

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
    const { line } = layTable([{ title: "Name" }, { title: "N" }], [], { width: 40, color: false })
    assert.strictEqual(line([`a${"\u0301".repeat(1_000_000)}`, "1"]), "…     1")
  })

  it("takes rows that come later: cut on a terminal, whole elsewhere", () => {
    const wide = "x".repeat(50)
    assert.isAtMost(
      layTable([{ title: "ID" }, { title: "Name" }], [["U1", "Ada"]], { width: 40, color: false }).line(["U2", wide])
        .length,
      40,
    )
    assert.strictEqual(
      layTable([{ title: "ID" }, { title: "Name" }], [["U1", "Ada"]], { color: false }).line(["U2", wide]),
      `U2  ${wide}`,
    )
  })

  it("escapes names", () => {
    const [, line] = tableLines(["Name"], [["a\u001b[2Jb"]], { color: true })
    assert.strictEqual(line, "a\\u001b[2Jb")
  })
})
