import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { type Budget, cooled, neverCalled, intervalOf, type Pace, slowClimb, turn } from "../src/index.ts"

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const seeded = { arbitrary: { seed: 1, runs: 1000 } }

/** The times at which `n` calls go out that all want to at once, from time 0. */
const departures = (budget: Budget, n: number, from: Pace = neverCalled): ReadonlyArray<number> => {
  const times: Array<number> = []
  let pace = from
  let now = 0
  while (times.length < n) {
    const next = turn(budget, pace, now)
    if (next._tag === "Go") {
      times.push(now)
      pace = next.pace
    } else now += next.millis
  }
  return times
}

describe("the pace of a key", () => {
  it("spaces calls evenly: 100 calls at 20 a minute take 99 × 3 s", () => {
    const times = departures({ callsPerMinute: 20 }, 100)
    assert.deepStrictEqual(
      times,
      Array.from({ length: 100 }, (_, index) => index * 3000),
    )
  })

  it.prop(
    "lets a burst go at once and keeps the sustained rate after it, without drifting",
    { calls: whole(1, 200), callsPerMinute: whole(1, 5000), burst: whole(1, 20) },
    ({ calls, callsPerMinute, burst }) => {
      const last = departures({ callsPerMinute, burst }, calls).at(-1) ?? -1
      const ideal = Math.max(0, calls - burst) * (60_000 / callsPerMinute)
      assert.isAtLeast(last, ideal - 0.001)
      assert.isBelow(last, ideal + 1.001)
    },
    seeded,
  )

  it.prop(
    "allows no more in any minute than the rate and a burst, however calls arrive",
    { gaps: Schema.Array(whole(0, 20_000)), callsPerMinute: whole(1, 200), burst: whole(1, 10) },
    ({ gaps, callsPerMinute, burst }) => {
      const times: Array<number> = []
      let pace = neverCalled
      let now = 0
      for (const gap of gaps) {
        now += gap
        for (let next = turn({ callsPerMinute, burst }, pace, now); ;) {
          if (next._tag === "Go") {
            pace = next.pace
            times.push(now)
            break
          }
          now += next.millis
          next = turn({ callsPerMinute, burst }, pace, now)
        }
      }
      for (const start of times) {
        const within = times.filter((time) => time >= start && time < start + 60_000).length
        assert.isAtMost(within, callsPerMinute + burst)
      }
    },
    seeded,
  )

  it("spends a share of the rate where others share the budget", () => {
    assert.strictEqual(intervalOf({ callsPerMinute: 1000, share: 0.5 }), 120)
  })

  it("spends the same share of the burst, rounded down and never less than one call", () => {
    assert.deepStrictEqual(departures({ callsPerMinute: 60, burst: 7, share: 0.5 }, 4), [0, 0, 0, 2000])
    assert.deepStrictEqual(departures({ callsPerMinute: 60, burst: 7, share: 0.1 }, 2), [0, 10_000])
    assert.deepStrictEqual(
      departures(
        { callsPerMinute: 60, burst: 7, share: 0.5 },
        2,
        cooled({ callsPerMinute: 60, burst: 7, share: 0.5 }, neverCalled, 30_000),
      ),
      [30_000, 32_000],
    )
  })

  it("runs faster by the factor by which the other side's limits do", () => {
    assert.strictEqual(departures({ callsPerMinute: 20, speed: 60 }, 3).at(-1), 100)
  })

  it("waits for nothing where there is no limit", () => {
    assert.deepStrictEqual(departures({ callsPerMinute: Number.POSITIVE_INFINITY }, 3), [0, 0, 0])
  })

  it.each([
    { callsPerMinute: 0 },
    { callsPerMinute: Number.NaN },
    { callsPerMinute: 20, share: 1.5 },
    { callsPerMinute: 20, share: 0 },
    { callsPerMinute: 20, speed: 0 },
  ])("refuses a budget that makes no sense: $callsPerMinute a minute, share $share, speed $speed", (budget) => {
    assert.throws(() => intervalOf(budget), RangeError)
  })
})

describe("the cooldown of a key", () => {
  const budget = { callsPerMinute: 20, burst: 5 }

  it("is extended by a later notice and never shortened", () => {
    const long = cooled(budget, neverCalled, 30_000)
    assert.strictEqual(cooled(budget, long, 10_000).cooldownUntil, 30_000)
    assert.strictEqual(cooled(budget, long, 40_000).cooldownUntil, 40_000)
  })

  it("ends without a burst: calls go out one by one after it", () => {
    assert.deepStrictEqual(departures(budget, 3, cooled(budget, neverCalled, 30_000)), [30_000, 33_000, 36_000])
  })

  it.prop(
    "lets no call out before its end",
    { until: whole(1, 600_000), earlier: whole(0, 600_000), callsPerMinute: whole(1, 1000), burst: whole(1, 50) },
    ({ until, earlier, callsPerMinute, burst }) => {
      const pace = cooled({ callsPerMinute, burst }, cooled({ callsPerMinute, burst }, neverCalled, until), earlier)
      const [first = -1] = departures({ callsPerMinute, burst }, 1, pace)
      assert.strictEqual(first, Math.max(until, earlier))
    },
    seeded,
  )
})

describe("a rate that climbs", () => {
  const budget = { callsPerMinute: 20, climb: slowClimb }
  const gapsOf = (times: ReadonlyArray<number>) => times.slice(1).map((time, index) => time - (times[index] ?? 0))

  it("begins at the published rate, and each call that had to wait adds a twentieth of it, up to four times", () => {
    const gaps = gapsOf(departures(budget, 200))
    assert.deepStrictEqual(gaps.slice(0, 3), [3000, 3000, 2858])
    assert.strictEqual(gaps.at(-1), 750)
    assert.isAtLeast(Math.min(...gaps), 749)
  })

  it("does not climb on calls that come later than the published rate lets them", () => {
    let pace = neverCalled
    for (let now = 0; now < 600_000; now += 6000) {
      const next = turn(budget, pace, now)
      assert.strictEqual(next._tag, "Go")
      if (next._tag === "Go") pace = next.pace
    }
    assert.strictEqual(turn(budget, { ...pace, paidUntil: 603_000 }, 600_000)._tag, "Wait")
    assert.strictEqual(pace.rate, undefined)
  })

  it.prop(
    "falls to the published rate at the first refusal and stays there, an interval after the pause",
    { calls: whole(1, 100), pause: whole(1, 120_000) },
    ({ calls, pause }) => {
      let pace = neverCalled
      let now = 0
      for (let sent = 0; sent < calls;) {
        const next = turn(budget, pace, now)
        if (next._tag === "Wait") now += next.millis
        else {
          sent++
          pace = next.pace
        }
      }
      const until = now + pause
      const after = departures(budget, 50, cooled(budget, pace, until))
      assert.isAtLeast(after[0] ?? 0, until + intervalOf(budget))
      for (const gap of gapsOf(after)) assert.isAtLeast(gap, intervalOf(budget) - 1)
    },
    seeded,
  )
})
