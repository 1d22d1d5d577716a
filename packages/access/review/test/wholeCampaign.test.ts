// A whole campaign, from its close to who signs it off.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import {
  assignItems,
  campaignMark,
  campaignStatus,
  closeCampaign,
  importAnswers,
  openCampaign,
  remediateItems,
  signOff,
  startCampaign,
  verifyCampaign,
} from "../src/index.ts"
import { decisionTable } from "../src/decisionTable.ts"
import { reportOf } from "../src/evidenceReport.ts"
import { answered, boss, closing, lead, reading, withoutRemoved } from "./campaigns.ts"
import type { Office } from "@rollcall/test-kit/office"
import { hasRole, memberOf, office, person } from "@rollcall/test-kit/office"
import { syncOffice } from "./syncOffice.ts"
import { requestOf } from "./office.ts"
import { fileOf, tableOf } from "./tables.ts"

const itemsOf = Effect.fnUntraced(function* (path: string) {
  const campaign = yield* openCampaign(path)
  return Object.fromEntries((campaign.closed?.dispositions ?? []).map(({ item, disposition }) => [item, disposition]))
})

/** What the evidence says of it. */
const told = Effect.fnUntraced(function* (path: string) {
  const campaign = yield* openCampaign(path)
  const now = "2026-12-01T00:00:00Z"
  const report = reportOf(campaign, campaignStatus(campaign, now), now, undefined)
  return { report, decisions: decisionTable(campaign) }
})

describe("closing a campaign", () => {
  it.live("sends removals to the command where it can make them, and to people where it cannot", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      assert.deepStrictEqual(yield* itemsOf(path), {
        1: "kept",
        2: "kept",
        3: "kept",
        4: "worklist",
        5: "revoke",
        6: "revoke",
      })
      const mark = campaignMark(yield* openCampaign(path))
      assert.match(mark, /^2026-Q4 \([0-9a-f]{12}\)$/)
      const revocations = readFileSync(join(path, "removals", "revocations.csv"), "utf8")
      assert.deepStrictEqual(revocations.trim().split("\r\n"), [
        "entitlement,principal,reason,account,e-mail",
        `group:it:member,bob,${mark} item 5,bob,bob@example.com`,
        `group:it:member,eve,${mark} item 6,eve,eve@example.com`,
      ])
      assert.match(
        readFileSync(join(path, "removals", "worklist.csv"), "utf8"),
        /4,gil,gil@example\.com,"Take away Guest role/,
      )
    }),
  )

  it.live("needs a sync that began after the frozen one, and an answer to every item", () =>
    Effect.gen(function* () {
      const { folder, file, path } = yield* answered()
      assert.match((yield* Effect.flip(closeCampaign(path, closing(file)))).message, /began before the sync/)
      const other = join(folder, "other")
      yield* startCampaign({ ...requestOf(folder), folder: other })
      assert.match((yield* Effect.flip(closeCampaign(other, closing(file)))).message, /6 items have no decision/)
      yield* syncOffice(file)
      assert.match(
        (yield* Effect.flip(closeCampaign(other, closing(file)))).message,
        /6 items have no decision: 1, 2, 3, 4, 5 and 1 more/,
      )
      yield* closeCampaign(other, { ...closing(file), openItems: "exception", reason: "The office moves." })
      assert.deepStrictEqual(new Set(Object.values(yield* itemsOf(other))), new Set(["exception"]))
    }),
  )

  it.live.each([
    [
      "was promoted",
      { ...office, grants: [...office.grants, hasRole("owner", "bob")] },
      5,
      "bob",
      "it holds a privileged role now",
    ],
    [
      "came back",
      { ...office, accounts: office.accounts.map((who) => (who.displayName === "eve" ? person("eve") : who)) },
      6,
      "eve",
      "its status was disabled and is enabled",
    ],
  ] as const)("sends the removal back to its reviewer where the account %s", ([, changed, item, account, what]) =>
    Effect.gen(function* () {
      const { folder, file, path } = yield* answered()
      yield* syncOffice(file, changed)
      const error = yield* Effect.flip(closeCampaign(path, closing(file)))
      assert.include(error.message, `item ${item} (${account}, reviewed by ${lead}): ${what}`)
      const campaign = yield* openCampaign(path)
      const again = yield* tableOf(campaign, lead, {
        5: { Decision: "remove" },
        6: { Decision: "remove", Comment: "still" },
      })
      yield* importAnswers(path, [fileOf(folder, "again.csv", again)])
      yield* closeCampaign(path, closing(file))
      assert.strictEqual((yield* itemsOf(path))[item], "revoke")
    }),
  )

  it.live("closes a removal that changed as an exception for a reason, and does not remove what is gone", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      const changed: Office = {
        accounts: office.accounts.map((who) => (who.displayName === "eve" ? person("eve") : who)),
        groups: { it: "IT Admins" },
        grants: office.grants.filter(({ id }) => id !== memberOf("it", "bob").id),
      }
      yield* syncOffice(file, changed)
      yield* closeCampaign(path, { ...closing(file), reason: "She came back." })
      const items = yield* itemsOf(path)
      assert.deepStrictEqual([items[5], items[6]], ["gone", "exception"])
      const { decisions, report } = yield* told(path)
      assert.match(decisions, /"?It is gone since the campaign began\."?,.*,,open/)
      assert.notMatch(decisions, /before,.*before/, "a comment is told once")
      assert.match(report, /\| 5 \| bob \| .* \| remove \| gone already \| .* \| open \| not verified \| It is gone/)
    }),
  )

  it.live("does not take what a privileged account held all along for a promotion", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const file = join(folder, "sync.c1z")
      const path = join(folder, "campaign")
      const led = { ...office, grants: [...office.grants, memberOf("it", "ada")] }
      yield* syncOffice(file, led)
      yield* startCampaign({ ...requestOf(folder), scopes: ["group:it"] })
      const campaign = yield* openCampaign(path)
      const remove = { Decision: "remove" }
      const rows = yield* tableOf(campaign, boss, { 1: remove, 2: remove, 3: remove })
      yield* importAnswers(path, [fileOf(folder, "all.csv", rows)])
      yield* syncOffice(file, led)
      yield* closeCampaign(path, closing(file))
      assert.deepStrictEqual(yield* itemsOf(path), { 1: "revoke", 2: "revoke", 3: "revoke" })
    }),
  )
})

describe("an item that is kept", () => {
  it.live("is told apart where somebody took it away before the close", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      const [, second] = (yield* openCampaign(path)).items.values()
      yield* syncOffice(file, { ...office, grants: office.grants.filter(({ id }) => id !== second?.grant) })
      yield* closeCampaign(path, closing(file))
      assert.deepStrictEqual(Object.values(yield* itemsOf(path)).slice(0, 3), ["kept", "keptGone", "kept"])
      assert.include((yield* told(path)).report, "- kept, gone since: 1\n")
      assert.match((yield* told(path)).decisions, /,keep,as before,.*,"kept, gone since",,/)
    }),
  )

  it.live("contradicts an answer that disables its account, which status and report say", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* answered()
      const campaign = yield* openCampaign(path)
      assert.deepStrictEqual(campaignStatus(campaign, "2026-12-01T00:00:00Z").contradictions, [])
      const again = yield* tableOf(campaign, lead, { 5: { Decision: "disable the account" }, 6: { Comment: "again" } })
      yield* importAnswers(path, [fileOf(folder, "again.csv", again)])
      const said = "The answers about bob contradict each other: item 5 disables the account, and item 3 lets it stay."
      assert.deepStrictEqual(campaignStatus(yield* openCampaign(path), "2026-12-01T00:00:00Z").contradictions, [said])
      assert.include((yield* told(path)).report, `- ${said}\n`)
    }),
  )
})

describe("verifying a campaign", () => {
  it.live("tells removals that are done from those that are not, and counts what nobody has reviewed", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      const still = memberOf("it", "bob")
      const changed = withoutRemoved(still.id)
      yield* syncOffice(file, { ...changed, grants: [...changed.grants, memberOf("it", "ada")] })
      const event = yield* verifyCampaign(path, file, reading)
      assert.deepStrictEqual(
        event.standings.map(({ item, standing }) => [item, standing]),
        [
          [4, "gone"],
          [5, "there"],
          [6, "gone"],
        ],
      )
      assert.strictEqual(event.notReviewed, 1)
    }),
  )

  it.live("takes an account that was to be disabled for done when it is, whatever it still holds", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const file = join(folder, "sync.c1z")
      const path = join(folder, "campaign")
      yield* syncOffice(file)
      yield* startCampaign({ ...requestOf(folder), scopes: ["guests"] })
      const rows = yield* tableOf(yield* openCampaign(path), boss, { 1: { Decision: "disable the account" } })
      yield* importAnswers(path, [fileOf(folder, "all.csv", rows)])
      yield* syncOffice(file, { ...office, grants: office.grants.filter(({ id }) => !id.startsWith("role:guest:")) })
      yield* closeCampaign(path, closing(file))
      assert.deepStrictEqual(yield* itemsOf(path), { 1: "disable" })
      yield* syncOffice(file, withoutRemoved())
      assert.strictEqual((yield* verifyCampaign(path, file, reading)).standings[0]?.standing, "there")
      const off = office.accounts.map((who) =>
        who.displayName === "gil" ? person("gil", { status: "disabled" }) : who,
      )
      yield* syncOffice(file, { ...office, accounts: off })
      assert.strictEqual((yield* verifyCampaign(path, file, reading)).standings[0]?.standing, "goneWithAccount")
    }),
  )

  it.live("sees what came back, and what went with its account", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      const gone = withoutRemoved()
      yield* syncOffice(file, { ...gone, accounts: gone.accounts.filter(({ displayName }) => displayName !== "gil") })
      const first = yield* verifyCampaign(path, file, reading)
      assert.strictEqual(first.standings[0]?.standing, "goneWithAccount")
      yield* syncOffice(file, withoutRemoved(memberOf("it", "eve").id))
      assert.strictEqual((yield* verifyCampaign(path, file, reading)).standings[2]?.standing, "cameBack")
    }),
  )
})

describe("a campaign with removals", () => {
  it.live("tells those that are done from those that are accepted and open, and is verified when none is open", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      const state = Effect.map(openCampaign(path), (campaign) => {
        const { stage, removals } = campaignStatus(campaign, "2026-12-01T00:00:00Z")
        return { stage, ...removals }
      })
      assert.deepStrictEqual(yield* state, { stage: "open" })
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      assert.deepStrictEqual(yield* state, { stage: "closed", gone: 0, byHand: 0, accepted: 0, open: 3 })
      yield* syncOffice(file, withoutRemoved(memberOf("it", "bob").id))
      yield* verifyCampaign(path, file, reading)
      assert.deepStrictEqual(yield* state, { stage: "closed", gone: 2, byHand: 0, accepted: 0, open: 1 })
      yield* remediateItems(path, [5], "He leaves in March.", true)
      yield* remediateItems(path, [5], "ticket 9", false)
      assert.deepStrictEqual(yield* state, { stage: "verified", gone: 2, byHand: 0, accepted: 1, open: 0 })
      const campaign = yield* openCampaign(path)
      const now = "2026-12-01T00:00:00Z"
      const report = reportOf(campaign, campaignStatus(campaign, now), now, undefined)
      assert.match(
        report,
        /- removals gone: 2\n- changes recorded by hand, not verified: 0\n- removals not done, and accepted with a reason: 1\n- removals open: 0\n/,
      )
      assert.match(
        report,
        /\| 5 \| bob \|.*\| remove \| to revoke \|.*\| accepted \| still there \| \d{4}-\d\d-\d\d accepted: He leaves in March\.; \d{4}-\d\d-\d\d by hand: ticket 9 \|/,
      )
    }),
  )
})

describe("signing off", () => {
  it.live("as a reviewer who answered nothing is told in the report", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* assignItems(path, [1], { email: "max@example.com", name: "Max Jones" }, "away")
      yield* syncOffice(file)
      yield* closeCampaign(path, { ...closing(file), openItems: "exception", reason: "away" })
      yield* syncOffice(file, withoutRemoved())
      yield* verifyCampaign(path, file, reading)
      yield* signOff(path, { as: "Carol", role: "Audit" })
      assert.notInclude((yield* told(path)).report, "was a reviewer")
      yield* remediateItems(path, [6], "late", false)
      yield* signOff(path, { as: "Jones, Max", role: "IT" })
      assert.include(
        (yield* told(path)).report,
        "- who signed off was a reviewer of the campaign, and answered nothing\n",
      )
    }),
  )

  it.live("is not done twice, and what comes after it is listed until somebody signs off again", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      yield* syncOffice(file, withoutRemoved())
      yield* verifyCampaign(path, file, reading)
      yield* signOff(path, { as: "Carol", role: "Audit" })
      const after = Effect.map(openCampaign(path), (campaign) => campaignStatus(campaign, "2026-12-01T00:00:00Z"))
      assert.deepStrictEqual((yield* after).afterSignOff, [])
      const twice = yield* Effect.flip(signOff(path, { as: "Dora", role: "Audit" }))
      assert.strictEqual(twice.message, "Carol has signed off the campaign, and nothing has happened since.")
      yield* remediateItems(path, [6], "late", false)
      const { afterSignOff, stage } = yield* after
      assert.lengthOf(afterSignOff, 1)
      assert.match(afterSignOff[0] ?? "", /: item 6 recorded as done by hand: late$/)
      assert.strictEqual(stage, "signed off")
      const campaign = yield* openCampaign(path)
      const report = reportOf(campaign, yield* after, "2026-12-01T00:00:00Z", undefined)
      assert.match(
        report,
        /- signed off by Carol, Audit\n- after the sign-off, at .*: item 6 recorded as done by hand: late\n/,
      )
      yield* signOff(path, { as: "Dora", role: "Audit" })
      assert.deepStrictEqual((yield* after).afterSignOff, [])
    }),
  )

  it.live("waits for every removal, or for a reason to leave it, and takes nobody who has decided", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      assert.match(
        (yield* Effect.flip(signOff(path, { as: "Carol", role: "Audit" }))).message,
        /No removal has been verified/,
      )
      yield* syncOffice(file, withoutRemoved(memberOf("it", "bob").id))
      yield* verifyCampaign(path, file, reading)
      assert.match(
        (yield* Effect.flip(signOff(path, { as: "Carol", role: "Audit" }))).message,
        /1 removal is not done: item 5 \(still there\)/,
      )
      yield* remediateItems(path, [5], "He leaves in March.", true)
      const own = yield* Effect.flip(signOff(path, { as: "BOSS@example.com", role: "CISO" }))
      assert.deepStrictEqual(
        [own._tag, own.message],
        ["ReviewError", "BOSS@example.com has answered items of the campaign."],
      )
      for (const name of ["  boss ", "Boss, CISO", "BÖSS".normalize("NFD"), "Boss (boss@example.com)"]) {
        assert.strictEqual((yield* Effect.flip(signOff(path, { as: name, role: "CISO" }))).kind, "refused", name)
      }
      const same = yield* Effect.flip(signOff(path, { as: "B. Miller", role: "Audit", email: "Boss@Example.com" }))
      assert.deepStrictEqual(
        [same.kind, same.message],
        ["refused", "B. Miller, whose address is boss@example.com, has answered items of the campaign."],
      )
      assert.notInclude((yield* told(path)).report, "was a reviewer")
      yield* signOff(path, { as: "Carol Bossert", role: "Audit", email: "carol@example.com" })
      assert.strictEqual(campaignStatus(yield* openCampaign(path), "2026-12-01T00:00:00Z").stage, "signed off")
    }),
  )
})
