// A quick sync: which steps it reads, what it says that it did not, and what it never replaces.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Connector } from "../src/index.ts"
import { memoryOutput, requestKey } from "../src/index.ts"
import { failingOnceAt, names, run, threePeople } from "./running.ts"
import { failingStep, pagedStep, personResource, teamResource, tinyConnector } from "./tinyConnector.ts"

const fast = pagedStep("fast", [{ resources: [personResource("ada")] }, { resources: [personResource("bob")] }], {
  produces: ["person"],
})
const slow = pagedStep("slow", [{ resources: [personResource("eve"), teamResource("red")] }])
const lacks = [
  { resourceType: "person", missing: "people whom the fast list does not show" },
  { resourceType: "person", missing: "kinds of people", attributes: ["kind"] },
] as const
const quickOf = (more: Partial<Connector> = {}, steps = [fast, slow]) =>
  tinyConnector(steps, { quick: { steps: ["fast"], lacks }, ...more })

const explanation = "A quick sync was asked for, which does not read it; a sync without --quick does."

describe("a quick sync", () => {
  it.effect("reads its steps alone, is never a full one, and names all that it did not read", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const unread = failingStep("slow", "Refused")
      const { kind, coverage, steps } = yield* run(quickOf({}, [fast, unread]), output, { quick: true })
      assert.strictEqual(kind, "partial")
      assert.deepStrictEqual(
        steps.map(({ step }) => step),
        ["fast"],
      )
      assert.deepStrictEqual(names(output), ["ada", "bob"])
      const gap = { reason: "quick" as const, explanation }
      assert.deepStrictEqual(coverage, [
        { resourceType: "person", state: "partial", gaps: lacks.map((lack) => ({ ...lack, ...gap })) },
        { resourceType: "team", state: "skipped", gaps: [{ resourceType: "team", missing: "Team", ...gap }] },
      ])
    }),
  )

  it.effect("is not a full one where it reads every type whole either", () =>
    Effect.gen(function* () {
      const quick = { steps: ["slow"], lacks: [] }
      const { kind, coverage } = yield* run(quickOf({ quick }), memoryOutput(), { quick: true })
      assert.strictEqual(kind, "partial")
      assert.deepStrictEqual(
        coverage.map(({ state }) => state),
        ["complete", "complete"],
      )
    }),
  )

  it.effect("continues what a quick one left, and never what a full one left", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const broken = quickOf({}, [failingOnceAt(1, "Unavailable", fast), slow])
      yield* Effect.flip(run(broken, output, { quick: true }))
      const resumed = yield* run(quickOf(), output, { quick: true })
      assert.isTrue(resumed.resumed)
      assert.deepStrictEqual(names(output), ["ada", "bob"])
      yield* Effect.flip(run(quickOf({}, [failingOnceAt(1, "Unavailable", fast), slow]), output))
      assert.isFalse((yield* run(quickOf(), output, { quick: true })).resumed)
      assert.notStrictEqual(requestKey({ quick: true }), requestKey({}))
    }),
  )

  it.effect("is held back by no loss, and a full one after it is compared with the full one before it", () =>
    Effect.gen(function* () {
      const people = Array.from({ length: 40 }, (_, index) => personResource(`p${index}`))
      const many = pagedStep("slow", [{ resources: people }])
      const output = memoryOutput()
      yield* run(quickOf({}, [fast, many]), output)
      assert.strictEqual(
        (yield* run(quickOf({}, [fast, many]), output, { quick: true })).published.counts.resources["person"],
        2,
      )
      const collapsed = yield* Effect.flip(run(quickOf(), output))
      assert.match(collapsed.message, /42 person before, 3 now/u)
    }),
  )

  it.effect(
    "is refused where the connector has none, and for types that it does not read, before anything is asked",
    () =>
      Effect.gen(function* () {
        const identify = Effect.die(new Error("The system was asked."))
        const none = yield* Effect.flip(
          run(tinyConnector([threePeople], { identify }), memoryOutput(), { quick: true }),
        )
        assert.strictEqual(none.message, "Tiny has no quick sync.")
        const request = { quick: true, resourceTypes: ["person", "team"] }
        const other = yield* Effect.flip(run(quickOf({ identify }), memoryOutput(), request))
        assert.strictEqual(other.message, "A quick sync of Tiny reads person, and not team.")
      }),
  )

  it.effect("is refused where lists may name an account by another id than full syncs do", () =>
    Effect.gen(function* () {
      const identify = Effect.succeed({ id: "T1", displayName: "Tiny Inc.", hasAliases: true })
      const output = memoryOutput()
      const error = yield* Effect.flip(run(quickOf({ identify }), output, { quick: true }))
      assert.strictEqual(error.kind, "refused")
      assert.include(error.message, "Tiny cannot be synced with --quick here")
      assert.strictEqual(output.published(), undefined)
      assert.strictEqual((yield* run(quickOf({ identify }), output)).kind, "full")
    }),
  )
})
