import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Connector, ConnectorError, StoreError } from "../../src/index.ts"
import { applyChanges, AuditLog } from "../../src/index.ts"
import { apply, failureOf } from "./applying.ts"
import type { ClubOptions } from "./clubs.ts"
import { auditLog, change, clubs as clubsOf } from "./clubs.ts"

const everyone = ["ada", "bob", "eve", "zoe"]
const clubs = { chess: everyone, golf: everyone }
const losing =
  (...people: ReadonlyArray<string>) =>
  (members: Set<string>) =>
    people.forEach((person) => members.delete(person))
const revoking = (...people: ReadonlyArray<string>) => ({
  intent: "revoke" as const,
  changes: people.map((person) => change("chess", person)),
})
const granting = (...people: ReadonlyArray<string>) => ({ ...revoking(...people), intent: "grant" as const })

const assertCollateral = (stopReason: ConnectorError | StoreError | undefined, ...ids: ReadonlyArray<string>) => {
  assert.nestedPropertyVal(stopReason, "reason._tag", "Collateral")
  assert.strictEqual(stopReason?.kind, "interrupted")
  assert.include(stopReason?.message, `: ${ids.map((id) => `person:${id}`).join(", ")} vanished during our write`)
}

describe("people who vanish during a change that is about somebody else", () => {
  it.effect.each<readonly [string, ClubOptions, ReadonlyArray<string>]>([
    ["an answer", { clubs, answersWithMembers: true }, ["read chess", "revoke chess ada"]],
    ["the read after it", { clubs }, ["read chess", "revoke chess ada", "read chess"]],
  ])("stop the run by %s, at no further call; they are named and recorded", ([, options, expected]) =>
    Effect.gen(function* () {
      const meanwhile = { ada: losing("bob", "zoe") }
      const changes = [change("chess", "ada"), change("golf", "ada")]
      const { outcomes, stopReason, calls, entries, membersOf } = yield* apply(
        { ...options, meanwhile },
        { intent: "revoke", changes },
      )
      assert.deepStrictEqual(outcomes, ["changed", "notTried"])
      assertCollateral(stopReason, "bob", "zoe")
      assert.deepStrictEqual(calls, expected)
      assert.deepStrictEqual(membersOf("golf"), everyone)
      assert.deepStrictEqual(
        entries.map(({ outcome }) => outcome),
        ["begun", "changed", "collateral"],
      )
      const [begun, , line] = entries
      assert.strictEqual(line?.requestId, begun?.requestId)
      assert.deepStrictEqual(line?.target, { entitlement: "club:chess:member", principal: "person:ada" })
      assert.strictEqual(line?.reason, "vanished during our write: person:bob, person:zoe")
      assert.deepStrictEqual(line?.vanished, ["person:bob", "person:zoe"])
    }),
  )

  it.effect("are not told as `already` removed where their own removal was asked for as well", () =>
    Effect.gen(function* () {
      for (const answersWithMembers of [true, false]) {
        const options = { clubs, answersWithMembers, meanwhile: { ada: losing("bob", "eve", "zoe") } }
        const { outcomes, stopReason } = yield* apply(options, revoking("ada", "bob"))
        // Without members in the answers, the one read at the end shows it, when both are removed.
        assert.deepStrictEqual(outcomes, ["changed", answersWithMembers ? "notTried" : "changed"])
        assert.nestedPropertyVal(stopReason, "reason._tag", "Collateral")
      }
    }),
  )

  it.effect("stop grants as well", () =>
    Effect.gen(function* () {
      const options = { clubs, answersWithMembers: true, meanwhile: { ida: losing("zoe") } }
      const { outcomes, stopReason } = yield* apply(options, granting("ida", "joe"))
      assert.deepStrictEqual(outcomes, ["changed", "notTried"])
      assertCollateral(stopReason, "zoe")
    }),
  )

  it.effect("are found once for all by the one read that proves several writes", () =>
    Effect.gen(function* () {
      const options = { clubs, meanwhile: { ida: losing("zoe"), joe: losing("eve") } }
      const { outcomes, stopReason, calls, entries } = yield* apply(options, granting("ida", "joe"))
      assert.deepStrictEqual(outcomes, ["changed", "changed"])
      assertCollateral(stopReason, "eve", "zoe")
      assert.deepStrictEqual(calls, ["read chess", "grant chess ida", "grant chess joe", "read chess"])
      assert.deepStrictEqual(entries.at(-1)?.target, { entitlement: "club:chess:member" })
      assert.lengthOf(
        entries.filter(({ outcome }) => outcome === "collateral"),
        1,
      )
    }),
  )

  it.effect("of a write whose reply was lost keep it from being sent again", () =>
    Effect.gen(function* () {
      const options = {
        clubs,
        mishaps: { ida: ["lostRequest"] },
        meanwhile: { ida: losing("zoe") },
      } as const
      const { results, stopReason, calls, entries } = yield* apply(options, granting("ida", "joe"))
      assert.isTrue(failureOf(results[0])?.uncertain)
      assertCollateral(stopReason, "zoe")
      assert.deepStrictEqual(calls, ["read chess", "grant chess ida", "read chess"])
      assert.deepStrictEqual(
        entries.map(({ outcome }) => outcome),
        ["begun", "unknown", "collateral"],
      )
    }),
  )

  it.effect("and whom a read after a late answer shows again have not vanished", () =>
    Effect.gen(function* () {
      const options = { clubs: { chess: ["ada"] }, answersWithMembers: "late" } as const
      const { outcomes, stopReason, newcomers } = yield* apply(options, granting("bob", "eve"))
      assert.deepStrictEqual(outcomes, ["changed", "changed"])
      assert.isUndefined(stopReason)
      assert.deepStrictEqual(newcomers, [])
    }),
  )

  it.effect("are named even where the audit log cannot take the line", () =>
    Effect.gen(function* () {
      const options = { clubs, answersWithMembers: true, meanwhile: { ada: losing("bob") } }
      const { stopReason } = yield* apply(options, revoking("ada"), auditLog(2))
      assertCollateral(stopReason, "bob")
      assert.include(stopReason?.message, "could not be recorded: The disk is full.")
    }),
  )
})

describe("people who come during a change", () => {
  it.effect("are reported and stop nothing", () =>
    Effect.gen(function* () {
      for (const answersWithMembers of [true, false]) {
        const meanwhile = { ada: (members: Set<string>) => void members.add("kim") }
        const options = { clubs, answersWithMembers, meanwhile }
        const { outcomes, stopReason, newcomers } = yield* apply(options, revoking("ada", "bob"))
        assert.deepStrictEqual(outcomes, ["changed", "changed"])
        assert.isUndefined(stopReason)
        assert.deepStrictEqual(newcomers, [{ entitlement: "club:chess:member", principals: ["person:kim"] }])
      }
    }),
  )
})

describe("a removal of our own", () => {
  it.effect("whose reply was lost is `changed`, not `already`", () =>
    Effect.gen(function* () {
      const { outcomes, entries } = yield* apply({ clubs, mishaps: { ada: ["lostReply"] } }, revoking("ada"))
      assert.deepStrictEqual(outcomes, ["changed"])
      assert.deepStrictEqual(
        entries.map(({ outcome }) => outcome),
        ["begun", "changed"],
      )
    }),
  )

  it.effect("is `changed` on each line that asks for it", () =>
    Effect.gen(function* () {
      for (const answersWithMembers of [true, false]) {
        const { outcomes, calls } = yield* apply({ clubs, answersWithMembers }, revoking("ada", "ada"))
        assert.deepStrictEqual(outcomes, ["changed", "changed"])
        assert.lengthOf(
          calls.filter((call) => call.startsWith("revoke")),
          1,
        )
      }
    }),
  )
})

it.effect("runs at once that change the same take turns, so that neither takes what the other removes for harm", () =>
  Effect.gen(function* () {
    for (const answersWithMembers of [true, false]) {
      const { connector, membersOf } = clubsOf({ clubs, answersWithMembers })
      const { provisioning } = connector
      assert.isDefined(provisioning)
      const slow: Connector = {
        ...connector,
        provisioning: {
          ...provisioning,
          holders: (of) => Effect.tap(provisioning.holders(of), () => Effect.yieldNow),
          revoke: (of, who) => Effect.tap(provisioning.revoke(of, who), () => Effect.yieldNow),
        },
      }
      const runs = yield* Effect.all(
        ["ada", "bob", "eve"].map((who) => applyChanges(slow, revoking(who))),
        { concurrency: "unbounded" },
      ).pipe(Effect.provideService(AuditLog, auditLog().service))
      assert.deepStrictEqual(
        runs.map(({ results, stopReason }) => [results[0]?.outcome, stopReason]),
        [
          ["changed", undefined],
          ["changed", undefined],
          ["changed", undefined],
        ],
      )
      assert.deepStrictEqual(membersOf("chess"), ["zoe"])
    }
  }),
)
