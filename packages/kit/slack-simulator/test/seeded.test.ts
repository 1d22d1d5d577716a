import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeSimulator } from "../src/index.ts"
import { hashFor } from "../src/seeded/hash.ts"
import { idSpace } from "../src/seeded/idSpace.ts"
import { seededWorkspace } from "../src/seeded/seededWorkspace.ts"

const viewer = { email: true, twoFactor: true, locale: true }
const every = { users: true, count: true }

describe("a seeded workspace", () => {
  it("is the same each time it is made", () => {
    const sizes = { seed: 7, users: 300, userGroups: 30 }
    const [once, again] = [seededWorkspace(sizes), seededWorkspace(sizes)]
    assert.strictEqual(once.teamJson, again.teamJson)
    for (let position = 0; position < once.memberCount; position++) {
      assert.strictEqual(once.memberJson(position, viewer), again.memberJson(position, viewer))
    }
    for (let position = 0; position < 30; position++) {
      assert.strictEqual(once.groupJson(position, every), again.groupJson(position, every))
    }
  })

  it("shares no id with the workspace of another seed", () => {
    const idsOf = (seed: number) => {
      const workspace = seededWorkspace({ seed, users: 5000, userGroups: 0 })
      return Array.from({ length: 5000 }, (_, position) => workspace.memberId(position))
    }
    const first = new Set(idsOf(1))
    assert.isFalse(idsOf(2).some((id) => first.has(id)))
  })

  it("has the same member at a position whatever its size", () => {
    const small = seededWorkspace({ seed: 3, users: 50, userGroups: 0 })
    const large = seededWorkspace({ seed: 3, users: 1_000_000, userGroups: 0 })
    assert.strictEqual(small.memberJson(33, viewer), large.memberJson(33, viewer))
  })

  it("writes JSON for every member, as the ids and facts say", () => {
    const workspace = seededWorkspace({ seed: 11, users: 20_000, userGroups: 0 })
    for (let position = 0; position < workspace.memberCount; position++) {
      const member = JSON.parse(workspace.memberJson(position, viewer))
      const facts = workspace.memberFacts(position)
      assert.strictEqual(member.id, workspace.memberId(position))
      assert.deepStrictEqual(facts, {
        isStranger: member.is_stranger ?? false,
        deleted: member.deleted,
        isBot: member.is_bot,
        isAdmin: member.is_admin ?? false,
        isOwner: member.is_owner ?? false,
        isPrimaryOwner: member.is_primary_owner ?? false,
        isRestricted: member.is_restricted ?? false,
        isUltraRestricted: member.is_ultra_restricted ?? false,
        isInvited: member.is_invited_user ?? false,
      })
    }
  })

  it("finds the last of a million members by id without having made the others", () => {
    const workspace = seededWorkspace({ seed: 1, users: 1_000_000, userGroups: 0 })
    assert.strictEqual(workspace.memberPosition(workspace.memberId(999_999)), 999_999)
    assert.isUndefined(workspace.memberPosition("U0ZZZZZZZ"))
  })

  it.effect("gives tokens that follow from the seed and are none of Slack's", () =>
    Effect.gen(function* () {
      const [one, same, other] = yield* Effect.forEach([1, 1, 2], (seed) => makeSimulator({ seed }))
      assert.strictEqual(one!.botToken, same!.botToken)
      assert.notStrictEqual(one!.botToken, other!.botToken)
      assert.match(one!.botToken, /^xoxb-SIMULATED-/)
      assert.match(one!.userToken, /^xoxp-SIMULATED-/)
    }),
  )
})

describe("ids", () => {
  it("are turned back into their index, each unlike the others", () => {
    const ids = idSpace("U", 0xde_ad_be_ef)
    const seen = new Set<string>()
    for (let index = 0; index < 100_000; index++) {
      const id = ids.idOf(index)
      seen.add(id)
      assert.strictEqual(ids.indexOf(id, 100_000), index)
    }
    assert.strictEqual(seen.size, 100_000)
  })

  it("of an index beyond the count, or of another form, stand for nothing", () => {
    const ids = idSpace("U", 5)
    for (const id of [ids.idOf(10), "U", "S00000000", "U0000000a", "U0ZZZZZZZ", `${ids.idOf(1)}0`]) {
      assert.isUndefined(ids.indexOf(id, 10))
    }
  })
})

describe("hashes", () => {
  it("spread evenly, and those of different purposes do not follow each other", () => {
    const [one, two] = [hashFor(1, "one"), hashFor(1, "two")]
    const tally = { one: 0, two: 0, both: 0 }
    for (let index = 0; index < 10_000; index++) {
      const [inOne, inTwo] = [one(index) % 10 === 0, two(index) % 10 === 0]
      tally.one += Number(inOne)
      tally.two += Number(inTwo)
      tally.both += Number(inOne && inTwo)
    }
    for (const count of [tally.one, tally.two]) assert.approximately(count, 1000, 100)
    assert.approximately(tally.both, 100, 40)
  })
})
