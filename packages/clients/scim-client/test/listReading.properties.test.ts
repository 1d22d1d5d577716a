// What holds of every list, whatever is on it and whatever happens to it between two pages.
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { mostReadings } from "../src/index.ts"
import { people, resumed, type Server, standard, walk } from "./listWalk.ts"

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const seeded = { arbitrary: { seed: 7, runs: 300 } }

/** A change of a list between two pages: someone leaves, or comes in at some place. The others keep their order. */
const Change = Schema.Struct({ change: Schema.Literals(["leave", "come"]), at: whole(0, 40) })

const changed = (
  ids: ReadonlyArray<string>,
  { change, at }: typeof Change.Type,
  newcomer: string,
): ReadonlyArray<string> => {
  if (change === "come") return ids.toSpliced(at % (ids.length + 1), 0, newcomer)
  return ids.length === 0 ? ids : ids.toSpliced(at % ids.length, 1)
}

/** The states of a list, one for each call: as many changes before each call as are named, and none when they run out. */
const history = (size: number, changes: ReadonlyArray<typeof Change.Type>, perCall: number) => {
  const states: Array<ReadonlyArray<string>> = [people(size)]
  for (let from = 0; from < changes.length; from += perCall) {
    const some = changes.slice(from, from + perCall)
    states.push(some.reduce((ids, change, at) => changed(ids, change, `new${from + at}`), states.at(-1) ?? []))
  }
  return (call: number): ReadonlyArray<string> => states[Math.min(call, states.length) - 1] ?? []
}

describe("a list that stands still", () => {
  it.prop(
    "is whole after one reading that shows everyone once, in ⌈(n − 1) ∕ (page − 1)⌉ calls",
    { size: whole(0, 60), count: whole(2, 20), most: whole(2, 20), odd: Schema.Array(whole(1, 60)) },
    ({ size, count, most, odd }) => {
      const ids = people(size).map((id, at) => (odd.includes(at + 1) ? `?${id}` : id))
      const {
        verdict,
        readings,
        starts,
        ids: read,
      } = walk(
        standard(() => ids, undefined, most),
        count,
      )
      assert.deepStrictEqual([verdict, readings, read], ["Whole", 1, ids])
      assert.lengthOf(starts, Math.max(1, Math.ceil((size - 1) / (Math.min(count, most) - 1))))
    },
    seeded,
  )
})

describe("a list that changes between pages", () => {
  const arbitrary = {
    size: whole(1, 20),
    count: whole(2, 7),
    changes: Schema.Array(Change),
    perCall: whole(1, 3),
  }

  it.prop(
    "is called whole only if everyone who was on it all the time was read",
    arbitrary,
    ({ size, count, changes, perCall }) => {
      const during = history(size, changes, perCall)
      const { verdict, ids, starts } = walk(standard(during), count)
      if (verdict !== "Whole") return
      const allTheTime = people(size).filter((id) => starts.every((_, call) => during(call + 1).includes(id)))
      assert.includeMembers([...ids], allTheTime)
    },
    seeded,
  )

  it.prop(
    "has the same outcome for a run that stops and resumes between any two pages",
    arbitrary,
    ({ size, count, changes, perCall }) => {
      const server = standard(history(size, changes, perCall))
      assert.deepStrictEqual(walk(server, count, resumed), walk(server, count))
    },
    seeded,
  )
})

describe("a server that answers anything", () => {
  const Odd = Schema.Struct({ ids: Schema.Array(whole(0, 12)), total: whole(0, 14) })

  it.prop(
    "is asked at most three readings, and fewer than 200 pages",
    { answers: Schema.Array(Odd), count: whole(1, 7) },
    ({ answers, count }) => {
      const server: Server = (_, __, call) => {
        const { ids, total } = answers[call % (answers.length + 1)] ?? { ids: [], total: 0 }
        return { ids: ids.map((id) => (id % 5 === 4 ? `?${id}` : `p${id}`)), total }
      }
      assert.isAtMost(walk(server, count).readings, mostReadings)
    },
    seeded,
  )
})
