import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { Action, ActionOptions, ConnectorError } from "../../src/index.ts"
import { AfterAction, AuditLog, AuditOrigin, runActions } from "../../src/index.ts"
import { auditLog, clubs, failure, type MemoryAuditLog } from "./clubs.ts"

/** Doors that can be shut; what a write about one of them meets is given by its name. */
const doors = (mishaps: Readonly<Record<string, ConnectorError>> = {}, shutAtFirst: ReadonlyArray<string> = []) => {
  const shut = new Set(shutAtFirst)
  const writes: Array<string> = []
  const action: Action = {
    name: "shut_door",
    displayName: "Shut Door",
    description: "Shuts a door",
    kind: "accountDisable",
    arguments: [{ name: "door", displayName: "Door", description: "The door to shut", type: "text" }],
    returns: [],
    isDone: ({ door }) => Effect.sync(() => shut.has(String(door))),
    run: ({ door }) =>
      Effect.suspend(() => {
        writes.push(String(door))
        const mishap = mishaps[String(door)]
        if (mishap !== undefined) return Effect.fail(mishap)
        return Effect.asVoid(Effect.sync(() => shut.add(String(door))))
      }),
    takesAccess: { from: ({ door }) => String(door), ownIds: () => Effect.succeed(["the-mayor"]) },
    result: () => ({}),
  }
  return { connector: { ...clubs({ clubs: {} }).connector, actions: [action] }, writes }
}

const run = Effect.fnUntraced(function* (
  { connector }: ReturnType<typeof doors>,
  names: ReadonlyArray<string>,
  options: ActionOptions = {},
  log: MemoryAuditLog = auditLog(),
) {
  const all = names.map((door) => ({ door }))
  const fiber = yield* Effect.forkChild(
    Effect.provideService(runActions(connector, "shut_door", all, options), AuditLog, log.service),
  )
  yield* TestClock.adjust("1 minute")
  const { results, stopReason } = yield* Fiber.join(fiber)
  return { outcomes: results.map(({ outcome }) => outcome), stopReason, entries: log.entries }
})

describe("an action for many", () => {
  it.effect("goes on after one that is refused, and leaves alone what is done", () =>
    Effect.gen(function* () {
      const { outcomes, stopReason } = yield* run(doors({ b: failure("Refused") }, ["a"]), ["a", "b", "c"])
      assert.deepStrictEqual(outcomes, ["already", "failed", "changed"])
      assert.isUndefined(stopReason)
    }),
  )

  it.effect("is told to whoever acts on what is done, or was so already, and in a dry run to nobody", () =>
    Effect.gen(function* () {
      for (const [dryRun, told] of [
        [false, ["a", "c"]],
        [true, []],
      ] as const) {
        const doneOf: Array<string> = []
        yield* run(doors({ b: failure("Refused") }, ["a"]), ["a", "b", "c"], { dryRun }).pipe(
          Effect.provideService(AfterAction, (_, { door }) => Effect.sync(() => void doneOf.push(String(door)))),
        )
        assert.deepStrictEqual(doneOf, [...told])
      }
    }),
  )

  it.effect("writes nothing in a dry run", () =>
    Effect.gen(function* () {
      const town = doors({}, ["a"])
      const { outcomes, entries } = yield* run(town, ["a", "b"], { dryRun: true })
      assert.deepStrictEqual(outcomes, ["already", "wouldChange"])
      assert.deepStrictEqual([town.writes, entries], [[], []])
    }),
  )

  it.effect("notes why each is run, and the reason of the whole run where one has none of its own", () =>
    Effect.gen(function* () {
      const ran = run(doors(), ["a", "b"], { statedReasons: ["review item 1"] })
      const { entries } = yield* Effect.provideService(ran, AuditOrigin, { statedReason: "spring" })
      assert.deepStrictEqual(
        entries.map(({ target, statedReason }) => [target["door"], statedReason]),
        [
          ["a", "review item 1"],
          ["a", "review item 1"],
          ["b", "spring"],
          ["b", "spring"],
        ],
      )
    }),
  )

  it.effect("stops where the credential is lost, the system is away, or it fails twice in a row", () =>
    Effect.gen(function* () {
      const broken = failure("Unavailable", { ofOne: true })
      for (const [mishaps, outcomes] of [
        [{ a: failure("CredentialRejected") }, ["failed", "notTried", "notTried"]],
        [{ a: failure("Unavailable") }, ["failed", "notTried", "notTried"]],
        [{ a: broken, b: broken }, ["failed", "failed", "notTried"]],
        [{ a: broken, c: broken }, ["failed", "changed", "failed"]],
      ] as const) {
        const ran = yield* run(doors(mishaps), ["a", "b", "c"])
        assert.deepStrictEqual(ran.outcomes, [...outcomes])
        assert.strictEqual(ran.stopReason !== undefined, ran.outcomes.includes("notTried"))
      }
    }),
  )

  it.effect("stops where the audit log is full, before a write or after it", () =>
    Effect.gen(function* () {
      for (const [room, outcomes] of [
        [0, ["notTried", "notTried"]],
        [1, ["failed", "notTried"]],
      ] as const) {
        const ran = yield* run(doors(), ["a", "b"], {}, auditLog(room))
        assert.deepStrictEqual(ran.outcomes, [...outcomes])
        assert.strictEqual(ran.stopReason?.kind, "cannotWrite")
      }
    }),
  )

  it.effect("begins nothing where one of them is the account that acts, or an argument is empty", () =>
    Effect.gen(function* () {
      for (const [names, reason] of [
        [["a", "the-mayor"], "OwnAccount"],
        [["a", " "], "BadRequest"],
      ] as const) {
        const town = doors()
        const error = yield* Effect.flip(run(town, names))
        assert.nestedPropertyVal(error, "reason._tag", reason)
        assert.deepStrictEqual(town.writes, [])
      }
    }),
  )
})
