// How a request narrows a sync.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { memoryOutput, requestKey } from "../src/index.ts"
import { names, run } from "./running.ts"
import {
  failingStep,
  isMember,
  membership,
  pagedStep,
  personResource,
  teamResource,
  tinyConnector,
} from "./tinyConnector.ts"

describe("a request", () => {
  const everything = pagedStep("people", [
    {
      resources: [personResource("ada"), teamResource("red")],
      entitlements: [membership("red")],
      grants: [isMember("red", "ada")],
    },
  ])

  it.effect("that leaves a type out keeps the grants of the other types", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const summary = yield* run(tinyConnector([everything]), output, { resourceTypes: ["team"] })
      assert.deepStrictEqual(names(output), ["red"])
      assert.deepStrictEqual(output.published()?.grants, [isMember("red", "ada")])
      assert.deepStrictEqual(
        summary.coverage.find((found) => found.resourceType === "person")?.gaps[0]?.reason,
        "request",
      )
    }),
  )

  it.effect("does not run a step that yields nothing it asks for", () =>
    Effect.gen(function* () {
      const unwanted = failingStep("teams", "Refused", { produces: ["team"] })
      const onlyPeople = pagedStep("people", [{ resources: [personResource("ada")] }], { produces: ["person"] })
      const summary = yield* run(tinyConnector([onlyPeople, unwanted]), memoryOutput(), { resourceTypes: ["person"] })
      assert.deepStrictEqual(
        summary.steps.map((found) => found.step),
        ["people"],
      )
    }),
  )

  it.effect("can leave out entitlements and grants, and says so in the coverage", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const summary = yield* run(tinyConnector([everything]), output, { skipEntitlementsAndGrants: true })
      const { resources, entitlements, grants } = summary.published.counts
      assert.deepStrictEqual([resources, entitlements, grants], [{ person: 1, team: 1 }, {}, {}])
      assert.deepStrictEqual(
        summary.coverage.map(({ state, gaps }) => [state, gaps[0]?.missing]),
        [
          ["partial", "entitlements and grants"],
          ["partial", "entitlements and grants"],
        ],
      )
      assert.strictEqual(output.published()?.kind, "resourcesOnly")
    }),
  )

  it.effect("can leave out grants alone: entitlements stay, and the sync is no full one", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const summary = yield* run(tinyConnector([everything]), output, { skipGrants: true })
      const { resources, entitlements, grants } = summary.published.counts
      assert.deepStrictEqual([resources, entitlements, grants], [{ person: 1, team: 1 }, { team: 1 }, {}])
      assert.deepStrictEqual(
        summary.coverage.map(({ state, gaps }) => [state, gaps[0]?.missing]),
        [
          ["partial", "grants"],
          ["partial", "grants"],
        ],
      )
      assert.strictEqual(output.published()?.kind, "partial")
    }),
  )

  it("is another one with grants left out, but not where entitlements are left out as well", () => {
    const keyOf = (skipGrants: boolean, skipEntitlementsAndGrants: boolean) =>
      requestKey({ skipGrants, skipEntitlementsAndGrants })
    assert.notStrictEqual(keyOf(true, false), keyOf(false, false))
    assert.strictEqual(keyOf(true, true), keyOf(false, true))
  })

  it.effect("for a type that the connector does not have is an error that names the types it has", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(run(tinyConnector([everything]), memoryOutput(), { resourceTypes: ["robot"] }))
      assert.strictEqual(error.kind, "configuration")
      assert.include(error.message, "robot")
      assert.include(error.hint, "person, team")
    }),
  )

  it.effect("for no type at all is an error, and the file of before stays", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const error = yield* Effect.flip(run(tinyConnector([everything]), output, { resourceTypes: [] }))
      assert.strictEqual(error.reason, "BadRequest")
      assert.include(error.hint, "person, team")
      assert.isUndefined(output.published())
    }),
  )

  it.effect("for steps that wait for each other is refused instead of hanging", () =>
    Effect.gen(function* () {
      const one = pagedStep("one", [{}], { after: ["two"] })
      const two = pagedStep("two", [{}], { after: ["one"] })
      const error = yield* Effect.flip(run(tinyConnector([one, two])))
      assert.strictEqual(error.reason, "Defective")
    }),
  )
})
