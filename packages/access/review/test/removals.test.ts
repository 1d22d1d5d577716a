// Removals after the close: their lists, their dates, what becomes of them, and what nobody has reviewed.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import {
  campaignMark,
  closeCampaign,
  extendCampaign,
  importAnswers,
  openCampaign,
  openRemovals,
  overdueRemovals,
  progressFigures,
  remediateItems,
  removalFigures,
  removalStates,
  startCampaign,
  verifyCampaign,
} from "../src/index.ts"
import { eventWords } from "../src/eventWords.ts"
import { removalRows } from "../src/reportRows.ts"
import { answered, boss, closing, reading, withoutRemoved } from "./campaigns.ts"
import { meanings, memberOf, office } from "@rollcall/test-kit/office"
import { syncOffice } from "./syncOffice.ts"
import { requestOf } from "./office.ts"
import type { Filled } from "./tables.ts"
import { fileOf, tableOf } from "./tables.ts"

/** A campaign about everything, with these answers, and its synced file. */
const decided = Effect.fnUntraced(function* (filled: Record<number, Filled>) {
  const folder = yield* scratchFolder("review")
  const file = join(folder, "sync.c1z")
  const path = join(folder, "campaign")
  yield* syncOffice(file)
  yield* startCampaign(requestOf(folder))
  const keep = { Decision: "keep", Comment: "as before" }
  const all = { 1: keep, 2: keep, 3: keep, 4: keep, 5: keep, 6: keep, ...filled }
  yield* importAnswers(path, [fileOf(folder, "all.csv", yield* tableOf(yield* openCampaign(path), boss, all))])
  yield* syncOffice(file)
  return { folder, file, path }
})

const linesOf = (path: string, list: string) =>
  readFileSync(join(path, "removals", list), "utf8")
    .trim()
    .split("\r\n")

describe("the lists of a close", () => {
  it.live("say what people have to do in words, with owner and date, and why in each line for a command", () =>
    Effect.gen(function* () {
      const { file, path } = yield* decided({
        1: { Decision: "change", Comment: "admin of billing only" },
        2: { Decision: "remove", Comment: "not needed" },
        3: { Decision: "disable the account" },
        5: { Decision: "disable the account" },
        6: { Decision: "remove" },
      })
      yield* closeCampaign(path, { ...closing(file), removeBy: "2027-02-28", owner: "IT desk" })
      assert.deepStrictEqual(linesOf(path, "worklist.csv"), [
        "item,account,e-mail,what to do,owner,due,decided by",
        '1,ada,ada@example.com,"Change Owner role (Owner, Role): admin of billing only",IT desk,2027-02-28,boss@example.com',
        '2,ada,ada@example.com,"Take away Member role (Member, Role). not needed",IT desk,2027-02-28,boss@example.com',
      ])
      const mark = campaignMark(yield* openCampaign(path))
      assert.deepStrictEqual(linesOf(path, "disable.csv"), [
        "ID,reason,account,e-mail",
        `bob,"${mark} item 3, 5",bob,bob@example.com`,
      ])
      assert.deepStrictEqual(linesOf(path, "revocations.csv").slice(1), [
        `group:it:member,eve,${mark} item 6,eve,eve@example.com`,
      ])
    }),
  )

  it.live("say that accounts are to be disabled by hand where no command does it", () =>
    Effect.gen(function* () {
      const { file, path } = yield* decided({ 5: { Decision: "disable the account" } })
      yield* closeCampaign(path, { ...closing(file), abilities: { revokes: [], disables: false } })
      assert.match(
        linesOf(path, "worklist.csv")[1] ?? "",
        /^5,bob,bob@example\.com,"Disable the account, which holds IT/,
      )
    }),
  )

  it.live("say what comes first where no API disables an account, and leave it to people", () =>
    Effect.gen(function* () {
      const { file, path } = yield* decided({
        1: { Decision: "disable the account", Comment: "has left" },
        5: { Decision: "disable the account" },
      })
      const first = "Somebody else becomes the owner first."
      const notDisabled = [{ entitlement: "role:owner:*", first }]
      const asOwned = meanings.map((known) => ({ ...known, meanings: { ...known.meanings, notDisabled } }))
      yield* closeCampaign(path, { ...closing(file), reading: { meanings: asOwned } })
      const [line = ""] = linesOf(path, "worklist.csv").slice(1)
      const what = `Disable the account, which holds Owner role (Owner, Role). ${first} has left`
      assert.strictEqual(line.slice(0, line.indexOf(",boss")), `1,ada,ada@example.com,"${what}"`)
      const disabled = linesOf(path, "disable.csv").slice(1)
      assert.deepStrictEqual(
        disabled.map((row) => row.split(",")[0]),
        ["bob"],
      )
    }),
  )

  it.live("hold nothing of a close that was killed", () =>
    Effect.gen(function* () {
      const { file, path } = yield* decided({ 6: { Decision: "remove" } })
      const log = readFileSync(join(path, "log.ndjson"))
      yield* closeCampaign(path, closing(file))
      // As if it had been killed before its line was whole.
      writeFileSync(join(path, "log.ndjson"), log)
      writeFileSync(join(path, "removals", "disable.csv"), "ID,reason\r\nada,x\r\n")
      yield* closeCampaign(path, closing(file))
      assert.throws(() => linesOf(path, "disable.csv"), /ENOENT/)
    }),
  )
})

describe("a removal", () => {
  it.live("is overdue from its own date, else from that of all removals, else from the campaign's", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, { ...closing(file), removeBy: "2027-01-10" })
      yield* syncOffice(file)
      yield* verifyCampaign(path, file, reading)
      yield* extendCampaign(path, "2027-01-20", "the owner is away", [5])
      const days = Effect.map(openCampaign(path), (campaign) =>
        overdueRemovals(campaign, "2027-01-21T10:00:00Z").map(({ item, daysOverdue }) => [item, daysOverdue]),
      )
      assert.deepStrictEqual(yield* days, [
        [4, 11],
        [5, 1],
        [6, 11],
      ])
      assert.include((yield* Effect.flip(extendCampaign(path, "2027-03-01", "late"))).message, "has been closed")
      const kept = yield* Effect.flip(extendCampaign(path, "2027-03-01", "late", [1]))
      assert.include(kept.message, "Nothing is to be removed of item 1")
    }),
  )

  it.live("that was gone at the close, or once since, and is there again has come back, however often one looks", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      const bob = memberOf("it", "bob").id
      yield* syncOffice(file, { ...office, grants: office.grants.filter(({ id }) => id !== bob) })
      yield* closeCampaign(path, closing(file))
      const standings: Array<string | undefined> = []
      for (const still of [[bob, memberOf("it", "eve").id], [bob], [bob, memberOf("it", "eve").id]]) {
        yield* syncOffice(file, withoutRemoved(...still))
        const event = yield* verifyCampaign(path, file, reading)
        standings.push(event.standings.map(({ item, standing }) => `${item} ${standing}`).join(", "))
      }
      assert.deepStrictEqual(standings, [
        "4 gone, 5 cameBack, 6 there",
        "4 gone, 5 cameBack, 6 gone",
        "4 gone, 5 cameBack, 6 cameBack",
      ])
    }),
  )

  it.live("is done with its account where a disabling was done by hand", () =>
    Effect.gen(function* () {
      const { file, path } = yield* decided({ 5: { Decision: "disable the account" } })
      yield* closeCampaign(path, { ...closing(file), abilities: { revokes: [], disables: false } })
      const off = office.accounts.map((who) =>
        who.displayName === "bob" ? { ...who, status: "disabled" as const } : who,
      )
      yield* syncOffice(file, { ...office, accounts: off })
      const { standings } = yield* verifyCampaign(path, file, reading)
      assert.deepStrictEqual(standings, [{ item: 5, standing: "goneWithAccount" }])
      assert.deepStrictEqual(openRemovals(yield* openCampaign(path)), [])
    }),
  )

  it.live(
    "that is a change is recorded by hand, and counts against that where it is a role that a sync still shows",
    () =>
      Effect.gen(function* () {
        const { file, path } = yield* decided({
          2: { Decision: "change", Comment: "make a guest" },
          5: { Decision: "change", Comment: "until March" },
        })
        yield* closeCampaign(path, closing(file))
        yield* remediateItems(path, [2, 5], "ticket 9", false)
        const states = Effect.map(openCampaign(path), (campaign) => removalStates(campaign).map(({ state }) => state))
        assert.deepStrictEqual(yield* states, ["byHand", "byHand"])
        yield* syncOffice(file)
        const { standings } = yield* verifyCampaign(path, file, reading)
        assert.deepStrictEqual(standings, [
          { item: 2, standing: "there" },
          { item: 5, standing: "notShown" },
        ])
        assert.deepStrictEqual(yield* states, ["open", "byHand"])
        const campaign = yield* openCampaign(path)
        assert.deepStrictEqual(removalFigures(campaign), { gone: 0, byHand: 1, accepted: 0, open: 1 })
        assert.strictEqual(
          progressFigures(removalFigures(campaign)),
          "0 gone, 1 change recorded by hand and not verified, 0 accepted, 1 open",
        )
        const [role, group] = removalRows(campaign, "2026-12-01T00:00:00Z")
        assert.include([...(role ?? [])], "still there")
        assert.includeMembers([...(group ?? [])], ["change", "change recorded by hand, not verified"])
        const kept = yield* Effect.flip(remediateItems(path, [1], "ticket 9", false))
        assert.include(kept.message, "Nothing is to be removed of item 1")
      }),
  )

  it.live("is not accepted once it is gone, and an acceptance from before does not cover its return", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      const [bob, eve] = [memberOf("it", "bob").id, memberOf("it", "eve").id]
      yield* syncOffice(file, { ...office, grants: office.grants.filter(({ id }) => id !== bob) })
      yield* closeCampaign(path, closing(file))
      const accept = (...items: ReadonlyArray<number>) => remediateItems(path, items, "He leaves in March.", true)
      assert.include((yield* Effect.flip(accept(5))).message, "Item 5 is gone, so nothing is left to accept")
      yield* accept(6)
      yield* syncOffice(file, withoutRemoved())
      yield* verifyCampaign(path, file, reading)
      assert.include((yield* Effect.flip(accept(4, 6))).message, "Items 4, 6 are gone")
      yield* syncOffice(file, withoutRemoved(eve))
      yield* verifyCampaign(path, file, reading)
      const states = Effect.map(openCampaign(path), (campaign) => removalStates(campaign).map(({ state }) => state))
      assert.deepStrictEqual(yield* states, ["gone", "gone", "open"])
      yield* accept(6)
      yield* syncOffice(file, withoutRemoved(eve))
      yield* verifyCampaign(path, file, reading)
      assert.deepStrictEqual(yield* states, ["gone", "gone", "accepted"])
    }),
  )

  it.live("that came back and was taken away again says so in the report, with what each verification found", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      for (const still of [[], [memberOf("it", "eve").id], []]) {
        yield* syncOffice(file, withoutRemoved(...still))
        yield* verifyCampaign(path, file, reading)
      }
      const campaign = yield* openCampaign(path)
      const rows = removalRows(campaign, "2026-12-01T00:00:00Z")
      assert.match(rows[2]?.at(-1) ?? "", /^\S{10} gone; \S{10} came back; \S{10} gone$/)
      assert.strictEqual(rows[1]?.at(-1), "")
      const words = campaign.log.lines.flatMap(({ event }) => (event._tag === "verified" ? [eventWords(event)] : []))
      assert.match(words[1] ?? "", /: items 4, 5 gone; item 6 came back$/)
    }),
  )
})

describe("access that began after the freeze", () => {
  it.live("is none that the frozen file has, though the campaign itself brought its account into a scope", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const file = join(folder, "sync.c1z")
      const path = join(folder, "campaign")
      yield* syncOffice(file)
      yield* startCampaign(requestOf(folder, { scopes: ["guests", "disabled"] }))
      const rows = yield* tableOf(yield* openCampaign(path), boss, {
        1: { Decision: "disable the account" },
        2: { Decision: "keep", Comment: "fine" },
      })
      yield* importAnswers(path, [fileOf(folder, "all.csv", rows)])
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      const off = office.accounts.map((who) =>
        who.displayName === "gil" || who.displayName === "bob" ? { ...who, status: "disabled" as const } : who,
      )
      yield* syncOffice(file, { ...office, accounts: off, grants: [...office.grants, memberOf("it", "gil")] })
      const event = yield* verifyCampaign(path, file, reading)
      const listed = readFileSync(join(path, event.notReviewedFile?.name ?? ""), "utf8")
        .trim()
        .split("\r\n")
      assert.deepStrictEqual([event.notReviewed, listed.length], [1, 2])
      assert.match(listed[1] ?? "", /^gil,.*group:it:member,/u)
    }),
  )

  it.live("is listed, also in a group that has another name now", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const file = join(folder, "sync.c1z")
      const path = join(folder, "campaign")
      yield* syncOffice(file)
      yield* startCampaign(requestOf(folder, { scopes: ["group:IT Admins"] }))
      const keep = { Decision: "keep", Comment: "fine" }
      const rows = yield* tableOf(yield* openCampaign(path), boss, { 1: keep, 2: keep })
      yield* importAnswers(path, [fileOf(folder, "all.csv", rows)])
      const grown = { ...office, groups: { it: "Administrators" }, grants: [...office.grants, memberOf("it", "gil")] }
      yield* syncOffice(file, grown)
      yield* closeCampaign(path, closing(file))
      yield* syncOffice(file, grown)
      const event = yield* verifyCampaign(path, file, reading)
      assert.deepStrictEqual(
        [event.notReviewed, event.notReviewedFile?.name],
        [1, "verifications/001-not-reviewed.csv"],
      )
      assert.match(
        readFileSync(join(path, event.notReviewedFile?.name ?? ""), "utf8"),
        /\r\ngil,gil@example\.com,gil,Administrators member,Administrators \(Group\),group:it:member,/,
      )
    }),
  )
})
