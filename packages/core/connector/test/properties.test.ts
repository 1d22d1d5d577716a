// What holds of merging, cursors and coverage, whatever the steps say and wherever a sync is killed.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Connector, ConnectorReason, Contribution, Gap, Page, Step } from "../src/index.ts"
import {
  ConnectorError,
  forEachResource,
  formatResourceId,
  memoryOutput,
  mergeBy,
  requestKey,
  runSync,
  StepState,
  SyncEvents,
  SyncResult,
} from "../src/index.ts"
import { pagedStep, personResource, teamResource, tinyConnector } from "./tinyConnector.ts"

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const seeded = (runs: number) => ({ arbitrary: { seed: 11, runs } })

describe("merging", () => {
  const steps = [
    { id: "list" },
    { id: "directory", authorityOn: ["status" as const] },
    { id: "archive", authorityOn: ["displayName" as const] },
  ]
  const ids = ["list", "directory", "archive"] as const
  const Said = Schema.Array(
    Schema.Struct({
      step: Schema.Literals(ids),
      displayName: Schema.optionalKey(Schema.Literals(["Ada", "Countess"])),
      status: Schema.optionalKey(Schema.Literals(["enabled", "disabled"])),
      precedence: Schema.optionalKey(Schema.Literals(["1", "2"])),
      profile: Schema.optionalKey(
        Schema.Struct({ a: Schema.optionalKey(whole(0, 3)), b: Schema.optionalKey(whole(0, 3)) }),
      ),
    }),
  )
  const contributions = (said: typeof Said.Type): ReadonlyArray<Contribution> =>
    said.map(({ step, ...facts }) => ({ step, resource: { id: personResource("ada").id, ...facts } }))
  /** The same, as if the steps had run in another order; each step's own stay in theirs. */
  const inOrderOf = (order: ReadonlyArray<string>, all: ReadonlyArray<Contribution>) =>
    order.flatMap((id) => all.filter(({ step }) => step === id))

  it.prop(
    "gives the same whichever step came first",
    { said: Said },
    ({ said }) => {
      if (said.length === 0) return
      const all = contributions(said)
      const merged = mergeBy(steps)(all)
      for (const order of [ids, ids.toReversed(), ["directory", "archive", "list"]]) {
        assert.deepStrictEqual(mergeBy(steps)(inOrderOf(order, all)), merged)
      }
    },
    seeded(300),
  )

  it.prop(
    "tells only what a step told, believes a step that claims a field, and publishes no precedence",
    { said: Said },
    ({ said }) => {
      if (said.length === 0) return
      const all = contributions(said)
      const merged = mergeBy(steps)(all)
      assert.notProperty(merged, "precedence")
      for (const field of ["displayName", "status"] as const) {
        const told = all.map(({ resource }) => resource[field])
        assert.include(told, merged[field])
      }
      const claimed = all.filter(({ step, resource }) => step === "directory" && resource.status !== undefined)
      if (claimed.length === 1 && all.filter(({ step }) => step === "directory").length === 1) {
        assert.strictEqual(merged.status, claimed[0]?.resource.status)
      }
    },
    seeded(300),
  )
})

/** A run that is cut off after so many pages; gives whether it was. */
const runUntil = (connector: Connector, output: ReturnType<typeof memoryOutput>, pages: number) => {
  let left = pages
  return runSync(connector).pipe(
    Effect.provideService(SyncEvents, (event) =>
      event._tag === "PageCommitted" && --left <= 0 ? Effect.interrupt : Effect.void,
    ),
    Effect.provide(output.layer, { local: true }),
    Effect.exit,
    Effect.map(({ _tag }) => _tag === "Failure"),
  )
}

const publishedIds = (output: ReturnType<typeof memoryOutput>) =>
  output
    .published()
    ?.resources.map(({ id }) => formatResourceId(id))
    .toSorted()

describe("cursors", () => {
  it.effect.prop(
    "lead a sync that is killed anywhere, again and again, to what an undisturbed one shows, and ask no parent's page twice that was stored",
    { sizes: Schema.Array(whole(0, 4)), teamsAPage: whole(1, 3), kills: Schema.Array(whole(1, 5)) },
    ({ sizes, teamsAPage, kills }) =>
      Effect.gen(function* () {
        const stored: Array<string> = []
        let last = ""
        const teams = sizes.map((_, index) => teamResource(`t${index}`))
        const pages: Array<Page> = [{}]
        for (let from = 0; from < teams.length; from += teamsAPage) {
          pages.push({ resources: teams.slice(from, from + teamsAPage) })
        }
        const members: Step = {
          ...pagedStep("members", [{}], { after: ["teams"], produces: ["person"] }),
          ...forEachResource("team", ({ parent, cursor = "0" }) =>
            Effect.sync(() => {
              const name = parent.id.resource
              last = `${name} ${cursor}`
              assert.notInclude(stored, last)
              const size = sizes[Number(name.slice(1))] ?? 0
              const next = Number(cursor) + 1
              const found = size === 0 ? [] : [personResource(`${name}-${cursor}`)]
              return next < size ? { resources: found, next: String(next) } : { resources: found }
            }),
          ),
        }
        const connector = tinyConnector([pagedStep("teams", pages, { produces: ["team"] }), members])
        const output = memoryOutput()
        for (const pagesUntilKill of kills) yield* runUntil(connector, output, pagesUntilKill)
        yield* runUntil(connector, output, Number.POSITIVE_INFINITY)
        const expected = sizes.flatMap((size, team) => [
          `team:t${team}`,
          ...Array.from({ length: size }, (_, page) => `person:t${team}-${page}`),
        ])
        assert.deepStrictEqual(publishedIds(output), expected.toSorted())
      }),
    seeded(100),
  )
})

describe("coverage", () => {
  const End = Schema.Literals(["whole", "refused", "gap", "short"])
  const gapOf = (resourceType: string, reason: Gap["reason"]): Gap => ({
    resourceType,
    missing: "some of it",
    reason,
    explanation: "It is missing.",
  })
  const refused: ConnectorReason = { _tag: "Refused", by: "plan" }

  it.effect.prop(
    "is complete exactly where every list of a wanted type ended whole, and skipped where none was read",
    {
      ends: Schema.Array(Schema.Struct({ type: Schema.Literals(["person", "team"]), end: End })),
      wantsTeams: Schema.Boolean,
    },
    ({ ends, wantsTeams }) =>
      Effect.gen(function* () {
        const steps = ends.map(({ type, end }, index): Step => {
          const resource = type === "person" ? personResource(`p${index}`) : teamResource(`t${index}`)
          const gaps = end === "gap" ? [gapOf(type, "scope")] : end === "short" ? [gapOf(type, "short")] : []
          const step = pagedStep(`step${index}`, [{ resources: [resource], gaps }], {
            produces: [type],
            optional: true,
          })
          const error = new ConnectorError({ reason: refused, message: "No.", hint: "Ask." })
          return end === "refused" ? { ...step, page: () => Effect.fail(error) } : step
        })
        const resourceTypes = wantsTeams ? ["person", "team"] : ["person"]
        const { coverage } = yield* runSync(tinyConnector(steps), { resourceTypes }).pipe(
          Effect.provide(memoryOutput().layer),
        )
        for (const { resourceType, state, gaps } of coverage) {
          const own = ends.filter(({ type }) => type === resourceType).map(({ end }) => end)
          const isWanted = resourceTypes.includes(resourceType)
          const isRead = isWanted && own.some((end) => end !== "refused")
          const expected = isRead ? (own.every((end) => end === "whole") ? "complete" : "partial") : "skipped"
          assert.strictEqual(state, expected, `${resourceType}: ${own.join(", ")}`)
          assert.strictEqual(gaps.length === 0, own.every((end) => end === "whole") && isWanted)
        }
      }),
    seeded(150),
  )
})

describe("messages of the store contract", () => {
  // As text, since JSON has no minus zero.
  const again = (schema: Schema.Codec<unknown, unknown>, text: string): unknown =>
    JSON.parse(JSON.stringify(Schema.decodeUnknownSync(schema)(JSON.parse(text))))

  it.prop(
    "come out of JSON as they went in",
    { state: StepState, result: SyncResult },
    ({ state, result }) => {
      assert.deepEqual(again(StepState, JSON.stringify(state)), JSON.parse(JSON.stringify(state)))
      assert.deepEqual(again(SyncResult, JSON.stringify(result)), JSON.parse(JSON.stringify(result)))
    },
    seeded(100),
  )
})

describe("a request", () => {
  it.prop(
    "has one text, however its types are ordered or repeated",
    { types: Schema.Array(Schema.Literals(["a", "b", "c"])) },
    ({ types }) => {
      const again = requestKey({ resourceTypes: [...types.toReversed(), ...types] })
      assert.strictEqual(again, requestKey({ resourceTypes: types }))
    },
    seeded(100),
  )
})
