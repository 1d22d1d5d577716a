// Which copies stay, in UTC, whatever the order in which they are listed.
import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { copiesToRemove, parseRetention } from "../src/index.ts"

const copies = (...times: ReadonlyArray<string>) => times.map((endedAt) => ({ endedAt, kept: false }))
const stay = (all: ReturnType<typeof copies>, ...[daily, weekly, monthly]: readonly [number, number, number]) => {
  const removed = copiesToRemove(all, { daily, weekly, monthly })
  return all.filter((copy) => !removed.includes(copy)).map(({ endedAt }) => endedAt)
}

describe("the copies that stay", () => {
  it("are the last of each of the last so many days that have one", () => {
    const all = copies(
      "2026-10-01T03:00:00Z",
      "2026-10-01T23:59:59.999Z",
      "2026-10-02T00:00:00Z",
      "2026-10-05T03:00:00Z",
    )
    assert.deepStrictEqual(stay(all, 2, 0, 0), ["2026-10-02T00:00:00Z", "2026-10-05T03:00:00Z"])
    assert.deepStrictEqual(stay(all.toReversed(), 3, 0, 0).toReversed(), [
      "2026-10-01T23:59:59.999Z",
      "2026-10-02T00:00:00Z",
      "2026-10-05T03:00:00Z",
    ])
  })

  it("are the last of each week, which begins on Monday, and of each month", () => {
    const all = copies(
      "2026-08-31T12:00:00Z",
      "2026-09-27T23:59:59Z", // a Sunday
      "2026-09-28T00:00:00Z", // a Monday
      "2026-09-30T12:00:00Z",
      "2026-10-01T12:00:00Z",
    )
    assert.deepStrictEqual(stay(all, 0, 2, 0), ["2026-09-27T23:59:59Z", "2026-10-01T12:00:00Z"])
    assert.deepStrictEqual(stay(all, 0, 0, 3), ["2026-08-31T12:00:00Z", "2026-09-30T12:00:00Z", "2026-10-01T12:00:00Z"])
  })

  it("are those that somebody keeps, and the newest whatever the numbers", () => {
    const all = [
      { endedAt: "2020-01-01T00:00:00Z", kept: true },
      ...copies("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
    ]
    assert.deepStrictEqual(stay(all, 0, 0, 0), ["2020-01-01T00:00:00Z", "2026-01-02T00:00:00Z"])
    assert.deepStrictEqual(copiesToRemove(all, "all"), [])
  })
})

describe("a retention", () => {
  it("is read from numbers of days, weeks and months", () => {
    assert.deepStrictEqual(parseRetention("14d, 8W,24m"), Option.some({ daily: 14, weekly: 8, monthly: 24 }))
    assert.deepStrictEqual(parseRetention("3m"), Option.some({ daily: 0, weekly: 0, monthly: 3 }))
    assert.deepStrictEqual(parseRetention("All"), Option.some("all"))
  })

  for (const text of ["", "14", "14d,14d", "-1d", "1.5d", "0d", "14y", "14d;8w"]) {
    it(`is not: ${text === "" ? "nothing" : text}`, () => {
      assert.deepStrictEqual(parseRetention(text), Option.none())
    })
  }
})
