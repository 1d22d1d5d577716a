import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Ref } from "effect"
import type { Gap, Step, SyncEvent } from "../src/index.ts"
import { memoryOutput, runSync, SyncEvents, SyncStore } from "../src/index.ts"
import { names, run, threePeople } from "./running.ts"
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
      const one = pagedStep("people", [{ resources: [personResource("ada")] }, { grants: [isMember("red", "ghost")] }])
      assert.deepStrictEqual(
        (yield* run(tinyConnector([one]))).warnings.map(({ message }) => message),
        ["1 grant names a principal that no list showed; kept as it is."],
      )
    }),
  )

  it.effect("keeps a resource that is missing from the list that should show it, and counts such in one warning", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const directory = pagedStep("directory", [{ resources: [personResource("ada"), personResource("zoe")] }], {
        expectedIn: "people",
      })
      const summary = yield* run(tinyConnector([threePeople, directory]), output)
      assert.include(names(output) ?? [], "zoe")
      assert.deepStrictEqual(summary.warnings, [
        { code: "not-in-people", message: "1 of directory is not among people; kept as far as known.", count: 1 },
      ])
    }),
  )

  it.effect("misses nobody in a list that could not be read", () =>
    Effect.gen(function* () {
      const refused = failingStep("people", "Refused", { optional: true })
      const directory = pagedStep("directory", [{ resources: [personResource("zoe")] }], { expectedIn: "people" })
      const summary = yield* run(tinyConnector([refused, directory]))
      assert.deepStrictEqual(summary.warnings, [])
    }),
  )

  it.effect("misses nobody where either list is short", () =>
    Effect.gen(function* () {
      const short: Gap = { resourceType: "person", missing: "people", reason: "short", explanation: "There are more." }
      const people = pagedStep("people", [{ resources: [personResource("ada")], gaps: [short] }])
      const directory = pagedStep("directory", [{ resources: [personResource("zoe")] }], { expectedIn: "people" })
      assert.deepStrictEqual((yield* run(tinyConnector([people, directory]))).warnings, [])
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

it("a grant is named by its entitlement, its principal's type and its principal's id", () => {
  assert.deepStrictEqual(isMember("red", "ada"), {
    id: "team:red:member:person:ada",
    entitlement: "team:red:member",
    resource: { resourceType: "team", resource: "red" },
    principal: person("ada"),
  })
})
