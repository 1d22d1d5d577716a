// What a sync may do to what was there before it: the guard against collapse, and whose data an output holds.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Ref } from "effect"
import { TestClock } from "effect/testing"
import type { Connector, MemoryOutput, ReplacePolicy, Step, SyncRequest } from "../src/index.ts"
import { findShrunk, memoryOutput, runSync, SyncEvents } from "../src/index.ts"
import { isOfTenant } from "../src/engine/replacePolicy.ts"
import { isMember, membership, pagedStep, personResource, teamResource, tinyConnector } from "./tinyConnector.ts"

const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`)

/** A step that shows so many people, so many of them in a team, and how often it was asked. */
const showing = (people: number, members = 0, calls = { count: 0 }): Step => {
  const step = pagedStep("people", [
    {
      resources: [...many(people).map((id) => personResource(id)), teamResource("red")],
      entitlements: [membership("red")],
      grants: many(members).map((id) => isMember("red", id)),
    },
  ])
  return {
    ...step,
    page: (request) =>
      Effect.andThen(
        Effect.sync(() => void calls.count++),
        step.page(request),
      ),
  }
}

const run = (connector: Connector, output: MemoryOutput, policy: ReplacePolicy = {}, request: SyncRequest = {}) =>
  runSync(connector, request, policy).pipe(Effect.provide(output.layer, { local: true }))

const people = (output: MemoryOutput) =>
  output.published()?.resources.filter(({ id }) => id.resourceType === "person").length

describe("a sync that shows far less than the last full one", () => {
  const losing: ReadonlyArray<readonly [string, Step, Step, string]> = [
    ["people", showing(40), showing(19), "40 person before, 19 now"],
    ["all people", showing(20), showing(0), "20 person before, 0 now"],
    ["grants alone", showing(40, 30), showing(40, 14), "30 grants on team before, 14 now"],
  ]
  for (const [what, before, after, figures] of losing) {
    it.effect(`is not published, and both figures are told: ${what}`, () =>
      Effect.gen(function* () {
        const output = memoryOutput()
        yield* run(tinyConnector([before]), output)
        const published = output.published()
        const error = yield* Effect.flip(run(tinyConnector([after]), output))
        assert.deepStrictEqual([error.reason, error.kind], ["Shrank", "interrupted"])
        assert.include(error.message, figures)
        assert.include(error.hint, "--allow-shrink")
        assert.strictEqual(output.published(), published)
      }),
    )
  }

  const allowed: ReadonlyArray<readonly [string, number, number, ReplacePolicy]> = [
    ["half of them are there", 40, 20, {}],
    ["there were fewer than 20", 19, 0, {}],
    ["the most that may go is set higher", 40, 10, { maxShrink: 75 }],
    ["the guard is turned off", 40, 0, { maxShrink: 100 }],
    ["the loss is accepted", 40, 0, { acceptsShrink: true }],
    ["it shows more", 20, 400, { maxShrink: 0 }],
  ]
  for (const [what, before, after, policy] of allowed) {
    it.effect(`is published where ${what}`, () =>
      Effect.gen(function* () {
        const output = memoryOutput()
        yield* run(tinyConnector([showing(before)]), output)
        yield* run(tinyConnector([showing(after)]), output, policy)
        assert.strictEqual(people(output), after)
      }),
    )
  }

  it.effect("is published by the next run that accepts it, without reading again", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const calls = { count: 0 }
      yield* run(tinyConnector([showing(40)]), output)
      const less = tinyConnector([showing(5, 0, calls)])
      yield* Effect.flip(run(less, output))
      const summary = yield* run(less, output, { acceptsShrink: true })
      assert.deepStrictEqual([summary.resumed, calls.count, people(output)], [true, 1, 5])
    }),
  )

  it.effect("is read from the beginning by the next run that does not, and then published where all are back", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      yield* run(tinyConnector([showing(40)]), output)
      yield* Effect.flip(run(tinyConnector([showing(5)]), output))
      const reason = yield* Ref.make<unknown>(undefined)
      const summary = yield* run(tinyConnector([showing(41)]), output).pipe(
        Effect.provideService(SyncEvents, (event) =>
          event._tag === "SyncOpened" ? Ref.set(reason, event.sync.restartReason) : Effect.void,
        ),
      )
      assert.deepStrictEqual([summary.resumed, yield* Ref.get(reason), people(output)], [false, "shrank", 41])
    }),
  )

  it.effect("is held against the last full one, not against a narrowed one that came later", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      yield* run(tinyConnector([showing(40, 30)]), output)
      const narrowed = { resourceTypes: ["team"] }
      yield* run(tinyConnector([showing(40, 30)]), output, {}, narrowed)
      assert.strictEqual(output.published()?.kind, "partial")
      assert.strictEqual((yield* Effect.flip(run(tinyConnector([showing(19, 19)]), output))).reason, "Shrank")
      assert.strictEqual((yield* Effect.flip(run(tinyConnector([showing(9)]), output, {}, narrowed))).reason, "Shrank")
    }),
  )

  it.effect("is not held against one of another connector", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      yield* run(tinyConnector([showing(40)]), output)
      yield* run(tinyConnector([showing(3)], { id: "other" }), output)
      assert.strictEqual(people(output), 3)
    }),
  )

  it.effect("is held against what is kept elsewhere, where the output holds nothing", () =>
    Effect.gen(function* () {
      const counts = { resources: { person: 30 }, grants: {} }
      const before = () => Effect.succeed({ counts, complete: ["person"], endedAt: "yesterday" })
      const error = yield* Effect.flip(run(tinyConnector([showing(3)]), memoryOutput(), { before }))
      assert.include(error.message, "30 person before, 3 now")
    }),
  )
})

describe("resource types are compared", () => {
  const before = {
    counts: { resources: { person: 100, team: 100 }, grants: { team: 100 } },
    complete: ["person"],
    endedAt: "then",
  }
  const nothing = { resources: {}, grants: {} }

  it("only where both syncs show them completely", () => {
    const complete = { resourceType: "person", state: "complete" as const, gaps: [] }
    const team = { resourceType: "team", state: "complete" as const, gaps: [] }
    assert.deepStrictEqual(
      findShrunk(before, nothing, [complete, team], 50).map((shrunk) => shrunk.resourceType),
      ["person"],
    )
    for (const state of ["partial", "skipped"] as const) {
      assert.deepStrictEqual(findShrunk(before, nothing, [{ ...complete, state }], 50), [])
    }
  })

  it("only where the earlier sync tells how much it had", () => {
    const { counts: _, ...silent } = before
    assert.deepStrictEqual(
      findShrunk(silent, nothing, [{ resourceType: "person", state: "complete", gaps: [] }], 50),
      [],
    )
  })
})

describe("an output that holds another tenant", () => {
  const of = (id: string, displayName: string, calls = { count: 0 }, count = 3) =>
    tinyConnector([showing(count, 0, calls)], { identify: Effect.succeed({ id, displayName }) })

  it.effect("is left as it is, with both names, before anything is read", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      yield* run(of("T1", "Acme"), output)
      const published = output.published()
      const calls = { count: 0 }
      const error = yield* Effect.flip(run(of("T2", "Globex", calls), output))
      assert.deepStrictEqual([error.reason, error.kind, calls.count], ["OtherTenant", "configuration", 0])
      assert.include(error.message, "Acme (T1)")
      assert.include(error.message, "Globex (T2)")
      assert.strictEqual(output.published(), published)
    }),
  )

  it.effect("is replaced where the policy says so, with a warning, and is the new one's from then on", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      // Many more than the other has, who are not its own to lose.
      yield* run(of("T1", "Acme", undefined, 40), output)
      yield* TestClock.adjust("1 hour")
      const { warnings } = yield* run(of("T2", "Globex"), output, { replacesTenant: true })
      assert.deepStrictEqual(
        warnings.map((warning) => warning.code),
        ["tenant-replaced"],
      )
      assert.include(warnings[0]?.message, "Acme (T1)")
      // The other's sync is no longer there to be replaced.
      assert.deepStrictEqual((yield* run(of("T2", "Globex"), output, { replacesTenant: true })).warnings, [])
      assert.strictEqual((yield* Effect.flip(run(of("T1", "Acme"), output))).reason, "OtherTenant")
    }),
  )

  describe("and that another program wrote", () => {
    const parts = ["T1", "T2"].map((id) => ({ id, displayName: id }))
    const organisation = { id: "E1", displayName: "Acme Group", parts }
    const shows = (...ids: ReadonlyArray<string>) => ({ tenants: ids.map((id) => ({ id, displayName: id })) })

    it("is of the tenant, or the parts of it, that it shows", () => {
      assert.isTrue(isOfTenant(shows("T1", "T2"), organisation))
      assert.isTrue(isOfTenant(shows("T1"), organisation))
      assert.isTrue(isOfTenant(shows("E1"), organisation))
      assert.isFalse(isOfTenant(shows("T1", "T3"), organisation))
      assert.isFalse(isOfTenant(shows("T1", "T2"), { id: "T1", displayName: "Acme" }))
    })

    it("is of anybody where it shows none", () => {
      assert.isTrue(isOfTenant(shows(), organisation))
    })

    it("while one of ours is of the tenant alone that it names", () => {
      const ours = { connector: "tiny", ...shows("T1") }
      assert.isTrue(isOfTenant(ours, { id: "T1", displayName: "Acme" }))
      assert.isFalse(isOfTenant(ours, organisation))
    })
  })

  it.effect("under another name is the same tenant", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      yield* run(of("T1", "Acme"), output)
      yield* run(of("T1", "Acme Corp."), output)
    }),
  )
})

it.effect(
  "a copy of an output in memory is compared with what was published, and neither sees the later syncs of the other",
  () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      yield* run(tinyConnector([showing(40)]), output)
      const copy = output.copy()
      const error = yield* Effect.flip(run(tinyConnector([showing(19)]), copy))
      assert.include(error.message, "40 person before, 19 now")
      assert.strictEqual(people(copy), 40)
      yield* run(tinyConnector([showing(50)]), copy)
      assert.deepStrictEqual([people(output), people(copy)], [40, 50])
      yield* run(tinyConnector([showing(60)]), output)
      assert.deepStrictEqual([people(output), people(copy)], [60, 50])
    }),
)
