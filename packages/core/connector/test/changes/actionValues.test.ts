// What an action of another kind than enabling and disabling gives back: a locker that is made, with the number that it got.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { Action, ActionDeclaration, ActionKind } from "../../src/index.ts"
import { AuditLog, mayTakeAccess, runAction, runActions } from "../../src/index.ts"
import { auditLog, clubs, failure } from "./clubs.ts"

/** Lockers by owner. The write answers a code that no look shows, unless its reply is lost. */
const lockers = (isReplyLost = false) => {
  const numbers = new Map<string, string>()
  const action: Action = {
    name: "make_locker",
    displayName: "Make Locker",
    description: "Makes a locker",
    kind: "resourceCreate",
    resourceType: "club",
    arguments: [{ name: "owner", displayName: "Owner", description: "Whose it is", type: "text" }],
    returns: [],
    isDone: ({ owner }) =>
      Effect.sync(() => {
        const number = numbers.get(String(owner))
        return number === undefined ? false : { number }
      }),
    run: ({ owner }) =>
      Effect.suspend(() => {
        numbers.set(String(owner), `L${numbers.size + 1}`)
        return isReplyLost
          ? Effect.fail(failure("Unavailable", { uncertain: true }))
          : Effect.succeed({ code: "0000", number: "not yet known" })
      }),
    result: ({ owner = "" }, seen) => ({ owner, ...seen }),
  }
  return { ...clubs({ clubs: {} }).connector, actions: [action] }
}

const make = Effect.fnUntraced(function* (connector: ReturnType<typeof lockers>, owner: string) {
  const running = yield* Effect.forkChild(
    Effect.provideService(runAction(connector, "make_locker", { owner }), AuditLog, auditLog().service),
  )
  yield* TestClock.adjust("1 minute")
  return yield* Fiber.join(running)
})

describe("an action that makes something", () => {
  it.effect("gives what the write answered, and what the look after it showed where both tell the same", () =>
    Effect.gen(function* () {
      const { outcome, values } = yield* make(lockers(), "ada")
      assert.deepStrictEqual([outcome, values], ["changed", { owner: "ada", code: "0000", number: "L1" }])
    }),
  )

  it.effect("gives what the look shows where it was there before, or the reply of the write was lost", () =>
    Effect.gen(function* () {
      const connector = lockers()
      yield* make(connector, "ada")
      const again = yield* make(connector, "ada")
      assert.deepStrictEqual([again.outcome, again.values], ["already", { owner: "ada", number: "L1" }])
      const lost = yield* make(lockers(true), "bob")
      assert.deepStrictEqual([lost.outcome, lost.values], ["already", { owner: "bob", number: "L1" }])
    }),
  )

  it.effect("gives its values for each of many, and none in a dry run that would change something", () =>
    Effect.gen(function* () {
      const connector = lockers()
      yield* make(connector, "ada")
      const { results } = yield* Effect.provideService(
        runActions(connector, "make_locker", [{ owner: "ada" }, { owner: "bob" }], { dryRun: true }),
        AuditLog,
        auditLog().service,
      )
      assert.deepStrictEqual(results, [
        { given: { owner: "ada" }, outcome: "already", values: { owner: "ada", number: "L1" } },
        { given: { owner: "bob" }, outcome: "wouldChange" },
      ])
    }),
  )
})

describe("whether an action may take access", () => {
  const about = (kind: ActionKind, isPrincipal?: true): ActionDeclaration => ({
    name: "do_it",
    displayName: "Do It",
    description: "Does it",
    kind,
    arguments: [
      { name: "it", displayName: "It", description: "What", type: "text", ...(isPrincipal ? { isPrincipal } : {}) },
    ],
    returns: [],
  })

  it("is told by its kind, and by an argument that names an account", () => {
    const taking: ReadonlyArray<ActionKind> = [
      "account",
      "accountDisable",
      "resourceDelete",
      "resourceDisable",
      "dynamic",
    ]
    const giving: ReadonlyArray<ActionKind> = [
      "accountEnable",
      "accountUpdateProfile",
      "resourceCreate",
      "resourceEnable",
    ]
    for (const kind of taking)
      assert.deepStrictEqual([mayTakeAccess(about(kind, true)), mayTakeAccess(about(kind))], [true, false])
    for (const kind of giving) assert.isFalse(mayTakeAccess(about(kind, true)), kind)
  })
})
