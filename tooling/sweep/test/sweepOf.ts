// The fault sweep in the form of the test command, into memory: of a list every fault at every place, and of other replies
// each fault once, in manners that take turns.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { replyFaults } from "../src/faults.ts"
import { manners, type PlannedFault } from "../src/faultyFetch.ts"
import { memory } from "../src/outputs.ts"
import { sweepWorld, wrongOutcomes } from "../src/sweep.ts"
import type { World } from "../src/worlds.ts"

const replyKinds = new Set(replyFaults)

/** One of so many cases, so that what repeats in their order takes turns. */
const inTurn = (cases: ReadonlyArray<PlannedFault>, of: number): ReadonlyArray<PlannedFault> =>
  cases.filter((_, index) => index % of === Math.floor(index / of) % of)

/** The tests of some worlds. They stand in several files, which run side by side. */
export const sweepOf = (worlds: ReadonlyArray<World>): void =>
  describe.each(worlds)("A sync of $name against wrong replies", (world) => {
    it.live(
      "ends complete, or with a gap that names what is missing, or with nothing replaced",
      () =>
        Effect.gen(function* () {
          const swept = yield* sweepWorld(world, memory, (cases) => [
            ...inTurn(
              cases.filter(({ kind }) => !replyKinds.has(kind)),
              manners.length,
            ),
            ...inTurn(
              cases.filter(({ kind }) => replyKinds.has(kind)),
              manners.length * 3,
            ),
          ])
          assert.deepStrictEqual(wrongOutcomes(swept), [])
          // A sweep that never sees one of them proves nothing.
          const endings = new Set(swept.map(({ outcome }) => outcome.ended))
          assert.deepStrictEqual(endings, new Set(["complete", "gap", "nothing replaced"]))
        }),
      120_000,
    )
  })
