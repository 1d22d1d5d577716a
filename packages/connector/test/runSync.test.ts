import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Ref } from "effect"
import type { Connector, MemoryOutput, Step, SyncEvent, SyncRequest } from "../src/index.ts"
import { ConnectorError, memoryOutput, runSync, SyncEvents, SyncStore } from "../src/index.ts"
import {
  failingStep,
  isMember,
  membership,
  pagedStep,
  person,
  personResource,
  teamResource,
  tinyConnector,
} from "./tinyConnector.ts"

const run = (connector: Connector, output: MemoryOutput = memoryOutput(), request: SyncRequest = {}) =>
  runSync(connector, request).pipe(Effect.provide(output.layer, { local: true }))

/** A step that works until its nth page and then fails with this reason, once. */
const failingOnceAt = (page: number, reason: ConnectorError["reason"], step: Step): Step => {
  let hasFailed = false
  return {
    ...step,
    page: (request) =>
      Effect.suspend(() => {
        if (hasFailed || Number(request.cursor ?? 0) !== page) return step.page(request)
        hasFailed = true
        return Effect.fail(new ConnectorError({ reason, message: "It failed.", hint: "Mend it." }))
      }),
  }
}

const threePeople = pagedStep("people", [
  { resources: [personResource("ada")] },
  { resources: [personResource("bob")] },
  { resources: [personResource("eve")] },
])

const names = (output: MemoryOutput) => output.published()?.resources.map((found) => found.id.resource)

describe("a sync", () => {
  it.effect("publishes the records of every page of every step", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const teams = pagedStep("teams", [
        { resources: [teamResource("red")], entitlements: [membership("red")], grants: [isMember("red", "ada")] },
      ])
      const summary = yield* run(tinyConnector([threePeople, teams]), output)
      assert.deepStrictEqual(names(output)?.toSorted(), ["ada", "bob", "eve", "red"])
      assert.deepStrictEqual(summary.published.counts, {
        resources: { person: 3, team: 1 },
        entitlements: { team: 1 },
        grants: { team: 1 },
      })
    }),
  )

  it.effect("runs independent steps side by side", () =>
    Effect.gen(function* () {
      const met = [yield* Deferred.make<void>(), yield* Deferred.make<void>()] as const
      const waitsForTheOther = (id: string, mine: number): Step => ({
        ...pagedStep(id, [{}]),
        page: () =>
          Deferred.succeed(met[mine] ?? met[0], undefined).pipe(
            Effect.andThen(Deferred.await(met[1 - mine] ?? met[0])),
            Effect.as({}),
          ),
      })
      const summary = yield* run(tinyConnector([waitsForTheOther("left", 0), waitsForTheOther("right", 1)]))
      assert.isTrue(summary.steps.every((step) => step.ended))
    }),
  )

  it.effect("asks for the next page while the one before is stored", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const isAsked = yield* Deferred.make<void>()
      const watched: Step = {
        ...threePeople,
        page: (request) =>
          Effect.andThen(
            request.cursor === "1" ? Deferred.succeed(isAsked, undefined) : Effect.void,
            threePeople.page(request),
          ),
      }
      const waitsBeforeItStores = Layer.effect(
        SyncStore,
        Effect.map(SyncStore, (store) =>
          SyncStore.of({
            ...store,
            commit: (records, state) => Effect.andThen(Deferred.await(isAsked), store.commit(records, state)),
          }),
        ),
      ).pipe(Layer.provide(output.layer))
      yield* runSync(tinyConnector([watched])).pipe(Effect.provide(waitsBeforeItStores))
      assert.deepStrictEqual(names(output), ["ada", "bob", "eve"])
    }),
  )

  it.effect("starts a step only when the steps it needs have ended", () =>
    Effect.gen(function* () {
      const events = yield* Ref.make<ReadonlyArray<string>>([])
      const log = (event: SyncEvent) =>
        event._tag === "StepStarted" || event._tag === "StepEnded"
          ? Ref.update(events, (all) => [...all, `${event._tag} ${event.step}`])
          : Effect.void
      const late = pagedStep("late", [{}], { after: ["people"] })
      yield* run(tinyConnector([late, threePeople])).pipe(Effect.provideService(SyncEvents, log))
      assert.deepStrictEqual(yield* Ref.get(events), [
        "StepStarted people",
        "StepEnded people",
        "StepStarted late",
        "StepEnded late",
      ])
    }),
  )

  it.effect("drops a record whose id the step has already given", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const twice = pagedStep("people", [
        { resources: [personResource("ada", { displayName: "first" })], grants: [isMember("red", "ada")] },
        { resources: [personResource("ada", { displayName: "second" })], grants: [isMember("red", "ada")] },
      ])
      yield* run(tinyConnector([twice]), output)
      assert.deepStrictEqual(output.published()?.resources, [personResource("ada", { displayName: "first" })])
      assert.lengthOf(output.published()?.grants ?? [], 1)
    }),
  )

  it.effect("keeps a grant whose principal no list showed, and counts such grants in one warning", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const ghosts = pagedStep("people", [
        { resources: [personResource("ada")] },
        { grants: [isMember("red", "ada"), isMember("red", "ghost"), isMember("blue", "ghost")] },
      ])
      const summary = yield* run(tinyConnector([ghosts]), output)
      assert.lengthOf(output.published()?.grants ?? [], 3)
      assert.deepStrictEqual(
        summary.warnings.map((found) => [found.code, found.count]),
        [["unknown-principal", 2]],
      )
    }),
  )

  it.effect("counts warnings of one code and keeps the first as the example", () =>
    Effect.gen(function* () {
      const odd = (message: string) => ({ warnings: [{ code: "odd", message }] })
      const summary = yield* run(tinyConnector([pagedStep("people", [odd("one"), odd("two")])]))
      assert.deepStrictEqual(summary.warnings, [{ code: "odd", message: "one", count: 2 }])
    }),
  )

  it.effect("never publishes when the store has lost the end of a step", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const forgetful = Layer.effect(
        SyncStore,
        Effect.map(SyncStore, (store) =>
          SyncStore.of({
            ...store,
            commit: (records, state) =>
              store.commit(records, state.step === "teams" ? { ...state, ended: false } : state),
          }),
        ),
      ).pipe(Layer.provide(output.layer))
      const connector = tinyConnector([threePeople, pagedStep("teams", [{}])])
      const error = yield* runSync(connector).pipe(Effect.provide(forgetful), Effect.flip)
      assert.strictEqual(error.reason, "Defective")
      assert.isUndefined(output.published())
    }),
  )
})

describe("a sync that did not finish", () => {
  it.effect("continues with the page after the last stored one", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const asked: Array<string | undefined> = []
      const watched: Step = {
        ...threePeople,
        page: (request) => Effect.suspend(() => (asked.push(request.cursor), threePeople.page(request))),
      }
      const connector = tinyConnector([failingOnceAt(2, "Unavailable", watched)])
      const error = yield* Effect.flip(run(connector, output))
      assert.strictEqual(error.reason, "Interrupted")
      assert.strictEqual(error.kind, "interrupted")
      const summary = yield* run(connector, output)
      assert.isTrue(summary.resumed)
      assert.deepStrictEqual(asked, [undefined, "1", "2"])
      assert.deepStrictEqual(names(output), ["ada", "bob", "eve"])
    }),
  )

  it.effect("publishes nothing", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      yield* Effect.flip(run(tinyConnector([failingOnceAt(2, "CredentialRejected", threePeople)]), output))
      assert.isUndefined(output.published())
    }),
  )

  it.effect("is not taken up by a sync that asks for something else", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const connector = tinyConnector([failingOnceAt(2, "Unavailable", threePeople)])
      yield* Effect.flip(run(connector, output))
      const summary = yield* run(connector, output, { resourceTypes: ["person"] })
      assert.isFalse(summary.resumed)
      assert.deepStrictEqual(names(output), ["ada", "bob", "eve"])
    }),
  )

  it.effect("is an interruption when the credential is lost midway, but a refusal when it never worked", () =>
    Effect.gen(function* () {
      const midway = yield* Effect.flip(run(tinyConnector([failingOnceAt(1, "CredentialRejected", threePeople)])))
      const never = yield* Effect.flip(run(tinyConnector([failingStep("people", "CredentialRejected")])))
      assert.deepStrictEqual([midway.kind, never.kind], ["interrupted", "refused"])
    }),
  )

  it.effect("is unavailable when the system could not be reached and nothing was begun", () =>
    Effect.gen(function* () {
      const dead = new ConnectorError({ reason: "Unavailable", message: "No network.", hint: "Plug it in." })
      const error = yield* Effect.flip(run(tinyConnector([threePeople], { identify: Effect.fail(dead) })))
      assert.strictEqual(error.kind, "unavailable")
    }),
  )
})

describe("a cursor", () => {
  it.effect("that comes back after any number of pages ends the sync", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const circle = pagedStep("people", [{}, {}, {}, { next: "1" }])
      const error = yield* Effect.flip(run(tinyConnector([circle]), output))
      assert.strictEqual(error.reason, "CursorRepeated")
      assert.isUndefined(output.published())
    }),
  )

  it.effect("that came before an interruption is still known after it", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const circle = failingOnceAt(3, "Unavailable", pagedStep("people", [{}, {}, {}, { next: "1" }]))
      yield* Effect.flip(run(tinyConnector([circle]), output))
      const error = yield* Effect.flip(run(tinyConnector([circle]), output))
      assert.strictEqual(error.reason, "CursorRepeated")
    }),
  )

  it.effect("that the system no longer takes starts that step again, and only that step", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      let otherPages = 0
      const other: Step = {
        ...pagedStep("teams", [{}]),
        page: () => Effect.sync(() => (otherPages++, { resources: [teamResource("red")] })),
      }
      const summary = yield* run(tinyConnector([failingOnceAt(2, "CursorExpired", threePeople), other]), output)
      assert.deepStrictEqual(names(output)?.toSorted(), ["ada", "bob", "eve", "red"])
      assert.strictEqual(otherPages, 1)
      assert.strictEqual(summary.steps.find((found) => found.step === "people")?.pages, 3)
    }),
  )

  it.effect("that expires every time is given up as an interruption", () =>
    Effect.gen(function* () {
      const expiring: Step = {
        ...threePeople,
        page: (request) =>
          request.cursor === undefined
            ? threePeople.page(request)
            : Effect.fail(new ConnectorError({ reason: "CursorExpired", message: "Too old.", hint: "Begin again." })),
      }
      const error = yield* Effect.flip(run(tinyConnector([expiring])))
      assert.strictEqual(error.kind, "interrupted")
    }),
  )
})

describe("a refusal", () => {
  it.effect("of an optional step becomes a gap, and the rest is published", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const teams = failingStep("teams", "Refused", { optional: true, produces: ["team"] })
      const summary = yield* run(tinyConnector([{ ...threePeople, produces: ["person"] }, teams]), output)
      assert.deepStrictEqual(names(output), ["ada", "bob", "eve"])
      const coverage = summary.coverage.find((found) => found.resourceType === "team")
      assert.strictEqual(coverage?.state, "skipped")
      assert.deepStrictEqual(coverage?.gaps[0]?.missingScopes, ["people:read"])
    }),
  )

  it.effect("of a required step ends the sync before anything is published, whatever the other steps read", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const teams = failingStep("teams", "Refused", { after: ["people"] })
      const error = yield* Effect.flip(run(tinyConnector([threePeople, teams]), output))
      assert.strictEqual(error.kind, "refused")
      assert.isUndefined(output.published())
    }),
  )
})

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

  it.effect("for a type that the connector does not have is an error that names the types it has", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(run(tinyConnector([everything]), memoryOutput(), { resourceTypes: ["robot"] }))
      assert.strictEqual(error.kind, "configuration")
      assert.include(error.message, "robot")
      assert.include(error.hint, "person, team")
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

it("a grant is named by its entitlement, its principal's type and its principal's id", () => {
  assert.deepStrictEqual(isMember("red", "ada"), {
    id: "team:red:member:person:ada",
    entitlement: "team:red:member",
    resource: { resourceType: "team", resource: "red" },
    principal: person("ada"),
  })
})
