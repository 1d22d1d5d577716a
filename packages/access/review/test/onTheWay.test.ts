// What happens between the start of a campaign and its close: other reviewers, more time, reminders, an earlier campaign.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import type { CampaignRequest } from "../src/index.ts"
import {
  assignItems,
  assignmentOf,
  campaignStatus,
  closeCampaign,
  extendCampaign,
  importAnswers,
  openCampaign,
  overdueRemovals,
  reminderOf,
  startCampaign,
  writeTables,
} from "../src/index.ts"
import { checkAnswers } from "../src/checkAnswers.ts"
import { meanings, memberOf, office, person } from "@rollcall/test-kit/office"
import { syncOffice } from "./syncOffice.ts"
import { requestOf, reviewersOf } from "./office.ts"
import { fileOf, tableOf } from "./tables.ts"

const boss = "boss@example.com"
const keep = { Decision: "keep", Comment: "as before" }

const begun = Effect.fnUntraced(function* (more: Partial<CampaignRequest> = {}) {
  const folder = yield* scratchFolder("review")
  yield* syncOffice(join(folder, "sync.c1z"))
  yield* startCampaign({ ...requestOf(folder), ...more })
  return { folder, path: join(folder, "campaign") }
})

const other = { email: "Max@example.com", name: "Max", role: "IT" }

describe("items that go to another reviewer", () => {
  it.live("are open again, and rows of the reviewer before count no more", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* begun()
      const before = yield* tableOf(yield* openCampaign(path), boss, { 1: keep, 3: keep })
      yield* importAnswers(path, [fileOf(folder, "1.csv", before)])
      yield* assignItems(path, [1], other, "away")
      const campaign = yield* openCampaign(path)
      assert.deepStrictEqual([...campaign.answers.keys()], [3])
      const later = yield* tableOf(campaign, boss, { 3: { ...keep, Comment: "still" } })
      const stale = [...before.slice(0, 2), ...later.slice(1)]
      const taken = yield* importAnswers(path, [fileOf(folder, "2.csv", stale)])
      assert.deepInclude(taken.files[0], { answers: 1, undecided: 4, assigned: [1] })
      assert.isUndefined((yield* openCampaign(path)).answers.get(1))
      const table = yield* tableOf(campaign, "max@example.com", { 1: keep })
      yield* importAnswers(path, [fileOf(folder, "3.csv", table)])
      const after = yield* openCampaign(path)
      assert.strictEqual(after.answers.get(1)?.role, "IT")
      assert.isUndefined(yield* checkAnswers(after, path))
    }),
  )

  it.live("do not go to whoever reviews them already, whose answers stay, and new reviewers are told", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* begun()
      yield* importAnswers(path, [
        fileOf(folder, "1.csv", yield* tableOf(yield* openCampaign(path), boss, { 1: keep })),
      ])
      const same = yield* Effect.flip(assignItems(path, [1, 2], { email: "BOSS@example.com" }, "again"))
      assert.include(same.message, "boss@example.com reviews these items already")
      const before = yield* openCampaign(path)
      assert.deepStrictEqual([...before.answers.keys()], [1])
      const moved = yield* assignItems(path, [1], other, "away")
      assert.deepStrictEqual(assignmentOf(before, moved), { dropped: [1], isNew: true })
      const later = yield* openCampaign(path)
      const more = yield* assignItems(path, [1, 2], other, "away")
      assert.deepStrictEqual([more.items, assignmentOf(later, more)], [[2], { dropped: [], isNew: false }])
    }),
  )

  it.live("are in a new table next to those that are answered already, which are filled in as they were", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* begun({ reviewers: reviewersOf("guests,max@example.com,Max,", `all,${boss},,`) })
      const guest = yield* tableOf(yield* openCampaign(path), "max@example.com", {
        4: { Decision: "disable the account" },
      })
      yield* importAnswers(path, [fileOf(folder, "1.csv", guest)])
      yield* assignItems(path, [1], other, "away")
      const [head, ...rows] = yield* tableOf(yield* openCampaign(path), "max@example.com", {})
      const of = (title: string) => rows.map(({ cells }) => cells[head?.cells.indexOf(title) ?? -1])
      assert.deepStrictEqual(
        [of("Item"), of("Decision")],
        [
          ["1", "4"],
          ["", "disable the account"],
        ],
      )
      // Sent again after the day, what was in time stays in time.
      yield* extendCampaign(path, "2020-01-01", "a mistake")
      const again = yield* tableOf(yield* openCampaign(path), "max@example.com", { 1: keep })
      yield* importAnswers(path, [fileOf(folder, "2.csv", again)])
      const { answers } = yield* openCampaign(path)
      assert.deepStrictEqual([answers.get(1)?.late, answers.get(4)?.late], [true, false])
    }),
  )

  it.live("keep the name and the role of a reviewer whom the campaign knows, also of one who had no item yet", () =>
    Effect.gen(function* () {
      const lines = reviewersOf(`all,${boss},Boss,CISO`, "guests,lea@example.com,Lea,Team lead")
      const { path } = yield* begun({ reviewers: lines })
      yield* assignItems(path, [1], other, "away")
      for (const email of ["lea@example.com", boss, other.email]) yield* assignItems(path, [1], { email }, "swap")
      const { reviewers, started } = yield* openCampaign(path)
      assert.deepStrictEqual(
        [...reviewers.values()].map(({ name, role }) => [name, role]),
        [
          ["Boss", "CISO"],
          ["Lea", "Team lead"],
          ["Max", "IT"],
        ],
      )
      assert.deepStrictEqual(
        started.reviewers.map(({ items }) => items),
        [6, 0],
      )
    }),
  )

  it.live.each([
    [
      "to their own account",
      [1],
      { ...other, email: "ada@example.com" },
      "away",
      /about the account of ada@example\.com/,
    ],
    ["to a name that is no address", [1], { ...other, email: "max" }, "away", /max is no e-mail address/],
    ["that there are not", [1, 99], other, "away", /no item 99/],
    ["without a reason", [1], other, " ", /There is no reason/],
  ] as const)("do not go %s", ([, items, to, reason, says]) =>
    Effect.gen(function* () {
      const { path } = yield* begun()
      const { head } = (yield* openCampaign(path)).log
      assert.match((yield* Effect.flip(assignItems(path, items, to, reason))).message, says)
      assert.strictEqual((yield* openCampaign(path)).log.head, head)
    }),
  )
})

describe("the time of a campaign", () => {
  it.live("marks answers as late that come after it was due, and none after it was extended", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* begun({ due: "2020-01-01" })
      const table = (at: string, item: number) =>
        Effect.flatMap(openCampaign(path), (campaign) =>
          Effect.map(tableOf(campaign, boss, { [item]: keep }), (rows) => fileOf(folder, at, rows)),
        )
      yield* importAnswers(path, [yield* table("1.csv", 1)])
      yield* extendCampaign(path, "2099-12-31", "holidays")
      yield* importAnswers(path, [yield* table("2.csv", 2)])
      const { answers } = yield* openCampaign(path)
      assert.deepStrictEqual([answers.get(1)?.late, answers.get(2)?.late], [true, false])
    }),
  )

  it.live("shows who is overdue, and what each is to be reminded of", () =>
    Effect.gen(function* () {
      const { path } = yield* begun({ due: "2026-12-31" })
      const campaign = yield* openCampaign(path)
      const [inTime] = campaignStatus(campaign, "2026-12-31T23:59:59Z").reviewers
      const status = campaignStatus(campaign, "2027-01-01T00:00:00Z")
      const [late] = status.reviewers
      assert.deepStrictEqual([inTime?.overdue, late?.overdue, late?.open], [0, 6, 6])
      assert.match(
        late === undefined ? "" : reminderOf(status, late),
        /^To: boss@example\.com\n.*\n\nHello Boss,\n.*were due on 2026-12-31/su,
      )
    }),
  )
})

describe("another date", () => {
  it.live("is one that differs, and after the close one of single removals", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* begun({ due: "2026-12-31" })
      const same = yield* Effect.flip(extendCampaign(path, "2026-12-31", "again"))
      assert.strictEqual(same.message, "The campaign is due on 2026-12-31 already.")
      const file = join(folder, "sync.c1z")
      yield* syncOffice(file)
      const abilities = { revokes: [], disables: false }
      yield* closeCampaign(path, { file, openItems: "remove", reason: "moved", abilities, reading: { meanings } })
      const removal = yield* Effect.flip(extendCampaign(path, "2026-12-31", "again", [1]))
      assert.strictEqual(removal.message, "The removal is due on 2026-12-31 already.")
      const whole = yield* Effect.flip(extendCampaign(path, "2027-01-31", "late"))
      assert.match(`${whole.message} ${"hint" in whole ? whole.hint : ""}`, /no more answers are due\. --items gives/)
      yield* extendCampaign(path, "2027-01-31", "late", [1, 2])
      const [first, , third] = overdueRemovals(yield* openCampaign(path), "2027-01-01T00:00:00Z")
      assert.deepStrictEqual(
        [first?.due, first?.daysOverdue, third?.due, third?.daysOverdue],
        ["2027-01-31", 0, "2026-12-31", 1],
      )
    }),
  )
})

describe("a campaign that was closed", () => {
  it.live("takes no answers, no other reviewers and no more time, and writes no tables", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* begun()
      const table = fileOf(folder, "1.csv", yield* tableOf(yield* openCampaign(path), boss, { 1: keep }))
      const file = join(folder, "sync.c1z")
      yield* syncOffice(file)
      const abilities = { revokes: [], disables: false }
      yield* closeCampaign(path, { file, openItems: "exception", reason: "moved", abilities, reading: { meanings } })
      for (const step of [
        importAnswers(path, [table]),
        assignItems(path, [1], other, "away"),
        Effect.flatMap(openCampaign(path), (campaign) => writeTables(campaign, boss, "csv")),
        extendCampaign(path, "2027-01-31", "late"),
      ]) {
        assert.match(
          (yield* Effect.flip<unknown, { readonly message: string }, never>(step)).message,
          /has been closed/,
        )
      }
    }),
  )
})

describe("a campaign after another", () => {
  it.live("shows what is new since, and what was decided then", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* begun()
      const answers = { 1: keep, 3: { Decision: "remove" } }
      yield* importAnswers(path, [fileOf(folder, "1.csv", yield* tableOf(yield* openCampaign(path), boss, answers))])
      const grown = {
        ...office,
        accounts: [...office.accounts, person("zoe")],
        grants: [...office.grants, memberOf("it", "zoe")],
      }
      yield* syncOffice(join(folder, "sync.c1z"), grown)
      const next = join(folder, "next")
      yield* startCampaign({ ...requestOf(folder), folder: next, previous: path })
      const campaign = yield* openCampaign(next)
      const rows = yield* tableOf(campaign, boss, {})
      const titles = rows[0]?.cells ?? []
      const shown = rows.slice(1).map(({ cells }) => {
        const of = (title: string) => cells[titles.indexOf(title)]
        return `${of("Account")} ${of("Since Last Review")} ${of("Decided Then")}`.trim()
      })
      assert.deepStrictEqual(shown, [
        "ada unchanged keep",
        "ada unchanged",
        "bob unchanged remove",
        "gil unchanged",
        "bob unchanged",
        "eve unchanged",
        "zoe new",
      ])
      assert.strictEqual(campaign.started.previousCampaign?.name, "2026-Q4")
    }),
  )
})

describe("patterns of privileged entitlements", () => {
  it.live("make admins of those who hold them, for the whole campaign", () =>
    Effect.gen(function* () {
      const { path } = yield* begun({ scopes: ["admins"], privileged: ["group:*:member"] })
      const campaign = yield* openCampaign(path)
      assert.deepStrictEqual(
        [...campaign.items.values()].map(({ account }) => account.name),
        ["ada", "bob", "eve"],
      )
      assert.deepStrictEqual(campaign.started.privileged, ["group:*:member"])
    }),
  )
})
