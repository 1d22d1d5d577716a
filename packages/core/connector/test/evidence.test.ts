// What a step can ask about the pages before, and what becomes of a list that is not whole.
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer } from "effect"
import type { Evidence, Page, PageRequest, Step } from "../src/index.ts"
import { ConnectorError, memoryOutput, runSync, SyncStore } from "../src/index.ts"
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

/** Pages that list ids; the last one asks. */
const asking = (
  id: string,
  pages: ReadonlyArray<Page>,
  ask: (evidence: Evidence) => Effect.Effect<Page, ConnectorError>,
  extra: Partial<Step> = {},
): Step => {
  const paged = pagedStep(id, [...pages, {}], extra)
  return {
    ...paged,
    page: (request: PageRequest) =>
      Number(request.cursor ?? 0) === pages.length ? ask(request.evidence) : paged.page(request),
  }
}

const listing = (list: string, ...ids: ReadonlyArray<string>): Page => ({ listed: [{ list, ids }] })

/** What a step learns at its end. */
const learned = <A>(ask: (evidence: Evidence) => Effect.Effect<A, unknown>) => {
  const answers: Array<A> = []
  const note = (evidence: Evidence) =>
    Effect.as(
      Effect.tap(Effect.orDie(ask(evidence)), (answer) => Effect.sync(() => answers.push(answer))),
      {},
    )
  return { answers, note }
}

describe("a step", () => {
  it.effect("learns which ids a list of it has not shown, each once, and how many it has", () =>
    Effect.gen(function* () {
      const { answers, note } = learned((evidence) =>
        Effect.all([
          evidence.unseen(["a", "c", "d", "d"], ["second"]),
          evidence.unseen(["a", "c", "d", "d"]),
          evidence.unseen([]),
          evidence.count(["first"]),
          evidence.count(),
        ]),
      )
      const pages = [listing("first", "a", "b"), listing("first", "b"), listing("second", "b", "c")]
      yield* run(tinyConnector([asking("people", pages, note)]))
      assert.deepStrictEqual(answers, [[["a", "d"], ["d"], [], 2, 3]])
    }),
  )

  it.effect("does not see what another step has listed", () =>
    Effect.gen(function* () {
      const { answers, note } = learned((evidence) => evidence.unseen(["a", "b"]))
      const other = pagedStep("other", [listing("all", "a", "b")])
      yield* run(tinyConnector([other, asking("people", [listing("all", "a")], note, { after: ["other"] })]))
      assert.deepStrictEqual(answers, [["b"]])
    }),
  )

  it.effect("sees the page before also while that page is still being stored", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const { answers, note } = learned((evidence) =>
        Effect.andThen(Deferred.succeed(asked, undefined), evidence.unseen(["a", "b"])),
      )
      // Stores a page only when the page after it has been asked for.
      const slow = Layer.effect(
        SyncStore,
        Effect.map(SyncStore, (store) => ({
          ...store,
          commit: (...page: Parameters<typeof store.commit>) =>
            (page[1].ended ? Effect.void : Deferred.await(asked)).pipe(
              Effect.andThen(Effect.yieldNow),
              Effect.andThen(store.commit(...page)),
            ),
        })),
      ).pipe(Layer.provide(memoryOutput().layer))
      const connector = tinyConnector([asking("people", [listing("all", "a")], note)])
      yield* runSync(connector).pipe(Effect.provide(slow))
      assert.deepStrictEqual(answers, [["b"]])
    }),
  )

  it.effect("that compares waits for the end of the other step, which runs side by side with it", () =>
    Effect.gen(function* () {
      const reachedEnd = yield* Deferred.make<void>()
      const { answers, note } = learned((evidence) =>
        Effect.andThen(
          Deferred.succeed(reachedEnd, undefined),
          Effect.all([
            evidence.compare("other"),
            evidence.compare("other", ["people"]),
            evidence.compare("other", ["none"]),
          ]),
        ),
      )
      const pages = [listing("people", "a", "b"), listing("people", "b", "c"), listing("bots", "x", "y")]
      const other = pagedStep("other", pages)
      const waiting: Step = {
        ...other,
        page: (request) => Effect.andThen(Deferred.await(reachedEnd), other.page(request)),
      }
      const own = asking("people", [listing("1", "a"), listing("2", "b", "x")], note, { comparesWith: ["other"] })
      yield* run(tinyConnector([own, waiting]))
      assert.deepStrictEqual(answers, [
        [
          { listed: 5, missing: 2 },
          { listed: 3, missing: 1 },
          { listed: 0, missing: 0 },
        ],
      ])
    }),
  )

  it.effect("that compares with a step which the request leaves out compares with nothing", () =>
    Effect.gen(function* () {
      const { answers, note } = learned((evidence) => evidence.compare("teams"))
      const teams = pagedStep("teams", [listing("all", "a")], { produces: ["team"] })
      const people = asking("people", [], note, { produces: ["person"], comparesWith: ["teams"] })
      yield* run(tinyConnector([people, teams]), memoryOutput(), { resourceTypes: ["person"] })
      assert.deepStrictEqual(answers, [{ listed: 0, missing: 0 }])
    }),
  )

  it.effect("that begins again has listed nothing", () =>
    Effect.gen(function* () {
      const expired = new ConnectorError({ reason: { _tag: "CursorExpired" }, message: "Too old.", hint: "Again." })
      let walks = 0
      const { answers, note } = learned((evidence) => evidence.unseen(["a", "b"]))
      const step = asking("people", [{}, {}], note)
      const changing: Step = {
        ...step,
        page: (request) =>
          Effect.suspend(() => {
            if (request.cursor === undefined)
              return Effect.succeed({ ...listing("all", walks++ === 0 ? "a" : "b"), next: "1" })
            return request.cursor === "1" && walks === 1 ? Effect.fail(expired) : step.page(request)
          }),
      }
      yield* run(tinyConnector([changing]))
      assert.deepStrictEqual(answers, [["a"]])
    }),
  )
})

describe("a step that is the last", () => {
  const members = (...ids: ReadonlyArray<string>) =>
    pagedStep("teams", [
      {
        resources: [teamResource("red")],
        entitlements: [membership("red")],
        grants: ids.map((id) => isMember("red", id)),
      },
    ])

  const lookingUp = (found: ReadonlyArray<string> = []) => {
    const told: Array<unknown> = []
    const step: Step = {
      ...pagedStep("missing", [{}], { last: true }),
      page: ({ evidence }) =>
        Effect.map(evidence.unknownPrincipals("person", 2), (unknown) => {
          told.push(unknown)
          return { resources: found.map((id) => personResource(id)) }
        }),
    }
    return { step, told }
  }

  it.effect("learns whom no other step has shown, whatever its place, and can add them", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const { step, told } = lookingUp(["eve"])
      const people = pagedStep("people", [{ resources: [personResource("ada")] }])
      const summary = yield* run(tinyConnector([step, members("zoe", "ada", "eve", "dan"), people]), output)
      assert.deepStrictEqual(told, [{ ids: ["dan", "eve"], count: 3 }])
      assert.includeMembers([...(names(output) ?? [])], ["ada", "eve"])
      assert.deepStrictEqual(
        summary.warnings.map(({ code, count }) => [code, count]),
        [["unknown-principal", 2]],
      )
    }),
  )

  it.effect("draws no step into a narrowed sync, and learns nothing of a type that the sync does not keep", () =>
    Effect.gen(function* () {
      const { step, told } = lookingUp()
      const people = pagedStep("people", [{ resources: [personResource("ada")] }], { produces: ["person"] })
      const teams = { ...members("zoe"), produces: ["team"] }
      const summary = yield* run(tinyConnector([people, teams, step]), memoryOutput(), { resourceTypes: ["team"] })
      assert.deepStrictEqual(
        summary.steps.map((state) => state.step),
        ["teams", "missing"],
      )
      assert.deepStrictEqual(told, [{ ids: [], count: 0 }])
    }),
  )

  it.effect("covers no type by itself", () =>
    Effect.gen(function* () {
      const refused = failingStep("people", "Refused", { optional: true })
      const summary = yield* run(tinyConnector([refused, lookingUp().step]))
      assert.deepStrictEqual(
        summary.coverage.map(({ state }) => state),
        ["skipped", "skipped"],
      )
    }),
  )
})

describe("a list that is not whole", () => {
  const notWhole = new ConnectorError({
    reason: { _tag: "NotWhole" },
    message: "3 announced, 1 could be read.",
    hint: "Ask.",
  })

  it.effect("interrupts the sync, is forgotten, and is read from its first page by the next run", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const asked: Array<string | undefined> = []
      let isShort = true
      const people = pagedStep("people", [
        { resources: [personResource("ada")] },
        { resources: [personResource("bob")] },
      ])
      const step: Step = {
        ...people,
        page: (request) =>
          Effect.suspend(() => {
            asked.push(request.cursor)
            return isShort && request.cursor === "1" ? Effect.fail(notWhole) : people.page(request)
          }),
      }
      const error = yield* Effect.flip(run(tinyConnector([step]), output))
      assert.deepStrictEqual([error.reason, error.kind, output.published()], ["Interrupted", "interrupted", undefined])
      assert.include(error.message, "3 announced, 1 could be read.")
      assert.include(error.hint, "it reads this list from its first page")
      isShort = false
      const { resumed } = yield* run(tinyConnector([step]), output)
      assert.isTrue(resumed)
      assert.deepStrictEqual(asked, [undefined, "1", undefined, "1"])
      assert.deepStrictEqual(names(output), ["ada", "bob"])
    }),
  )

  it.effect("leaves the other lists as far as they were read", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      let asked = 0
      const people = pagedStep("people", [{ resources: [personResource("ada")] }], { produces: ["person"] })
      const counted: Step = { ...people, page: (request) => Effect.suspend(() => (asked++, people.page(request))) }
      const teams = { ...failingStep("teams", "NotWhole", { after: ["people"], optional: true }) }
      yield* Effect.flip(run(tinyConnector([counted, teams]), output))
      yield* run(tinyConnector([counted, pagedStep("teams", [{}], { after: ["people"], optional: true })]), output)
      assert.strictEqual(asked, 1)
    }),
  )
})
