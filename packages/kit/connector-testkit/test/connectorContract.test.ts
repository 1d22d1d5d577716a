// The contract suite itself: a healthy connector passes it, and each requirement fails a connector that breaks it.
import { assert, describe, it } from "@effect/vitest"
import { Cause, Clock, Effect, Exit } from "effect"
import { connectorContract } from "../src/index.ts"
import type { ConnectorWorld } from "../src/index.ts"
import { requirements } from "../src/requirements.ts"
import { brokenLibraries } from "./brokenLibraries.ts"
import { library } from "./library.ts"
import { libraryWorld } from "./libraryWorld.ts"

connectorContract(libraryWorld(async () => (await import("./library.ts")).library))

/** The titles of the requirements that a connector does not meet. */
const failuresOf = <R>(world: ConnectorWorld<R>) =>
  Effect.forEach(requirements, ({ title, check }) =>
    Effect.map(Effect.exit(check(world)), (exit) => {
      if (Exit.isSuccess(exit)) return []
      assert.propertyVal(Cause.squash(exit.cause), "name", "AssertionError", title)
      return [title]
    }),
  ).pipe(Effect.map((failures) => failures.flat()))

describe("the contract suite", () => {
  for (const { flaw, fails, world } of brokenLibraries) {
    it.live(`fails a connector ${flaw} with "${fails}" alone`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* failuresOf(world), [fails])
      }),
    )
  }

  it.live(
    "fails a connector that gives a record of a type that it does not declare, and names type, step and record",
    () =>
      Effect.gen(function* () {
        const mistyped = libraryWorld(() => ({
          ...library,
          steps: library.steps.map((step) => ({
            ...step,
            page: (request) =>
              Effect.map(step.page(request), (page) => ({
                ...page,
                entitlements: page.entitlements?.map((entitlement) => ({ ...entitlement, grantableTo: ["raeder"] })),
              })),
          })),
        }))
        // Nothing is published, so nothing of it can be tried.
        for (const { check, title } of requirements) {
          const exit = yield* Effect.exit(check(mistyped))
          const error = Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "met"
          for (const named of ["The step shelves", "the entitlement shelf:maps:key", '"raeder"']) {
            if (!/action|required scope/u.test(title)) assert.include(error, named, title)
          }
        }
      }),
  )

  it.live("names `isDone` of an action whose new state never shows", () =>
    Effect.gen(function* () {
      const never = {
        ...library,
        actions: library.actions?.map((it_) => ({ ...it_, isDone: () => Effect.succeed(false) })),
      }
      const requirement = requirements.find(({ title }) => title.includes("an action"))
      // Nothing is waited for.
      const clock: Clock.Clock = Object.assign(Object.create(yield* Clock.Clock), { sleep: () => Effect.void })
      const check = requirement?.check(libraryWorld(() => never)) ?? Effect.void
      const exit = yield* Effect.exit(Effect.provideService(check, Clock.Clock, clock))
      assert.include(
        Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "met",
        "does not show yet. Does `isDone` look at what `run` changes?",
      )
    }),
  )

  it("has a connector that breaks it for each of its requirements", () => {
    const broken = new Set(brokenLibraries.map(({ fails }) => fails))
    assert.deepStrictEqual(
      requirements.map(({ title }) => title).filter((title) => !broken.has(title)),
      [],
    )
  })
})
