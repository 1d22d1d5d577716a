import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { Action } from "../../src/index.ts"
import { AuditLog, runAction } from "../../src/index.ts"
import { auditLog, clubs, failure, type MemoryAuditLog, type Mishap } from "./clubs.ts"

/** A door that shows that it is shut some looks after it was shut. */
const door = ({
  looks = 0,
  mishap,
  awayAfterwards = false,
  ownIds,
}: {
  readonly looks?: number
  readonly mishap?: Mishap
  readonly awayAfterwards?: boolean
  /** Ids of the mayor, who acts, besides `mayor`; where they are given the action takes access away. */
  readonly ownIds?: ReadonlyArray<string>
} = {}) => {
  let shut = false
  let left = looks
  let writes = 0
  const action: Action = {
    name: "shut_door",
    displayName: "Shut Door",
    description: "Shuts a door",
    kind: "accountDisable",
    arguments: [{ name: "door", displayName: "Door", description: "The door to shut", type: "text" }],
    returns: [{ name: "success", displayName: "Success", description: "Whether it is shut", type: "boolean" }],
    isDone: () =>
      Effect.suspend(() =>
        shut && awayAfterwards ? Effect.fail(failure("Unavailable")) : Effect.succeed(shut && left-- <= 0),
      ),
    run: () =>
      Effect.suspend(() => {
        writes += 1
        if (mishap === "refused") return Effect.fail(failure("Refused"))
        shut = true
        return mishap === "lostReply" ? Effect.fail(failure("Unavailable", { uncertain: true })) : Effect.void
      }),
    result: () => ({ success: true }),
    ...(ownIds === undefined
      ? {}
      : { takesAccess: { from: ({ door: of }) => String(of), ownIds: () => Effect.succeed(ownIds) } }),
  }
  return { connector: { ...clubs({ clubs: {} }).connector, actions: [action] }, writes: () => writes }
}

const run = Effect.fnUntraced(function* (
  { connector }: ReturnType<typeof door>,
  values: Readonly<Record<string, string>> = { door: "front" },
  log: MemoryAuditLog = auditLog(),
) {
  const fiber = yield* Effect.forkChild(
    Effect.result(Effect.provideService(runAction(connector, "shut_door", values), AuditLog, log.service)),
  )
  yield* TestClock.adjust("1 minute")
  return { result: yield* Fiber.join(fiber), outcomes: log.entries.map((entry) => entry.outcome), entries: log.entries }
})

const failureIn = ({ result }: Effect.Success<ReturnType<typeof run>>) =>
  result._tag === "Failure" && result.failure._tag === "ConnectorError" ? result.failure : undefined

describe("an action", () => {
  it.effect("is done, recorded before and after, and gives its values", () =>
    Effect.gen(function* () {
      const { result, entries } = yield* run(door())
      assert.deepStrictEqual(result._tag === "Success" ? result.success : undefined, {
        action: "shut_door",
        outcome: "changed",
        values: { success: true },
      })
      assert.deepStrictEqual(
        entries.map(({ intent, target, outcome }) => ({ intent, target, outcome })),
        (["begun", "changed"] as const).map((outcome) => ({ intent: "shut_door", target: { door: "front" }, outcome })),
      )
    }),
  )

  it.effect("that was done before writes nothing", () =>
    Effect.gen(function* () {
      const shut = door()
      yield* run(shut)
      const { result, outcomes } = yield* run(shut)
      assert.strictEqual(result._tag === "Success" ? result.success.outcome : undefined, "already")
      assert.deepStrictEqual(outcomes, [])
      assert.strictEqual(shut.writes(), 1)
    }),
  )

  it.effect("waits until the system shows the new state", () =>
    Effect.gen(function* () {
      const { result } = yield* run(door({ looks: 4 }))
      assert.strictEqual(result._tag, "Success")
    }),
  )

  it.effect("that does not show within half a minute ends with what to do, and is noted as unconfirmed", () =>
    Effect.gen(function* () {
      const { result, outcomes } = yield* run(door({ looks: 99 }))
      const error = result._tag === "Failure" ? result.failure : undefined
      assert.nestedPropertyVal(error, "reason._tag", "Unavailable")
      assert.include(error?.hint, "run the same again")
      assert.deepStrictEqual(outcomes, ["begun", "changed", "unconfirmed"])
    }),
  )

  it.effect("whose reply was lost after it took effect is `already` done, and is not sent again", () =>
    Effect.gen(function* () {
      const shut = door({ mishap: "lostReply" })
      const { result, outcomes } = yield* run(shut)
      assert.strictEqual(result._tag === "Success" ? result.success.outcome : undefined, "already")
      assert.deepStrictEqual(outcomes, ["begun", "already"])
      assert.strictEqual(shut.writes(), 1)
    }),
  )

  it.effect("that was accepted, or whose reply was lost, and that cannot be looked at may have taken effect", () =>
    Effect.gen(function* () {
      for (const [mishap, outcomes] of [
        [undefined, ["begun", "changed"]],
        ["lostReply", ["begun", "unknown"]],
      ] as const) {
        const ended = yield* run(door({ awayAfterwards: true, ...(mishap === undefined ? {} : { mishap }) }))
        const failed = failureIn(ended)
        assert.isTrue(failed?.uncertain)
        assert.match(failed?.message ?? "", /accepted, but reading the new state|without an answer/)
        assert.deepStrictEqual(ended.outcomes, [...outcomes])
      }
    }),
  )

  it.effect("that does not show, which cannot be recorded, may have taken effect", () =>
    Effect.gen(function* () {
      const failed = failureIn(yield* run(door({ looks: 99 }), { door: "front" }, auditLog(2)))
      assert.isTrue(failed?.uncertain)
      assert.include(failed?.message, "could not be recorded")
    }),
  )

  it.effect("that was sent and cannot be recorded may have taken effect", () =>
    Effect.gen(function* () {
      const failed = failureIn(yield* run(door(), { door: "front" }, auditLog(1)))
      assert.isTrue(failed?.uncertain)
    }),
  )

  it.effect("that is refused is noted as failed", () =>
    Effect.gen(function* () {
      const { result, outcomes } = yield* run(door({ mishap: "refused" }))
      assert.nestedPropertyVal(result, "failure.reason._tag", "Refused")
      assert.deepStrictEqual(outcomes, ["begun", "failed"])
    }),
  )

  it.effect("is refused where an argument is of another type than it takes, and says so", () =>
    Effect.gen(function* () {
      const { connector } = door()
      const wrong = yield* Effect.flip(
        Effect.provideService(runAction(connector, "shut_door", { door: true }), AuditLog, auditLog().service),
      )
      assert.include(wrong.message, "door is a boolean and must be a string")
    }),
  )

  it.effect("that needs a further credential is refused by the credential's name", () =>
    Effect.gen(function* () {
      const furtherCredential = { name: "the master key", provisions: [], actions: ["open_door"] }
      const connector = { ...door().connector, furtherCredential }
      const asked = yield* Effect.flip(
        Effect.provideService(runAction(connector, "open_door", {}), AuditLog, auditLog().service),
      )
      assert.match(asked.message, /^The master key is missing/)
    }),
  )

  it.effect("is refused, without a call, where an argument is missing, empty or unknown", () =>
    Effect.gen(function* () {
      for (const values of [{}, { door: " " }, { door: "front", colour: "red" }]) {
        const shut = door()
        const { result } = yield* run(shut, values)
        assert.nestedPropertyVal(result, "failure.reason._tag", "BadRequest")
        assert.strictEqual(shut.writes(), 0)
      }
    }),
  )

  it.effect.each<readonly [string, string]>([
    ["its usual id", "mayor"],
    ["another id of it", "the-mayor"],
  ])("that takes access from the account that acts, by %s, is refused unless it is asked for", ([, id]) =>
    Effect.gen(function* () {
      const options = { ownIds: ["the-mayor"] }
      const refused = door(options)
      const { result, outcomes } = yield* run(refused, { door: id })
      assert.nestedPropertyVal(result, "failure.reason._tag", "OwnAccount")
      assert.strictEqual(result._tag === "Failure" ? result.failure.kind : undefined, "usage")
      assert.deepStrictEqual([refused.writes(), outcomes], [0, []])
      const other = yield* run(door(options), { door: "somebody" })
      assert.strictEqual(other.result._tag, "Success")
      const meant = door(options)
      yield* Effect.provideService(
        runAction(meant.connector, "shut_door", { door: id }, { evenMyself: true }),
        AuditLog,
        auditLog().service,
      )
      assert.strictEqual(meant.writes(), 1)
    }),
  )

  it.effect("of an unknown name is refused, naming those that there are", () =>
    Effect.gen(function* () {
      const { connector } = door()
      const error = yield* Effect.flip(
        Effect.provideService(runAction(connector, "open_door", {}), AuditLog, auditLog().service),
      )
      assert.strictEqual(error.kind, "usage")
      assert.include(error.hint, "shut_door")
    }),
  )
})
