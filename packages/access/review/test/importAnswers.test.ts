// What reviewers send back counts whole or not at all, and only as it was given out.
import { copyFileSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { decisionTable } from "../src/decisionTable.ts"
import { reportOf } from "../src/evidenceReport.ts"
import { campaignStatus, importAnswers, openCampaign, startCampaign } from "../src/index.ts"
import { syncOffice } from "./syncOffice.ts"
import { requestOf, reviewersOf } from "./office.ts"
import type { Filled } from "./tables.ts"
import { fileOf, tableOf } from "./tables.ts"

const boss = "boss@example.com"
const reviewers = reviewersOf("group:it,lead@example.com,Lead,", `all,${boss},Boss,CISO`)

const campaignIn = Effect.fnUntraced(function* (folder: string, name = "campaign") {
  yield* startCampaign({ ...requestOf(folder), folder: join(folder, name), name, reviewers })
  return yield* openCampaign(join(folder, name))
})

const begun = Effect.fnUntraced(function* () {
  const folder = yield* scratchFolder("review")
  yield* syncOffice(join(folder, "sync.c1z"))
  return { folder, campaign: yield* campaignIn(folder) }
})

const keep = { Decision: "keep", Comment: "as before" }

describe("answers", () => {
  it.live("are recorded with reviewer, role, file and who gave it, and the file is kept", () =>
    Effect.gen(function* () {
      const { folder, campaign } = yield* begun()
      const rows = yield* tableOf(campaign, boss, {
        1: keep,
        3: { Decision: "Remove" },
        4: { Decision: "disable the account" },
      })
      const file = fileOf(folder, "boss.csv", rows)
      const { files } = yield* importAnswers(campaign.folder.path, [file], { receivedFrom: "mail of 1 December" })
      assert.deepInclude(files[0], { reviewer: boss, answers: 3, undecided: 1, late: false, known: false })
      const after = yield* openCampaign(campaign.folder.path)
      assert.deepStrictEqual(
        [...after.answers.values()].map(({ item, decision, role }) => [item, decision, role]),
        [
          [1, "keep", "CISO"],
          [3, "remove", "CISO"],
          [4, "disable", "CISO"],
        ],
      )
      const event = after.log.lines.at(-1)?.event
      assert.strictEqual(event?._tag === "imported" ? event.receivedFrom : "", "mail of 1 December")
      const kept = event?._tag === "imported" ? (event.files[0]?.file.sha256 ?? "") : ""
      assert.strictEqual(readFileSync(join(after.folder.imports, `${kept}.csv`), "utf8"), readFileSync(file, "utf8"))
    }),
  )

  it.live("change nothing when the same file comes again, and are replaced by those of a later one", () =>
    Effect.gen(function* () {
      const { folder, campaign } = yield* begun()
      const { path } = campaign.folder
      const first = fileOf(folder, "1.csv", yield* tableOf(campaign, boss, { 3: { Decision: "remove" } }))
      const second = fileOf(folder, "2.csv", yield* tableOf(campaign, boss, { 3: { Decision: "keep" } }))
      assert.deepInclude((yield* importAnswers(path, [first])).files[0], { overrides: [], replaces: [] })
      assert.deepInclude((yield* importAnswers(path, [second])).files[0], {
        overrides: [{ item: 3, from: "remove", to: "keep" }],
        replaces: ["1.csv"],
      })
      copyFileSync(first, join(folder, "again.csv"))
      const again = yield* importAnswers(path, [join(folder, "again.csv")])
      assert.deepInclude(again.files[0], { known: true, replaced: 1, replacedBy: ["2.csv"] })
      assert.deepInclude((yield* importAnswers(path, [second])).files[0], { known: true, replaced: 0 })
      const after = yield* openCampaign(path)
      assert.strictEqual(after.answers.get(3)?.decision, "keep")
      assert.strictEqual(after.log.lines.filter(({ event }) => event._tag === "imported").length, 2)
    }),
  )

  it.live("are told with how they came, or that nobody has stated it", () =>
    Effect.gen(function* () {
      const { folder, campaign } = yield* begun()
      const { path } = campaign.folder
      const [first, second] = [
        fileOf(folder, "1.csv", yield* tableOf(campaign, boss, { 1: keep })),
        fileOf(folder, "2.csv", yield* tableOf(campaign, boss, { 3: keep })),
      ]
      yield* importAnswers(path, [first], { receivedFrom: "mail of 1 December" })
      yield* importAnswers(path, [second])
      const after = yield* openCampaign(path)
      const [head = "", ...rows] = decisionTable(after).split("\r\n")
      assert.include(head, ",Received,Received From,Imported By,")
      assert.include(rows[0] ?? "", ",mail of 1 December,")
      assert.include(rows[2] ?? "", ",not stated,")
      const now = "2026-12-01T00:00:00Z"
      const report = reportOf(after, campaignStatus(after, now), now, undefined)
      assert.match(report, /\| 1\.csv \|.*\| mail of 1 December \|/)
      assert.match(report, /\| 2\.csv \|.*\| not stated \|/)
    }),
  )

  it.live("have codes that no spreadsheet takes for a formula, a number or a date", () =>
    Effect.gen(function* () {
      const { campaign } = yield* begun()
      const [head, ...rows] = yield* tableOf(campaign, boss, {})
      const at = head?.cells.indexOf("Code") ?? -1
      for (const { cells } of rows) assert.match(cells[at] ?? "", /^c[0-9a-f]{31}$/u)
    }),
  )

  it.live("stay genuine when a spreadsheet changes blanks, apostrophes and the order of columns and rows", () =>
    Effect.gen(function* () {
      const { folder, campaign } = yield* begun()
      const [head, ...rows] = yield* tableOf(campaign, boss, { 1: keep })
      const turned = [head, ...rows.toReversed()].flatMap((row) =>
        row === undefined
          ? []
          : [{ ...row, cells: row.cells.map((cell) => (cell === "" ? cell : ` ${cell}  `)).toReversed() }],
      )
      yield* importAnswers(campaign.folder.path, [fileOf(folder, "turned.csv", turned)])
      assert.strictEqual((yield* openCampaign(campaign.folder.path)).answers.size, 1)
    }),
  )

  it.live.each<[string, Record<number, Filled>, RegExp]>([
    [
      "whose shown address was altered",
      { 1: { ...keep, "E-mail": "eve@example.com" } },
      /line 2: its code does not fit/,
    ],
    ["of another item", { 1: { ...keep, Item: "2" } }, /its code does not fit/],
    ["of an item that is none", { 1: { ...keep, Item: "99" } }, /line 2: it is about no item/],
    [
      "with a word that is no decision",
      { 1: { Decision: "yes" } },
      /line 2: "yes" is no decision; it can be keep, remove/,
    ],
    ["with a formula", { 3: { Decision: "keep", Comment: "=1+1" } }, /line 4: it holds a formula/],
    ["that keep an owner without a comment", { 1: { Decision: "keep" } }, /keeping a privileged role needs a comment/],
    ["that ask for a change without a comment", { 3: { Decision: "change" } }, /a change needs a comment/],
  ])("%s are refused with their line, and nothing of any file is recorded", ([, filled, says]) =>
    Effect.gen(function* () {
      const { folder, campaign } = yield* begun()
      const good = fileOf(
        folder,
        "good.csv",
        yield* tableOf(campaign, "lead@example.com", { 5: { Decision: "remove" } }),
      )
      const bad = fileOf(folder, "bad.csv", yield* tableOf(campaign, boss, filled))
      const error = yield* Effect.flip(importAnswers(campaign.folder.path, [good, bad]))
      assert.strictEqual(error._tag, "ReviewError")
      assert.match(error.message, says)
      assert.include(error.message, "bad.csv")
      assert.deepStrictEqual((yield* openCampaign(campaign.folder.path)).log.head, campaign.log.head)
    }),
  )

  it.live("of another reviewer, of another campaign, or twice in one import are refused", () =>
    Effect.gen(function* () {
      const { folder, campaign } = yield* begun()
      const { path } = campaign.folder
      const rows = yield* tableOf(campaign, boss, { 1: keep })
      const renamed = rows.map((row, at) =>
        at === 0 ? row : { ...row, cells: row.cells.map((cell) => (cell === boss ? "lead@example.com" : cell)) },
      )
      const foreign = yield* tableOf(yield* campaignIn(folder, "other"), boss, { 1: keep })
      for (const of of [renamed, foreign]) {
        const error = yield* Effect.flip(importAnswers(path, [fileOf(folder, "x.csv", of)]))
        assert.match(
          error.message,
          /^1 row or file cannot be used:\n.*x\.csv: no row of it fits: it is of another campaign or reviewer/,
        )
      }
      const twice = [fileOf(folder, "a.csv", rows), fileOf(folder, "b.csv", rows)]
      assert.match(
        (yield* Effect.flip(importAnswers(path, twice))).message,
        /b\.csv: 4 items of it stand in .*a\.csv too: import one/,
      )
      const doubled = [...rows, ...rows.slice(1, 2)].map(({ cells }, at) => ({ line: at + 1, cells }))
      const error = yield* Effect.flip(importAnswers(path, [fileOf(folder, "c.csv", doubled)]))
      assert.match(error.message, /c\.csv line 6: item 1 stands at .*c\.csv line 2 already/)
    }),
  )

  it.live("in a table that is no reviewer's are refused, with the columns that it lacks", () =>
    Effect.gen(function* () {
      const { folder, campaign } = yield* begun()
      const file = fileOf(folder, "x.csv", [{ line: 1, cells: ["Decision", "Item"] }])
      const error = yield* Effect.flip(importAnswers(campaign.folder.path, [file]))
      assert.match(error.message, /it lacks the columns Comment, .*Code/)
    }),
  )
})
