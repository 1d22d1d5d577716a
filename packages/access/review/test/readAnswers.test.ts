// Whatever kind of file answers come in, they are the same answers; and a file of no such kind is refused.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { readSheets, writeSheet } from "@rollcall/export"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import type { DecisionFile } from "../src/index.ts"
import {
  assignItems,
  campaignKey,
  importAnswers,
  openCampaign,
  reviewerItems,
  sheetColumns,
  campaignMark,
  startCampaign,
  writeTables,
} from "../src/index.ts"
import { answerRows } from "../src/answerRows.ts"
import { unzip, zipped } from "./campaigns.ts"
import { syncOffice } from "./syncOffice.ts"
import { requestOf } from "./office.ts"
import { fileOf, tableOf } from "./tables.ts"

const boss = "boss@example.com"
const keep = { Decision: "keep", Comment: "as before" }

const begun = Effect.fnUntraced(function* () {
  const folder = yield* scratchFolder("review")
  yield* syncOffice(join(folder, "sync.c1z"))
  yield* startCampaign(requestOf(folder))
  const campaign = yield* openCampaign(join(folder, "campaign"))
  return { folder, campaign, path: campaign.folder.path }
})

/** What a reviewer's page saves. */
const pageFile = Effect.fnUntraced(function* (
  folder: string,
  change: (file: DecisionFile) => unknown = (same) => same,
) {
  const campaign = yield* openCampaign(join(folder, "campaign"))
  const { items, reviewer, columns } = reviewerItems(campaign, yield* campaignKey(campaign), boss)
  const file: DecisionFile = {
    format: "rollcall-decisions",
    version: 1,
    reviewer: reviewer.email,
    columns,
    items: items.map(({ item, code, shown }) => ({
      item,
      code,
      shown,
      decision: item === 3 ? "remove" : "",
      comment: "",
    })),
  }
  const path = join(folder, "decisions.json")
  writeFileSync(path, JSON.stringify(change(file)))
  return path
})

describe("what a reviewer is asked", () => {
  it.live("is all that is shown of each item, its code, and which decisions need a comment", () =>
    Effect.gen(function* () {
      const { campaign } = yield* begun()
      const asked = reviewerItems(campaign, yield* campaignKey(campaign), boss)
      assert.deepStrictEqual(asked.campaign, {
        id: campaign.log.id,
        name: "2026-Q4",
        mark: campaignMark(campaign),
        workspace: "Acme",
      })
      assert.deepStrictEqual(asked.reviewer, { email: boss, name: "Boss", role: "CISO" })
      const [first, , third] = asked.items
      const shown = Object.fromEntries(asked.columns.map((title, at) => [title, first?.shown[at]]))
      assert.deepInclude(shown, {
        Account: "ada",
        "E-mail": "ada@example.com",
        Access: "Owner role",
        On: "Owner (Role)",
        Privileged: "yes",
        "2FA": "off",
      })
      assert.deepStrictEqual([first?.commentFor, third?.commentFor], [["keep", "change"], ["change"]])
    }),
  )

  it.live("stands in the tables too, a part in each where there is more than one holds", () =>
    Effect.gen(function* () {
      const { campaign } = yield* begun()
      const tables = yield* writeTables(campaign, boss, "xlsx", { items: 4 })
      const counts = (some: typeof tables) => some.map(({ items }) => items)
      assert.deepStrictEqual(counts(tables), [4, 2])
      const three = reviewerItems(campaign, yield* campaignKey(campaign), boss).items.slice(0, 3)
      const bytes = three.reduce((sum, item) => sum + Buffer.byteLength(JSON.stringify(item)), 0)
      const firstOf = (most: number) =>
        Effect.map(writeTables(campaign, boss, "csv", { bytes: most }), ([first]) => first?.items)
      assert.deepStrictEqual([yield* firstOf(bytes), yield* firstOf(bytes - 1)], [3, 2])
      assert.deepStrictEqual(counts(yield* writeTables(campaign, boss, "html", { bytes: 1 })), [1, 1, 1, 1, 1, 1])
      const [sheet] = yield* readSheets(tables[1]?.path ?? "")
      const at = sheet?.rows[0]?.cells.indexOf("Item") ?? -1
      const items = sheet?.rows.slice(1).map(({ cells }) => cells[at])
      assert.deepStrictEqual(items, ["5", "6"])
    }),
  )
})

describe("a workbook", () => {
  it.live(
    "tells until when it is wanted and what needs a comment, at its tab, in its cells and on a sheet of its own",
    () =>
      Effect.gen(function* () {
        const { campaign } = yield* begun()
        const [table] = yield* writeTables(campaign, boss, "xlsx")
        const [sheet, about] = yield* readSheets(table?.path ?? "")
        assert.strictEqual(sheet?.name, "Due 2026-12-31, 2026-Q4")
        const [head, first, , third] = sheet?.rows ?? []
        assert.deepStrictEqual(head?.cells.slice(0, 6), [
          "Decision",
          "Comment",
          "Comment Needed For",
          "Account",
          "E-mail",
          "Privileged",
        ])
        assert.deepStrictEqual([first?.cells[2], first?.cells[5], third?.cells[2]], ["keep, change", "yes", "change"])
        assert.isFalse(head?.cells.some((title) => title.startsWith("Since") || title === "Decided Then"))
        assert.includeDeepMembers(about?.rows.map(({ cells }) => cells) ?? [], [
          ["Review", "2026-Q4"],
          ["Due", "2026-12-31"],
          ["Reviewer", "Boss, boss@example.com, CISO"],
        ])
        const xml = String((yield* Effect.promise(() => unzip(table?.path ?? ""))).get("xl/worksheets/sheet1.xml"))
        assert.match(xml, /promptTitle="Due on 2026-12-31" prompt="2026-Q4: choose a decision\. A comment is needed/u)
      }),
  )
})

describe("answers", () => {
  it.live("are the same from a workbook, a table with semicolons and the file of a page", () =>
    Effect.gen(function* () {
      const { folder, campaign, path } = yield* begun()
      const rows = yield* tableOf(campaign, boss, { 1: keep })
      const workbook = join(folder, "filled.xlsx")
      const [head, ...filled] = yield* tableOf(campaign, boss, { 2: keep })
      yield* writeSheet(workbook, {
        title: "Answers",
        columns: head?.cells.map((title) => ({ title })) ?? [],
        rows: filled.map(({ cells }) => cells),
      })
      yield* importAnswers(path, [fileOf(folder, "filled.csv", rows, ";")])
      yield* importAnswers(path, [workbook])
      yield* importAnswers(path, [yield* pageFile(folder)])
      const { answers } = yield* openCampaign(path)
      assert.deepStrictEqual(
        [...answers.values()].map(({ item, decision, comment }) => [item, decision, comment]),
        [
          [1, "keep", "as before"],
          [2, "keep", "as before"],
          [3, "remove", ""],
        ],
      )
    }),
  )

  it.live("are taken from a workbook that LibreOffice saved", () =>
    Effect.gen(function* () {
      // LibreOffice 7.4 opened the table of such a campaign, filled in Decision and Comment, and saved it as xlsx. Each campaign has a
      // key of its own, so the codes of this one take the places of those of that one.
      const { folder, campaign, path } = yield* begun()
      const parts = yield* Effect.promise(() => unzip(fileURLToPath(new URL("./libreoffice.xlsx", import.meta.url))))
      const codes = reviewerItems(campaign, yield* campaignKey(campaign), boss).items.map(({ code }) => code)
      let given = 0
      const strings = String(parts.get("xl/sharedStrings.xml")).replaceAll(
        />c[0-9a-f]{31}</gu,
        () => `>${codes[given++] ?? ""}<`,
      )
      assert.strictEqual(given, codes.length)
      parts.set("xl/sharedStrings.xml", Buffer.from(strings))
      const saved = join(folder, "saved.xlsx")
      yield* Effect.promise(() => zipped(saved, parts))
      yield* importAnswers(path, [saved])
      const { answers } = yield* openCampaign(path)
      assert.deepStrictEqual(
        [...answers.values()].map(({ item, decision, comment }) => [item, decision, comment]),
        codes.map((_, at) => [at + 1, at % 2 === 0 ? "remove" : "keep", `on line ${at + 2}`]),
      )
    }),
  )

  it.live.each([
    [
      "whose shown text was altered",
      (file: DecisionFile) => ({
        ...file,
        items: file.items.map((asked) => ({ ...asked, shown: ["x", ...asked.shown.slice(1)] })),
      }),
      /no row of it fits/,
    ],
    [
      "that lacks a column",
      (file: DecisionFile) => ({ ...file, columns: file.columns.slice(1) }),
      /lacks the columns Account/,
    ],
    [
      "of another version",
      (file: DecisionFile) => ({ ...file, version: 2 }),
      /no file that a reviewer's page has saved/,
    ],
  ] as const)("of a page %s are refused", ([, change, says]) =>
    Effect.gen(function* () {
      const { folder, path } = yield* begun()
      const error = yield* Effect.flip(importAnswers(path, [yield* pageFile(folder, change)]))
      assert.strictEqual(error.kind, "unreadable")
      assert.match(error.message, says)
    }),
  )

  it.live("in a file of no known kind, in another encoding or in none at all are refused with what to do", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* begun()
      const latin = join(folder, "latin.csv")
      writeFileSync(latin, Buffer.from("Decision,Gr\u00fc\u00dfe\n", "latin1"))
      const text = join(folder, "text.txt")
      writeFileSync(text, "Decision\n")
      const page = join(folder, "page.html")
      writeFileSync(page, "<!doctype html>")
      const wrong = [
        [latin, "unreadable", /it is not in UTF-8/],
        [page, "unreadable", /page\.html is a reviewer's page, which holds no decisions/],
        [text, "unreadable", /ends with none of \.xlsx, \.csv, \.json/],
        [join(folder, "nothing.csv"), "configuration", /no such file/],
        [folder, "unreadable", /cannot be read/],
      ] as const
      for (const [file, kind, says] of wrong) {
        const error = yield* Effect.flip(importAnswers(path, [file]))
        assert.strictEqual(error.kind, kind, file)
        assert.match(error.message, says)
      }
    }),
  )

  it.live("stand in the table alone, whatever other sheets the workbook has", () =>
    Effect.sync(() => {
      const titles = sheetColumns(["Account"])
      const cells = titles.map((title) => (title === "Item" ? "7" : title === "Decision" ? "keep" : ""))
      const table = {
        name: " sheet Review",
        rows: [
          { line: 1, cells: titles },
          { line: 2, cells },
        ],
      }
      const expected = { campaign: "2026-Q4 (1)", columns: ["Account"] }
      const notes = { name: " sheet notes", rows: [{ line: 1, cells: ["ask Bob"] }] }
      const read = answerRows([notes, table], expected).map((row) => ("problem" in row ? row.problem : row.item))
      assert.deepStrictEqual(read, [7])
      assert.match(JSON.stringify(answerRows([notes], expected)), /sheet notes: it is no reviewer's table/)
    }),
  )

  it.live("that were imported before change nothing, also when their items are somebody else's since", () =>
    Effect.gen(function* () {
      const { folder, campaign, path } = yield* begun()
      const file = fileOf(folder, "1.csv", yield* tableOf(campaign, boss, { 1: keep, 3: keep }))
      yield* importAnswers(path, [file])
      yield* assignItems(path, [1], { email: "max@example.com", name: "Max", role: "" }, "away")
      const before = readFileSync(campaign.folder.log)
      const again = yield* importAnswers(path, [file])
      assert.deepInclude(again.files[0], { known: true, reviewer: boss, answers: 2 })
      assert.deepStrictEqual(readFileSync(campaign.folder.log), before)
    }),
  )
})
