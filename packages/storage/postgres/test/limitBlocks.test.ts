import { assert, describe, it } from "@effect/vitest"
import { type Budget, passage, type StoredLimit } from "@rollcall/resilience"
import { limitBlocks, stretchOf } from "../src/limitBlocks.ts"

const limitOf = (budget: Budget): StoredLimit => ({ key: "T1 lists", owner: "T1", budget })

/** How often a replica takes a block for calls that it makes one after the other, each with an answer and a clock that are late. */
const blocksFor = (limit: StoredLimit, calls: number, answerMillis: number): number => {
  const blocks = limitBlocks()
  let [now, paidUntil, taken, made] = [1_000_000, 0, 0, 0]
  while (made < calls) {
    if (blocks.lapsed([limit], now).length > 0) {
      taken += 1
      const begins = Math.max(paidUntil, now)
      paidUntil = begins + stretchOf(limit)
      const row = { key: limit.key, begins, ends: paidUntil, cooldown: -Infinity, rate: null, refused: false, now }
      blocks.put(limit, row)
    }
    const passed = passage([limit], blocks.paceOf, now)
    if ("wait" in passed) now += passed.wait.millis + 3
    else {
      blocks.pay(passed.paid, now)
      made += 1
      now += answerMillis
    }
  }
  return taken
}

describe("blocks of a limit", () => {
  for (const budget of [
    { callsPerMinute: 20 },
    { callsPerMinute: 50 },
    { callsPerMinute: 100 },
    { callsPerMinute: 600 },
    { callsPerMinute: 180, burst: 20 },
    { callsPerMinute: 600, burst: 180 },
    { callsPerMinute: 1000, burst: 1000 },
    { callsPerMinute: 20, speed: 60 },
  ] satisfies ReadonlyArray<Budget>) {
    it(`are taken once in ten calls at most: ${JSON.stringify(budget)}`, () => {
      for (const answerMillis of [1, 300]) {
        const slower = answerMillis / (("speed" in budget ? budget.speed : undefined) ?? 1)
        assert.isAtMost(blocksFor(limitOf(budget), 200, slower), 20)
      }
    })
  }

  it("have room for a call of a limit that lets one go in longer than a block", () => {
    assert.strictEqual(blocksFor(limitOf({ callsPerMinute: 1 }), 5, 300), 5)
  })

  it("are half of what may go at once, so that the other half is another replica's", () => {
    assert.isAtMost(stretchOf(limitOf({ callsPerMinute: 180, burst: 20 })), (60_000 / 180) * 11)
  })
})
