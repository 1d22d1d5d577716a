import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { BrakesInForce, MixedRequest } from "../../src/index.ts"
import { AfterChange, applyMixed, AuditLog, CurrentBrakes } from "../../src/index.ts"
import { auditLog, change, clubs, membershipOf } from "./clubs.ts"

const people = (count: number) => Array.from({ length: count }, (_, at) => `p${at}`)
const removing = (club: string, who: ReadonlyArray<string>) =>
  who.map((name) => ({ ...change(club, name), intent: "revoke" as const }))
const adding = (club: string, who: ReadonlyArray<string>) =>
  who.map((name) => ({ ...change(club, name), intent: "grant" as const }))

/** Ten in each of two clubs. */
const town = () => clubs({ clubs: { chess: people(10), go: people(10) } })

const run = (world: ReturnType<typeof clubs>, request: MixedRequest, inForce: Partial<BrakesInForce>) =>
  applyMixed(world.connector, request).pipe(
    Effect.provideService(AuditLog, auditLog().service),
    Effect.provideService(CurrentBrakes, {
      brakes: {},
      countSince: () => Effect.succeed(new Map()),
      ...inForce,
    }),
  )

const bound = (most: number) => ({ most, setting: "LIMIT" })

describe("brakes", () => {
  for (const [what, brakes, changes, words] of [
    [
      "removals of a run",
      { removals: { run: bound(3) } },
      removing("chess", people(4)),
      "4 removals are asked for, and at most 3 are allowed in a run.",
    ],
    [
      "additions of a run",
      { additions: { run: bound(1) } },
      adding("chess", ["x", "y"]),
      "2 additions are asked for, and at most 1 are allowed in a run.",
    ],
    [
      "removals of one entitlement",
      { removals: { entitlement: bound(2) } },
      [...removing("chess", people(2)), ...removing("go", people(3))],
      "3 removals are asked for, and at most 2 are allowed of club:go:member in a run.",
    ],
    [
      "the share of its holders",
      { removalShare: bound(20) },
      removing("chess", people(3)),
      "3 of the 10 holders of club:chess:member would be removed, and at most 20 percent are allowed in a run.",
    ],
    [
      "a protected person",
      { protected: { ids: new Set(["person:p1"]), setting: "PROTECTED" } },
      removing("chess", people(2)),
      "person:p1 is protected, and nothing is taken from it.",
    ],
    [
      "a protected entitlement",
      { protected: { ids: new Set(["club:go:member"]), setting: "PROTECTED" } },
      removing("go", ["p1"]),
      "club:go:member is protected, and nothing is taken from it.",
    ],
  ] as const) {
    it.effect(`stop ${what} before the first write`, () =>
      Effect.gen(function* () {
        const world = town()
        const error = yield* Effect.flip(run(world, { changes }, { brakes }))
        assert.nestedPropertyVal(error, "reason._tag", "Braked")
        assert.strictEqual(error.message, `${words} Nothing was begun.`)
        assert.include(error.hint, what.startsWith("a protected") ? "take it out of PROTECTED" : "allow it with LIMIT=")
        assert.deepStrictEqual(
          world.calls.filter((call) => !call.startsWith("read")),
          [],
        )
      }),
    )
  }

  it.effect("let through what is within them, and what is added to what they protect", () =>
    Effect.gen(function* () {
      const brakes = {
        removals: { run: bound(2), entitlement: bound(2), hour: bound(2) },
        removalShare: bound(20),
        protected: { ids: new Set(["person:p9", "club:go:member"]), setting: "PROTECTED" },
      }
      const changes = [...removing("chess", people(2)), ...removing("chess", people(2)), ...adding("go", ["x"])]
      const { results } = yield* run(town(), { changes }, { brakes })
      assert.deepStrictEqual([...new Set(results.map(({ outcome }) => outcome))], ["changed"])
    }),
  )

  it.effect("by the hour count what everybody changed within the last hour", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("2 hours")
      const asked: Array<readonly [string, number]> = []
      const countSince = (tenant: string, since: number) =>
        Effect.sync(() => {
          asked.push([tenant, since])
          return new Map([
            ["grant", 100],
            ["revoke", 8],
          ])
        })
      const brakes = { removals: { hour: bound(10) } }
      const allowed = yield* run(town(), { changes: removing("chess", people(2)) }, { brakes, countSince })
      assert.deepStrictEqual(
        allowed.results.map(({ outcome }) => outcome),
        ["changed", "changed"],
      )
      const error = yield* Effect.flip(run(town(), { changes: removing("chess", people(3)) }, { brakes, countSince }))
      assert.strictEqual(
        error.message,
        "3 removals are asked for after 8, and at most 10 are allowed within an hour. Nothing was begun.",
      )
      assert.include(error.hint, "LIMIT=11")
      assert.deepStrictEqual(asked[0], ["T1", 3_600_000])
    }),
  )

  it.effect("read an entitlement once, where they compare with its holders", () =>
    Effect.gen(function* () {
      const world = town()
      yield* run(world, { changes: removing("chess", ["p1"]) }, { brakes: { removalShare: bound(50) } })
      assert.deepStrictEqual(world.calls, ["read chess", "revoke chess p1", "read chess"])
    }),
  )
})

describe("changes of both kinds", () => {
  it.effect("of one entitlement take one read before, a write each, and one read after", () =>
    Effect.gen(function* () {
      const world = clubs({ clubs: { chess: ["ada"] } })
      const changes = [...adding("chess", ["bob", "ada"]), ...removing("chess", ["ada", "carl"])]
      const { results } = yield* run(world, { changes }, {})
      assert.deepStrictEqual(
        results.map(({ outcome }) => outcome),
        ["changed", "already", "changed", "already"],
      )
      assert.deepStrictEqual(world.calls, ["read chess", "grant chess bob", "revoke chess ada", "read chess"])
    }),
  )

  it.effect("do not read who holds an entitlement where that was read before", () =>
    Effect.gen(function* () {
      const world = clubs({ clubs: { chess: ["ada"] } })
      const held = new Map([[membershipOf("chess").id, { holders: [change("chess", "ada").principal] }]])
      yield* run(world, { changes: removing("chess", ["ada"]), held }, {})
      assert.deepStrictEqual(world.calls, ["revoke chess ada", "read chess"])
    }),
  )

  it.effect("have somebody act on them who is asked to, and a dry run has nobody", () =>
    Effect.gen(function* () {
      const met: Array<string> = []
      const note: typeof AfterChange.Service = ({ outcome }, { id }) =>
        Effect.sync(() => void met.push(`${outcome} ${id}`))
      const changes = adding("chess", ["x", "p1"])
      yield* Effect.provideService(run(town(), { changes, dryRun: true }, {}), AfterChange, note)
      assert.deepStrictEqual(met, [])
      yield* Effect.provideService(run(town(), { changes }, {}), AfterChange, note)
      assert.sameMembers(met, ["changed T1", "already T1"])
    }),
  )
})
