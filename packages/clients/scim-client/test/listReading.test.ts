// The judgement of a list, page by page, over servers that are well and servers that are not.
import { assert, describe, it } from "@effect/vitest"
import { people, type Server, slice, standard, walk } from "./listWalk.ts"

const outcomeOf = (server: Server, count?: number) => {
  const { verdict, readings } = walk(server, count)
  return [verdict, readings]
}

describe("a reading of a list that stands still", () => {
  it("costs ⌈(n − 1) ∕ (count − 1)⌉ pages, each after the first one position early", () => {
    for (const n of [2, 3, 4, 5, 7, 8, 10, 11, 100, 101, 200]) {
      const { starts, verdict, ids } = walk(
        standard(() => people(n)),
        4,
      )
      assert.deepStrictEqual([verdict, starts.length, ids], ["Whole", Math.ceil((n - 1) / 3), people(n)], String(n))
    }
    assert.deepStrictEqual(walk(standard(() => people(10))).starts, [1, 4, 7])
    assert.lengthOf(
      walk(
        standard(() => people(200)),
        101,
      ).starts,
      2,
    )
    assert.lengthOf(
      walk(
        standard(() => people(10_000)),
        1000,
      ).starts,
      11,
    )
  })

  it("is one page if it is empty, or holds one record", () => {
    assert.deepStrictEqual(walk(standard(() => [])).starts, [1])
    assert.deepStrictEqual(walk(standard(() => people(1))).starts, [1])
  })

  it("is whole if the server puts fewer records on a page than asked for, and on each another number", () => {
    for (const most of [2, 3])
      assert.deepStrictEqual(
        outcomeOf(
          standard(() => people(9), undefined, most),
          100,
        ),
        ["Whole", 1],
      )
    const uneven: Server = (startIndex, _, call) => ({ ids: slice(people(9), startIndex, 2 + (call % 2)), total: 9 })
    assert.deepStrictEqual(outcomeOf(uneven), ["Whole", 1])
  })

  it("is whole if the server ignores the count and puts all on one page", () => {
    const { verdict, starts } = walk(() => ({ ids: people(9), total: 9 }))
    assert.deepStrictEqual([verdict, starts], ["Whole", [1]])
  })

  it("counts a record that cannot be read, also one that links two pages", () => {
    const ids = ["p1", "p2", "p3", "?4", "p5", "?6"]
    assert.deepStrictEqual(outcomeOf(standard(() => ids)), ["Whole", 1])
  })

  it("is whole if the server begins each page one record too early", () => {
    const early: Server = (startIndex, count) => ({
      ids: slice(people(10), Math.max(1, startIndex - 1), count),
      total: 10,
    })
    assert.deepStrictEqual(outcomeOf(early), ["Whole", 1])
  })

  it("is whole with more records than the total says, once a page brings no new one", () => {
    const { verdict, ids, starts } = walk(standard(() => people(10), 5))
    assert.deepStrictEqual([verdict, ids, starts], ["Whole", people(10), [1, 4, 7, 10]])
  })

  it("is whole if the server counts a record that it lists twice, and every page begins where the one before ended", () => {
    const twice = [...people(5), "p2", "p6", "p7"]
    assert.deepStrictEqual(outcomeOf(standard(() => twice)), ["Whole", 1])
  })
})

describe("a reading that is not whole", () => {
  it("is followed by another, if somebody left between two pages", () => {
    const { verdict, readings, ids } = walk(standard((call) => (call === 1 ? people(10) : people(10).slice(1))))
    assert.deepStrictEqual([verdict, readings], ["Whole", 2])
    assert.includeMembers(ids, people(10))
  })

  it("is followed by another, if somebody came in before the page, though the pages are linked", () => {
    const { verdict, readings, ids } = walk(standard((call) => (call === 1 ? people(10) : ["p0", ...people(10)])))
    assert.deepStrictEqual([verdict, readings], ["Whole", 2])
    assert.include(ids, "p0")
  })

  it("is followed by another, if one came and one left at the same time, so that the total stands still", () => {
    const moved = [...people(10).slice(1), "p11"]
    const { verdict, ids } = walk(standard((call) => (call === 1 ? people(10) : moved)))
    assert.strictEqual(verdict, "Whole")
    assert.includeMembers(ids, moved)
  })

  it("is followed by another, if a record moved from a later page to an earlier one", () => {
    const before = people(10)
    const after = ["p1", "p9", ...before.slice(1, 8), "p10"]
    const { verdict, ids } = walk(standard((call) => (call === 1 ? before : after)))
    assert.strictEqual(verdict, "Whole")
    assert.includeMembers(ids, before)
  })

  it("is followed by another, if a page in the middle is empty once", () => {
    const empty: Server = (startIndex, count, call) => ({
      ids: call === 2 ? [] : slice(people(10), startIndex, count),
      total: 10,
    })
    assert.deepStrictEqual(outcomeOf(empty), ["Whole", 2])
  })
})

describe("a list that is not whole in three readings", () => {
  it("was changing, if all its records together reach the last total", () => {
    const leaving = walk(standard((call) => people(30).slice(call)))
    assert.match(leaving.verdict, /^Changing \d+ 29$/u)
    assert.strictEqual(leaving.readings, 3)
  })

  const short: ReadonlyArray<readonly [string, Server, string]> = [
    ["the server announces more than it has", standard(() => people(8), 11), "Short 11 8"],
    ["the server announces records and lists none", standard(() => [], 40), "Short 40 0"],
    ["every page is the first one", () => ({ ids: people(4), total: 10 }), "Short 10 4"],
    [
      "a page comes again in place of the next",
      (startIndex, count) => ({ ids: slice(people(12), startIndex > 4 ? 4 : startIndex, count), total: 12 }),
      "Short 12 7",
    ],
    [
      "a page in the middle is always empty",
      (startIndex, count) => ({ ids: startIndex === 4 ? [] : slice(people(10), startIndex, count), total: 10 }),
      "Short 10 4",
    ],
    [
      "a record stands on a page twice, in the place of another",
      standard(() => ["p1", "p1", "p2", "p3"], 4),
      "Short 4 3",
    ],
    [
      "the same record comes again on pages that do not begin where the one before ended",
      (startIndex) => ({ ids: startIndex === 1 ? people(4) : ["p1", "p4", "p5"], total: 7 }),
      "Short 7 5",
    ],
    ["its records that cannot be read are too few to explain it", standard(() => ["p1", "?2", "p3"], 5), "Short 5 2"],
    ["the server lists no more than the first hundred", standard(() => people(6), 9, 3), "Short 9 6"],
  ]
  it.each(short)("is short, if %s", (_, server, verdict) => {
    assert.deepStrictEqual(outcomeOf(server), [verdict, 3])
  })

  it("comes to an end if the server puts one record on a page, which no page can be linked with", () => {
    const { verdict, ids } = walk(standard(() => people(5), undefined, 1))
    assert.deepStrictEqual([verdict, ids], ["Changing 5 5", people(5)])
  })
})
