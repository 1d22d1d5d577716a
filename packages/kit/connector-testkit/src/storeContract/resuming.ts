// When a store resumes the sync that an earlier run left, and when it starts again.
import { assert, describe, it } from "@effect/vitest"
import type { SyncIdentity } from "@rollcall/connector"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { StoreWorld } from "./tinySync.ts"
import { freshRuns, hour, identity, publishOnce, readSome, resultOf, start, stateOf, tooLittle } from "./tinySync.ts"

/** Declares the tests of resuming. */
export const resuming = (output: StoreWorld["output"]): void => {
  it.effect("MUST resume the sync of the same identity with its id, its beginning and its steps", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      const first = yield* run(readSome)
      yield* TestClock.adjust(hour)
      const second = yield* run((store) => store.open(identity))
      assert.deepStrictEqual(second, {
        syncId: first.syncId,
        startedAt: start,
        resumed: true,
        steps: [stateOf({ ended: false, next: "page-2" })],
      })
    }),
  )

  it.effect("MUST know every cursor that a step has stored, in earlier runs too, and none of another step", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      yield* run(readSome)
      const known = yield* run((store) =>
        Effect.gen(function* () {
          yield* store.open(identity)
          yield* store.commit({}, stateOf({ ended: false, next: "page-3" }))
          const asked = [
            ["people", "page-2"],
            ["people", "page-3"],
            ["people", "page-4"],
            ["teams", "page-2"],
          ] as const
          return yield* Effect.forEach(asked, ([step, cursor]) => store.hasCursor(step, cursor))
        }),
      )
      assert.deepStrictEqual(known, [true, true, false, false])
    }),
  )

  const others: ReadonlyArray<Partial<SyncIdentity>> = [
    { connector: "other" },
    { tenant: "T2" },
    { request: "less" },
    { reach: ["more"] },
    { steps: ["people", "more"] },
  ]
  for (const other of others) {
    it.effect(`MUST start from the beginning for another identity, and say so: ${Object.keys(other).join()}`, () =>
      Effect.gen(function* () {
        const run = yield* freshRuns(output)
        const first = yield* run(readSome)
        const second = yield* run((store) => store.open({ ...identity, ...other }))
        assert.deepStrictEqual([second.resumed, second.restartReason, second.steps], [false, "other identity", []])
        assert.notStrictEqual(second.syncId, first.syncId)
      }),
    )
  }

  it.effect("MUST resume a sync for a day, and start from the beginning after that", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      yield* run(readSome)
      yield* TestClock.setTime(start + 24 * hour)
      assert.isTrue((yield* run((store) => store.open(identity))).resumed)
      yield* TestClock.setTime(start + 24 * hour + 1)
      const late = yield* run((store) => store.open(identity))
      assert.deepStrictEqual([late.resumed, late.restartReason, late.steps], [false, "too old", []])
    }),
  )

  it.effect("MUST start from the beginning where the clock was set back to before the sync began", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      yield* run(readSome)
      yield* TestClock.setTime(start - 1)
      const back = yield* run((store) => store.open(identity))
      assert.deepStrictEqual([back.resumed, back.restartReason, back.startedAt], [false, "later than now", start - 1])
    }),
  )

  it.effect("MUST forget what a step that begins again has given, its cursors included", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      yield* run((store) => Effect.andThen(readSome(store), store.restart("people")))
      const [open, isKnown] = yield* run((store) =>
        Effect.all([store.open(identity), store.hasCursor("people", "page-2")]),
      )
      assert.deepStrictEqual([open.resumed, open.steps, isKnown], [true, [], false])
    }),
  )

  describe("with a sync that was refused because it lost too much", () => {
    const refused = Effect.gen(function* () {
      const run = yield* freshRuns(output)
      const first = yield* run(publishOnce())
      yield* TestClock.adjust(hour)
      const error = yield* Effect.flip(run(publishOnce({ shrink: tooLittle })))
      assert.deepInclude(error, { _tag: "SyncError", reason: "Shrank" })
      const held = yield* run((store) => store.earlier())
      assert.deepStrictEqual(
        held.map((sync) => sync.syncId),
        [first.syncId],
      )
      return run
    })

    it.effect("MUST give a run that accepts it what was read, to be published", () =>
      Effect.gen(function* () {
        const run = yield* refused
        const [open, published] = yield* run((store) =>
          Effect.all([store.open(identity, true), store.publish(resultOf())]),
        )
        assert.deepStrictEqual([open.resumed, open.steps], [true, [stateOf()]])
        assert.deepStrictEqual(published.counts.resources, { person: 2, team: 1 })
      }),
    )

    it.effect("MUST start from the beginning for a run that does not accept it", () =>
      Effect.gen(function* () {
        const run = yield* refused
        const open = yield* run((store) => store.open(identity))
        assert.deepStrictEqual([open.resumed, open.restartReason, open.steps], [false, "shrank", []])
        const later = yield* run((store) => store.open(identity))
        assert.isTrue(later.resumed)
      }),
    )

    it.effect("MUST NOT resume it after a day, nor for another identity", () =>
      Effect.gen(function* () {
        const run = yield* refused
        yield* TestClock.adjust(24 * hour + 1)
        const late = yield* run((store) => store.open(identity, true))
        assert.deepStrictEqual([late.resumed, late.restartReason], [false, "too old"])
      }),
    )
  })

  it.effect("MUST resume an interrupted sync, whether the run accepts a loss or not", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      yield* run(readSome)
      assert.isTrue((yield* run((store) => store.open(identity, true))).resumed)
      assert.isTrue((yield* run((store) => store.open(identity, false))).resumed)
    }),
  )
}
