// Two sequences in any order: all that differs is named, whatever order either is in.
import { assert, it } from "@effect/vitest"
import { Schema } from "effect"
import { walkTogether } from "../../src/diff/storedOrder.ts"

const Side = Schema.Array(Schema.Struct({ key: Schema.Literals(["a", "b", "c", "d", "e", "f"]), value: Schema.Int }))
type Side = typeof Side.Type

/** A side as the walk takes it, in blocks of two records. */
const placeIn = (side: Side, isPlain = true, canBeSplit = true) => {
  let [from, at] = [0, 0]
  const records = () => (from < 0 ? [] : side.slice(from, from + 2))
  return {
    get isUsedUp() {
      return at >= Math.min(from + 2, side.length) && at < side.length
    },
    get current() {
      return side[at]
    },
    get block() {
      return { texts: JSON.stringify(records()), data: new Uint8Array(), length: records().length }
    },
    advance: () => void at++,
    begin: () => {
      from = at
      return isPlain
    },
    split: () => canBeSplit,
    pass: () => void (at += records().length),
  }
}

const kind = {
  keyOf: ({ key }: Side[number]) => key,
  isSame: (a: Side[number], b: Side[number]) => a.key === b.key && a.value === b.value,
  kept: (record: Side[number]) => record,
}

const walked = (a: Side, b: Side) => {
  const walk = walkTogether(placeIn(a), placeIn(b), kind, 100)
  for (;;) {
    const step = walk.next()
    if (step.done === true) return step.value
  }
}

/** A side without what a key has twice. */
const once = (side: Side): Side => side.filter(({ key }, at) => side.findIndex((other) => other.key === key) === at)

it.prop("what one side has alone, or other than the other side, is named", [Side, Side], ([first, second]) => {
  const [a, b] = [once(first), once(second)]
  const found = walked(a, b)
  const lacks = (side: Side, record: Side[number]) => !side.some((other) => kind.isSame(record, other))
  const named = [...(found?.before ?? []), ...(found?.after ?? [])]
  const differing = [...a.filter((record) => lacks(b, record)), ...b.filter((record) => lacks(a, record))].map(
    ({ key }) => key,
  )
  assert.deepStrictEqual([...new Set(named)].toSorted(), [...new Set(differing)].toSorted())
})

it("too many are not remembered, what is not plain is not walked through, and a long walk is given pauses", () => {
  const many = Array.from({ length: 5000 }, (_, value) => ({ key: "a" as const, value }))
  const numbered = { ...kind, keyOf: ({ value }: Side[number]) => String(value) }
  const others = many.map(({ key, value }) => ({ key, value: value + 10_000 }))
  const walk = walkTogether(placeIn(many), placeIn(many), numbered, 0)
  assert.deepStrictEqual([walk.next().value, walk.next().value], ["pause", "pause"])
  assert.deepStrictEqual(walk.next(), { done: true, value: { before: new Set<string>(), after: new Set<string>() } })
  const tooMany = walkTogether(placeIn(many), placeIn(others), numbered, 10)
  assert.deepStrictEqual(tooMany.next(), { done: true, value: undefined })
  const odd = walkTogether(placeIn(many), placeIn(many, false), numbered, 10)
  assert.deepStrictEqual(odd.next(), { done: true, value: undefined })
  const whole = walkTogether(placeIn(many), placeIn(others, true, false), numbered, 10)
  assert.deepStrictEqual(whole.next(), { done: true, value: undefined })
})
