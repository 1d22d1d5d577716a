// What becomes of a step that the system refuses, and what a sync then claims of its types.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Connector, ConnectorReason, Page, Step, SyncEvent } from "../src/index.ts"
import { ConnectorError, memoryOutput, runSync, SyncEvents } from "../src/index.ts"
import { failingStep, pagedStep, personResource, reasonOf, teamResource, tinyConnector } from "./tinyConnector.ts"

const run = (connector: Connector) => runSync(connector).pipe(Effect.provide(memoryOutput().layer))

const refusal = (reason: ConnectorReason = reasonOf("Refused")) =>
  new ConnectorError({ reason, message: "No.", hint: "Ask." })

/** A step that gives these pages and is refused after them. */
const refusedAfter = (pages: ReadonlyArray<Page>, error: ConnectorError, extra: Partial<Step> = {}): Step => ({
  ...pagedStep("teams", [...pages, {}], { produces: ["team"], optional: true, ...extra }),
  page: ({ cursor }) => {
    const page = pages[Number(cursor ?? 0)]
    return page === undefined ? Effect.fail(error) : Effect.succeed({ ...page, next: String(Number(cursor ?? 0) + 1) })
  },
})

const people = pagedStep("people", [{ resources: [personResource("ada")] }], { produces: ["person"] })
const coverageOfTeams = (connector: Connector) =>
  Effect.map(run(connector), (summary) => summary.coverage.find(({ resourceType }) => resourceType === "team"))

describe("an optional step", () => {
  it.effect("that is refused at once leaves its type skipped", () =>
    Effect.gen(function* () {
      const coverage = yield* coverageOfTeams(tinyConnector([people, refusedAfter([], refusal())]))
      assert.deepStrictEqual([coverage?.state, coverage?.gaps[0]?.missing], ["skipped", "Team"])
    }),
  )

  it.effect(
    "that is refused after its first page interrupts the sync, and the next run reads it from its first page",
    () =>
      Effect.gen(function* () {
        const output = memoryOutput()
        const step = refusedAfter([{ resources: [teamResource("red")] }], refusal())
        const error = yield* Effect.flip(
          runSync(tinyConnector([people, { ...step, after: ["people"] }])).pipe(Effect.provide(output.layer)),
        )
        assert.deepStrictEqual([error.kind, output.published()], ["interrupted", undefined])
        assert.include(error.hint, "it reads this list from its first page")
        const well = pagedStep("teams", [{ resources: [teamResource("blue")] }], { optional: true, after: ["people"] })
        const { resumed } = yield* runSync(tinyConnector([people, well])).pipe(Effect.provide(output.layer))
        assert.isTrue(resumed)
        assert.deepStrictEqual(output.published()?.resources, [personResource("ada"), teamResource("blue")])
      }),
  )

  it.effect(
    "that reads several lists may be refused at the first page of a later one, which is no list half read",
    () =>
      Effect.gen(function* () {
        const atFirstPage = refusal({ _tag: "Refused", by: "settings", atFirstPage: true })
        const step = refusedAfter([{ resources: [teamResource("red")] }], atFirstPage)
        const coverage = yield* coverageOfTeams(tinyConnector([people, step]))
        assert.strictEqual(coverage?.state, "partial")
      }),
  )

  it.effect("that is refused beside another step of the same type leaves what the other gave", () =>
    Effect.gen(function* () {
      const other = pagedStep("directory", [{ resources: [teamResource("red")] }], { produces: ["team"] })
      const coverage = yield* coverageOfTeams(tinyConnector([other, refusedAfter([], refusal())]))
      assert.strictEqual(coverage?.state, "partial")
    }),
  )

  it.effect("tells what the refusal lies in", () =>
    Effect.gen(function* () {
      const reasons = yield* Effect.forEach([refusal({ _tag: "Refused", by: "plan" }), refusal()], (error) =>
        Effect.map(coverageOfTeams(tinyConnector([refusedAfter([], error)])), (coverage) => coverage?.gaps[0]?.reason),
      )
      assert.deepStrictEqual(reasons, ["plan", "settings"])
    }),
  )

  it.effect("that lacks a scope which the system does not name lacks the scopes that it declares", () =>
    Effect.gen(function* () {
      const scopes = [{ scope: "teams:read", purpose: "teams", without: "teams", required: false }]
      const step = refusedAfter([], refusal({ _tag: "Refused", by: "scope", missingScopes: [] }), { scopes })
      const coverage = yield* coverageOfTeams(tinyConnector([step]))
      assert.deepStrictEqual(coverage?.gaps[0]?.missingScopes, ["teams:read"])
    }),
  )
})

describe("coverage", () => {
  it.effect("of a type that was read and of which there is nothing is complete", () =>
    Effect.gen(function* () {
      const coverage = yield* coverageOfTeams(tinyConnector([people, pagedStep("teams", [{}], { produces: ["team"] })]))
      assert.deepStrictEqual(coverage, { resourceType: "team", state: "complete", gaps: [] })
    }),
  )

  it.effect("names a gap that every page finds once, in the summary and in the events", () =>
    Effect.gen(function* () {
      const gap = { resourceType: "person", missing: "names", reason: "scope" as const, explanation: "No scope." }
      const told: Array<SyncEvent> = []
      const step = pagedStep("people", [{ gaps: [gap] }, { gaps: [gap] }, { resources: [personResource("ada")] }])
      const summary = yield* run(tinyConnector([step])).pipe(
        Effect.provideService(SyncEvents, (event) => Effect.sync(() => void told.push(event))),
      )
      assert.deepStrictEqual(summary.coverage[0], { resourceType: "person", state: "partial", gaps: [gap] })
      assert.deepStrictEqual(summary.coverage[1], { resourceType: "team", state: "complete", gaps: [] })
      assert.lengthOf(
        told.filter((event) => event._tag === "GapFound"),
        1,
      )
    }),
  )
})

describe("a required step", () => {
  it.effect("that is refused ends the sync before anything is published, whatever the other steps read", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const step = failingStep("teams", "Refused", { after: ["people"] })
      const error = yield* Effect.flip(runSync(tinyConnector([people, step])).pipe(Effect.provide(output.layer)))
      assert.strictEqual(error.kind, "refused")
      assert.isUndefined(output.published())
    }),
  )

  it.effect("whose credential never worked is refused, even when another step has read pages", () =>
    Effect.gen(function* () {
      const rejected = new ConnectorError({
        reason: { _tag: "CredentialRejected" },
        message: "Wrong token.",
        hint: "Change it.",
      })
      const step: Step = { ...pagedStep("teams", [{}], { after: ["people"] }), page: () => Effect.fail(rejected) }
      const error = yield* Effect.flip(run(tinyConnector([people, step])))
      assert.strictEqual(error.kind, "refused")
    }),
  )

  it.effect.each(["UnexpectedReply", "NotFound", "Unavailable"] as const)(
    "whose answer is odd is an interruption once a page was stored, and before that a system that is away: %s",
    (tag) =>
      Effect.gen(function* () {
        const odd = new ConnectorError({ reason: reasonOf(tag), message: "Nonsense.", hint: "Wait." })
        for (const optional of [false, true]) {
          const later = yield* Effect.flip(run(tinyConnector([refusedAfter([{}], odd, { optional })])))
          assert.deepStrictEqual([later.reason, later.kind], ["Interrupted", "interrupted"])
          const atOnce = yield* Effect.flip(run(tinyConnector([refusedAfter([], odd, { optional })])))
          assert.deepStrictEqual([atOnce.reason, atOnce.kind], ["Unavailable", "unavailable"])
        }
      }),
  )

  it.effect("of which the system does not take what the connector sends is a defect, whenever it is met", () =>
    Effect.gen(function* () {
      const ours = new ConnectorError({
        reason: { _tag: "Defective" },
        message: "No such argument.",
        hint: "Report it.",
      })
      for (const pages of [[], [{}]]) {
        const error = yield* Effect.flip(run(tinyConnector([refusedAfter(pages, ours)])))
        assert.deepStrictEqual([error.reason, error.kind], ["Defective", "unexpected"])
      }
    }),
  )
})
