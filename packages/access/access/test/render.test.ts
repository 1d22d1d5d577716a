// What becomes of names that someone chose with bad intent, or in another script; and how records become text.
import { assert, describe, it } from "@effect/vitest"
import { JsonBytes } from "@rollcall/c1-protocol"
import { Effect, Stream } from "effect"
import type { Listing, ListingOptions } from "../src/render/index.ts"
import {
  batches,
  csvLine,
  escapeControls,
  escapeLines,
  markdownHead,
  markdownLine,
  renderListing,
  safeJson,
} from "../src/render/index.ts"

describe("JSON that is copied from stored bytes", () => {
  it("is escaped as any JSON, character by character", () => {
    const json = new JsonBytes((value) => safeJson(value))
    const characters = Array.from({ length: 0x1_1000 }, (_, code) => String.fromCodePoint(code))
    const others = characters.filter((text) => {
      const bytes = Buffer.from(text.toWellFormed())
      json.text(bytes, 0, bytes.length)
      return Buffer.from(json.take()).toString() !== safeJson(text.toWellFormed())
    })
    assert.deepStrictEqual(others, [])
  })
})

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

interface Person {
  readonly id: string
  readonly name: string
}

const people: Listing<Person> = {
  name: "people",
  columns: [
    { title: "ID", value: (person) => person.id },
    { title: "Name", value: (person) => person.name },
  ],
  json: Effect.succeed,
}
const two: ReadonlyArray<Person> = [
  { id: "U1", name: "Ada, \u001bByron" },
  { id: "U2", name: "Bob" },
]
const textOf = (options: ListingOptions, records = two) =>
  Effect.map(Stream.runCollect(renderListing(people, Stream.fromIterable(records), options)), (text) => text.join(""))

describe("a listing", () => {
  it.effect("is CSV with names as they are, or with controls escaped for a terminal", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* textOf({ format: "csv" }), 'ID,Name\r\nU1,"Ada, \u001bByron"\r\nU2,Bob\r\n')
      const forTerminal = yield* textOf({ format: "csv", escapeControls: true })
      assert.strictEqual(forTerminal, 'ID,Name\r\nU1,"Ada, \\u001bByron"\r\nU2,Bob\r\n')
    }),
  )

  it.effect("is a table in Markdown with controls escaped", () =>
    Effect.gen(function* () {
      const lines = ["| ID | Name |", "|---|---|", "| U1 | Ada, \\\\u001bByron |", "| U2 | Bob |", ""]
      assert.strictEqual(yield* textOf({ format: "markdown" }), lines.join("\n"))
    }),
  )

  it.effect("is a JSON object with a record a line after the members that go next to them", () =>
    Effect.gen(function* () {
      const text = yield* textOf({ format: "json", members: { note: "a" } })
      assert.deepStrictEqual(JSON.parse(text), { note: "a", people: two })
      assert.lengthOf(text.trimEnd().split("\n"), 4)
      assert.deepStrictEqual(JSON.parse(yield* textOf({ format: "json" }, [])), { people: [] })
    }),
  )

  it.effect("is one JSON record a line as ndjson, and nothing where there is no record", () =>
    Effect.gen(function* () {
      const lines = (yield* textOf({ format: "ndjson" })).trimEnd().split("\n")
      assert.deepStrictEqual(
        lines.map((line): unknown => JSON.parse(line)),
        [...two],
      )
      assert.strictEqual(yield* textOf({ format: "ndjson" }, []), "")
    }),
  )

  it.effect("writes each line of CSV as if it stood alone, whatever stands above it", () =>
    Effect.gen(function* () {
      const rows = ["=a", "b", "b", "=a", "c,d", "c,d", "", 'x"y', 'x"y', "b"].map((name, at) => [`U${at % 3}`, name])
      const listing: Listing<ReadonlyArray<string>> = {
        name: "rows",
        columns: ["ID", "Name"].map((title, column) => ({ title, value: (row) => row[column] ?? "" })),
        json: () => Effect.succeed({}),
      }
      const text = yield* Stream.mkString(renderListing(listing, Stream.fromIterable(rows), { format: "csv" }))
      assert.deepStrictEqual(text.split("\r\n").slice(1, -1), rows.map(csvLine))
    }),
  )

  it.effect.each(["csv", "markdown", "json", "ndjson"] as const)(
    "comes as its records do, so that it can be read without end: %s",
    (format) =>
      Effect.gen(function* () {
        let taken = 0
        const endless = Stream.map(Stream.range(0, Number.POSITIVE_INFINITY), (at): Person => {
          taken += 1
          return { id: `U${at}`, name: "x".repeat(1000) }
        })
        const pieces = yield* Stream.runCollect(Stream.take(renderListing(people, endless, { format }), 3))
        assert.lengthOf(pieces, 3)
        assert.isBelow(taken, 10_000)
      }),
  )
})
