// Which sync a person means who does not type its whole id.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ChoosableSync } from "../src/index.ts"
import { chooseSync, noteOnDate } from "../src/index.ts"

const sync = (id: string, endedAt: string | undefined, type = "full"): ChoosableSync => ({ id, type, endedAt })

const syncs = [
  sync("2abcX", "2026-09-28T23:59:59.5Z"),
  sync("2abcY", "2026-10-01T00:00:00Z"),
  sync("2abd", "2026-10-02T10:00:00Z", "partial"),
  sync("3new", "2026-10-03T10:00:00Z"),
  sync("3open", undefined),
]

const chosen = (reference: string, among: ReadonlyArray<ChoosableSync> = syncs) =>
  Effect.map(chooseSync("sync.c1z", among, reference), ({ id }) => id)
const refused = (reference: string, among: ReadonlyArray<ChoosableSync> = syncs) =>
  Effect.map(Effect.flip(chooseSync("sync.c1z", among, reference)), ({ message }) => message)

describe("a reference to a sync", () => {
  it.effect("is an id, or the beginning of one that no other has", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* chosen("2abd"), "2abd")
      assert.strictEqual(yield* chosen("3o"), "3open")
      assert.strictEqual(yield* chosen("2ab", [sync("2ab", undefined), ...syncs]), "2ab")
      assert.include(yield* refused("2abc"), "2 syncs whose ids begin with 2abc: 2abcX, 2abcY.")
      assert.include(yield* refused("3opem"), "Did you mean 3open?")
      assert.include(yield* refused(""), "holds no sync")
    }),
  )

  it.effect("is `latest` or `previous`, which are full syncs in the order in which they were published", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* chosen("latest"), "3new")
      assert.strictEqual(yield* chosen("previous"), "2abcY")
      const reversed = [sync("b", "2026-02-01T00:00:00Z"), sync("a", "2026-01-01T00:00:00Z")]
      assert.deepStrictEqual([yield* chosen("latest", reversed), yield* chosen("previous", reversed)], ["a", "b"])
      assert.strictEqual(yield* chosen("latest", [sync("part", "2026-01-01T00:00:00Z", "partial")]), "part")
      assert.include(yield* refused("previous", syncs.slice(2)), "holds one finished full sync")
      assert.include(yield* refused("latest", []), "holds no sync")
    }),
  )

  it.effect("is a day in UTC or an instant, of which the last full sync at or before it is meant", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* chosen("2026-09-28"), "2abcX")
      assert.strictEqual(yield* chosen("2026-10-01"), "2abcY")
      assert.strictEqual(yield* chosen("2026-10-02"), "2abcY")
      assert.strictEqual(yield* chosen("2026-10-01T00:00:00Z"), "2abcY")
      assert.strictEqual(yield* chosen("2026-10-01T01:59:59+02:00"), "2abcX")
      assert.include(yield* refused("2026-09-27"), "no finished full sync of 2026-09-27 or before")
      assert.include(yield* refused("2026-02-30"), "holds no sync 2026-02-30")
    }),
  )
})

describe("a sync that was chosen by its date", () => {
  const note = (reference: string, endedAt: string) => noteOnDate(reference, sync("2abc", endedAt))

  it("is named, with a warning where it is more than two days older", () => {
    assert.deepStrictEqual(note("2026-10-01", "2026-09-29T12:00:00Z"), {
      text: "The sync 2abc of 2026-09-29T12:00:00Z is read, the last one at or before 2026-10-01.",
      isWarning: false,
    })
    const old = note("2026-10-03", "2026-09-30T12:00:00Z")
    assert.strictEqual(old?.isWarning, true)
    assert.include(old?.text ?? "", ", and 3 days older.")
    assert.strictEqual(note("2026-10-03T00:00:00Z", "2026-10-01T00:00:00Z")?.isWarning, false)
    assert.strictEqual(note("2026-10-03T00:00:01Z", "2026-10-01T00:00:00Z")?.isWarning, true)
  })

  it("is not named where its id was typed", () => {
    assert.strictEqual(note("2abc", "2026-09-29T12:00:00Z"), undefined)
    assert.strictEqual(note("latest", "2026-09-29T12:00:00Z"), undefined)
  })
})
