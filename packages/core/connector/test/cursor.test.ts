// What becomes of a cursor that the system gives twice, or no longer takes.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Step } from "../src/index.ts"
import { ConnectorError, memoryOutput } from "../src/index.ts"
import { failingOnceAt, names, run, threePeople } from "./running.ts"
import { pagedStep, personResource, teamResource, tinyConnector } from "./tinyConnector.ts"

describe("a cursor", () => {
  it.effect("that comes back after any number of pages ends the sync", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const circle = pagedStep("people", [{}, {}, {}, { next: "1" }])
      const error = yield* Effect.flip(run(tinyConnector([circle]), output))
      assert.deepStrictEqual([error.reason, error.kind], ["CursorRepeated", "interrupted"])
      assert.isUndefined(output.published())
    }),
  )

  it.effect("that comes back once only is asked past, as the same page is asked for once more", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const asked: Array<string | undefined> = []
      const hiccup: Step = {
        ...threePeople,
        page: (request) =>
          Effect.map(threePeople.page(request), (page) => {
            asked.push(request.cursor)
            return asked.length === 2 ? { ...page, next: "1" } : page
          }),
      }
      yield* run(tinyConnector([hiccup]), output)
      assert.deepStrictEqual(asked, [undefined, "1", "1", "2"])
      assert.deepStrictEqual(names(output), ["ada", "bob", "eve"])
    }),
  )

  it.effect("that came back has the next run begin the step again, outside the circle", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const circle = pagedStep("people", [{ resources: [personResource("ada")] }, {}, {}, { next: "1" }])
      yield* Effect.flip(run(tinyConnector([circle]), output))
      const asked: Array<string | undefined> = []
      const mended: Step = {
        ...threePeople,
        page: (request) => Effect.suspend(() => (asked.push(request.cursor), threePeople.page(request))),
      }
      yield* run(tinyConnector([mended]), output)
      assert.deepStrictEqual(asked, [undefined, "1", "2"])
      assert.deepStrictEqual(names(output)?.toSorted(), ["ada", "bob", "eve"])
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
            : Effect.fail(
                new ConnectorError({ reason: { _tag: "CursorExpired" }, message: "Too old.", hint: "Begin again." }),
              ),
      }
      const error = yield* Effect.flip(run(tinyConnector([expiring])))
      assert.strictEqual(error.kind, "interrupted")
    }),
  )
})
