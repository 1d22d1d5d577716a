import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { keyOf, makePlan, rememberReads, changesToRestore } from "../src/index.ts"
import { grant, person, revoke, town } from "./town.ts"

const recorded = (club: string, ...members: ReadonlyArray<string>) => {
  const resource = { resourceType: "club", resource: club }
  return { entitlement: { id: `club:${club}:member`, resource, slug: "member" }, members: members.map(person) }
}

describe("what was lost since", () => {
  it.effect("is given back, nothing is removed, and who or what is gone or deactivated is told", () =>
    Effect.gen(function* () {
      const { connector, calls } = town({
        people: { ada: {}, bob: {}, old: { isInactive: true }, new: {} },
        clubs: { chess: ["ada", "new"], go: [] },
      })
      const reading = rememberReads(connector)
      const { desiredChanges, gone } = yield* changesToRestore(reading, [
        recorded("chess", "ada", "bob", "ghost"),
        recorded("go", "old"),
        recorded("closed", "ada"),
      ])
      assert.deepStrictEqual(gone, ["club:closed:member", "person:ghost"])
      const { plan } = yield* makePlan(reading, { desiredChanges })
      assert.deepStrictEqual(plan.changes.map(keyOf), ["grant club:chess:member person:bob"])
      assert.deepStrictEqual(
        plan.blocked.map(({ change, why }) => [keyOf(change), why]),
        [["grant club:go:member person:old", "it is deactivated"]],
      )
      assert.deepStrictEqual(
        calls,
        ["read chess", "read go", "read closed", "find 3"],
        "each group once, all people at once",
      )
    }),
  )

  it.effect("is nothing where nothing was lost, and then nobody is looked up", () =>
    Effect.gen(function* () {
      const { connector, calls } = town({ people: { ada: {} }, clubs: { chess: ["ada"] } })
      assert.deepStrictEqual(yield* changesToRestore(connector, [recorded("chess", "ada")]), {
        desiredChanges: [],
        gone: [],
      })
      assert.deepStrictEqual(calls, ["read chess"])
    }),
  )
})

describe("reads that are remembered", () => {
  it.effect("are not made again, but for people of whom it was not asked before, and failures", () =>
    Effect.gen(function* () {
      const { connector, calls } = town({ people: { ada: {}, bob: {} }, clubs: { chess: ["ada"], go: ["bob"] } })
      const reading = rememberReads(connector)
      yield* makePlan(reading, { desiredChanges: [grant("chess", "bob")] })
      yield* makePlan(reading, { desiredChanges: [grant("chess", "bob"), revoke("go", "bob")] })
      yield* makePlan(reading, { desiredChanges: [revoke("chess", "ada")] })
      assert.deepStrictEqual(calls, ["read chess", "find 1", "read go", "find 1"])
      for (const _ of [1, 2])
        assert.strictEqual(
          (yield* Effect.flip(makePlan(reading, { desiredChanges: [grant("no", "bob")] }))).kind,
          "usage",
        )
      assert.deepStrictEqual(calls.slice(4), ["read no", "read no"])
    }),
  )
})
