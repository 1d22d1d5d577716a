// Two sorted sequences side by side give what comparing them as maps gives.
import { assert, it } from "@effect/vitest"
import { compareText } from "@rollcall/c1z"
import { Schema } from "effect"
import { mergeSorted } from "../../src/diff/mergeSorted.ts"

const Side = Schema.Record(Schema.String, Schema.Int)

function* sorted(side: typeof Side.Type, closed: () => void) {
  try {
    for (const key of Object.keys(side).toSorted(compareText)) yield { key, value: side[key] }
  } finally {
    closed()
  }
}

const byKey = (a: { readonly key: string }, b: { readonly key: string }) => compareText(a.key, b.key)

it.prop("any two sequences differ in what only one has, and in what both have differently", [Side, Side], ([a, b]) => {
  const found = [
    ...mergeSorted(
      sorted(a, () => {}),
      sorted(b, () => {}),
      byKey,
      (x, y) => x.value !== y.value,
    ),
  ]
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted(compareText)
  const expected = keys.filter((key) => !Object.hasOwn(a, key) || !Object.hasOwn(b, key) || a[key] !== b[key])
  assert.deepStrictEqual(
    found.map((difference) =>
      difference === "pause" ? difference : [difference.before?.value, difference.after?.value],
    ),
    expected.map((key) => [Object.hasOwn(a, key) ? a[key] : undefined, Object.hasOwn(b, key) ? b[key] : undefined]),
  )
})

it("both sequences are closed when their reader has seen enough, and a long one is given pauses", () => {
  let closed = 0
  const close = () => void closed++
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [String(at), at]))
  const differences = mergeSorted(sorted(many, close), sorted({ ...many, a: 1, b: 2 }, close), byKey, () => false)
  const first: Array<unknown> = []
  for (const difference of differences) {
    first.push(difference === "pause" ? difference : difference.after?.value)
    if (first.length === 3) break
  }
  assert.deepStrictEqual(first, ["pause", "pause", 1])
  assert.strictEqual(closed, 2)
})
