// What a page has saved is refused where it was altered, is somebody else's, or is no such file; and then nothing is recorded.
import { readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { SavedDecisions } from "../src/index.ts"
import { campaignMark, importAnswers, openCampaign } from "../src/index.ts"
import { office } from "@rollcall/test-kit/office"
import { reviewersOf } from "./office.ts"
import { campaignOf, pageFor } from "./pageOf.ts"

const boss = "boss@example.com"
const lead = "lead@example.com"
const two = { reviewers: reviewersOf(`group:it,${lead},Lea,`, `all,${boss},Boss,CISO`) }

/** What the page would save where its reviewer removes everything: made of the data that stands in the page. */
const savedIn = Effect.fnUntraced(function* (path: string, email: string) {
  const text = readFileSync(yield* pageFor(path, email), "utf8")
  const data = JSON.parse(/id="data">(?<json>.*?)<\/script>/su.exec(text)?.groups?.["json"] ?? "")
  const saved: SavedDecisions = {
    format: "rollcall-decisions",
    version: 1,
    reviewer: data.reviewer.email,
    columns: data.columns,
    items: data.items.map((item: SavedDecisions["items"][number]) => ({ ...item, decision: "remove", comment: "" })),
  }
  return saved
})

type Item = SavedDecisions["items"][number]
/** Changes the first item of a file. */
const first = (change: (item: Item) => Readonly<Record<string, unknown>>) => (saved: SavedDecisions) => ({
  ...saved,
  items: saved.items.map((item, at) => (at === 0 ? { ...item, ...change(item) } : item)),
})

describe("The file of a page", () => {
  it.live("is taken whole or in part, and kept as it came.", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* campaignOf(office, two)
      const saved = yield* savedIn(path, boss)
      const text = JSON.stringify({ ...saved, items: saved.items.slice(1, 3) })
      writeFileSync(join(folder, "some.json"), text)
      const { files } = yield* importAnswers(path, [join(folder, "some.json")])
      assert.deepInclude(files[0], { reviewer: boss, answers: 2, known: false })
      const { answers, log, folder: parts } = yield* openCampaign(path)
      assert.deepStrictEqual([...answers.keys()], [2, 3])
      const event = log.lines.at(-1)?.event
      const kept = event?._tag === "imported" ? (event.files[0]?.file.sha256 ?? "") : ""
      assert.strictEqual(readFileSync(join(parts.imports, `${kept}.json`), "utf8"), text)
    }),
  )

  it.live("of another campaign is refused as such, also where that showed other columns.", () =>
    Effect.gen(function* () {
      const [ours, theirs] = [yield* campaignOf(office, two), yield* campaignOf(office, two)]
      const saved = yield* savedIn(theirs.path, boss)
      const mark = campaignMark(yield* openCampaign(theirs.path))
      const file = join(ours.folder, "theirs.json")
      const shown = saved.items.map((item) => ({ ...item, shown: item.shown.slice(1) }))
      for (const items of [{}, { columns: saved.columns.slice(1), items: shown }]) {
        writeFileSync(file, JSON.stringify({ ...saved, campaign: mark, ...items }))
        const error = yield* Effect.flip(importAnswers(ours.path, [file]))
        assert.include(error.message, `it is from another campaign, ${mark}`)
      }
      writeFileSync(file, JSON.stringify({ ...saved, columns: saved.columns.slice(1), items: shown }))
      assert.match((yield* Effect.flip(importAnswers(ours.path, [file]))).message, /another campaign, or was altered/u)
    }),
  )

  it.live.each<readonly [string, (saved: SavedDecisions) => unknown, RegExp]>([
    [
      "with an altered code",
      first(({ code }) => ({ code: code.replace(/.$/u, "x") })),
      /item 1: its code does not fit/,
    ],
    [
      "with an altered address",
      first(({ shown }) => ({ shown: shown.with(1, "x@y") })),
      /item 1: its code does not fit/,
    ],
    ["with another item's number", first(() => ({ item: 2 })), /item 2: its code does not fit/],
    ["with an item that there is not", first(() => ({ item: 99 })), /item 99: it is about no item/],
    [
      "with an item twice",
      (saved) => ({ ...saved, items: [...saved.items, saved.items[0]] }),
      /item 1: item 1 stands at/,
    ],
    [
      "in another reviewer's name",
      (saved) => ({ ...saved, reviewer: lead }),
      /no row of it fits: it is of another campaign or reviewer/,
    ],
    ["without a comment that is asked for", first(() => ({ decision: "change" })), /item 1: a change needs a comment/],
    ["with a word that is no decision", first(() => ({ decision: "yes" })), /item 1: "yes" is no decision/],
    ["with a comment without end", first(() => ({ comment: "x".repeat(4001) })), /item 1: its comment is longer/],
    ["that is a draft", (saved) => ({ ...saved, format: "rollcall-draft" }), /cannot be used: it is a draft/],
    ["of a later version", (saved) => ({ ...saved, version: 2 }), /no file that a reviewer's page has saved/],
    ["with numbers for texts", first(() => ({ comment: 7 })), /no file that a reviewer's page/],
    ["of no item", (saved) => ({ ...saved, items: [] }), /it holds no row/],
    ["that is null", () => null, /no file that a reviewer's page has saved/],
  ])("%s is refused, and nothing is recorded.", ([, change, says]) =>
    Effect.gen(function* () {
      const { folder, campaign, path } = yield* campaignOf(office, two)
      writeFileSync(join(folder, "changed.json"), JSON.stringify(change(yield* savedIn(path, boss))))
      const error = yield* Effect.flip(importAnswers(path, [join(folder, "changed.json")]))
      assert.strictEqual(error.kind, "unreadable")
      assert.match(error.message, says)
      assert.include(error.message, "changed.json")
      assert.strictEqual((yield* openCampaign(path)).log.head, campaign.log.head)
    }),
  )

  it.live("of another campaign, without JSON in it, or that is too large is refused.", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* campaignOf(office, two)
      const other = yield* campaignOf(office, two)
      const wrong = [
        ["foreign.json", JSON.stringify(yield* savedIn(other.path, boss)), /no row of it fits/],
        ["text.json", "{", /no file that a reviewer's page has saved/],
        ["large.json", "{}", /more than 33554432 bytes/],
      ] as const
      for (const [name, text] of wrong) writeFileSync(join(folder, name), text)
      truncateSync(join(folder, "large.json"), 33_554_433)
      for (const [name, , says] of wrong) {
        assert.match((yield* Effect.flip(importAnswers(path, [join(folder, name)]))).message, says)
      }
    }),
  )
})
