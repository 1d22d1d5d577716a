import { assert, describe, it } from "@effect/vitest"
import type { Brakes } from "@rollcall/connector"
import { AuditOrigin, CurrentBrakes } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { applyPlan, keyOf, makePlan, type Planned, type DesiredChange } from "../src/index.ts"
import { atLeast, disable, grant, memoryStores, only, person, revoke, town, type TownOptions } from "./town.ts"

const options: TownOptions = {
  people: {
    ada: {},
    bob: {},
    eve: { ineligible: "a guest" },
    old: { isInactive: true },
    boss: { privilege: "the Owner" },
    mayor: {},
  },
  clubs: { chess: ["ada", "boss"], go: ["bob"], empty: [] },
}

const plan = Effect.fnUntraced(function* (
  desiredChanges: ReadonlyArray<DesiredChange>,
  more: { readonly evenMyself?: boolean; readonly brakes?: Brakes } = {},
) {
  const world = town(options)
  const { plan: made } = yield* makePlan(world.connector, { desiredChanges, evenMyself: more.evenMyself }).pipe(
    Effect.provideService(CurrentBrakes, { brakes: more.brakes ?? {}, countSince: () => Effect.succeed([]) }),
  )
  return { ...world, made, keys: made.changes.map(keyOf) }
})

describe("a plan", () => {
  it.effect("takes from guests and deactivated people what nobody would grant them", () =>
    Effect.gen(function* () {
      const { connector } = town({ ...options, clubs: { go: ["eve", "old"] } })
      const { plan: made } = yield* makePlan(connector, { desiredChanges: [revoke("go", "eve"), revoke("go", "old")] })
      assert.deepStrictEqual([made.changes.length, made.blocked], [2, []])
    }),
  )

  it.effect("holds what is left to do, with before and after, names, and what is so already", () =>
    Effect.gen(function* () {
      const { made, calls } = yield* plan([
        grant("chess", "bob@town.example"),
        grant("chess", "ada"),
        revoke("go", "ada"),
      ])
      assert.deepStrictEqual(made.changes, [
        {
          _tag: "Change",
          intent: "grant",
          entitlement: {
            id: "club:chess:member",
            resource: { resourceType: "club", resource: "chess" },
            slug: "member",
          },
          resourceName: "Club chess",
          principal: person("bob"),
          before: "not held",
          after: "held",
        },
      ])
      assert.strictEqual(made.unchanged, 2)
      assert.deepStrictEqual(made.subjects, [
        { principal: person("bob"), displayName: "BOB", address: "bob@town.example" },
      ])
      assert.deepStrictEqual(
        calls,
        ["read chess", "read go", "find 2"],
        "one read of the club, one look-up of all people",
      )
    }),
  )

  it.effect("says who made it, when, why, and of whose data", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 10, 30, 12))
      const world = town(options)
      const { plan: made } = yield* makePlan(world.connector, {
        desiredChanges: [grant("go", "ada")],
        ticket: "REQ-7",
      }).pipe(Effect.provideService(AuditOrigin, { osUser: "sam", statedReason: "joins the team" }))
      const { madeAt, author, reason, ticket, tenant, connector } = made
      assert.deepStrictEqual(
        { madeAt, author, reason, ticket, tenant, connector },
        {
          madeAt: "2026-11-30T12:00:00.000Z",
          author: { osUser: "sam", actor: "mayor" },
          reason: "joins the team",
          ticket: "REQ-7",
          tenant: { id: "T1", displayName: "Town Hall" },
          connector: "town",
        },
      )
      const { plan: other } = yield* makePlan(world.connector, { desiredChanges: [] })
      assert.notStrictEqual(other.id, made.id)
    }),
  )

  it.effect("of certain people alone takes it from all others, and of at least some from nobody", () =>
    Effect.gen(function* () {
      const alone = yield* plan([only("chess", "ada@town.example", "bob")])
      assert.deepStrictEqual(alone.keys, ["grant club:chess:member person:bob", "revoke club:chess:member person:boss"])
      assert.deepStrictEqual(alone.made.members, { "club:chess:member": ["person:ada", "person:boss"] })
      const some = yield* plan([atLeast("chess", "bob")])
      assert.deepStrictEqual(some.keys, ["grant club:chess:member person:bob"])
    }),
  )

  it.effect("knows somebody by any id under which the system lists them", () =>
    Effect.gen(function* () {
      const world = town({ people: { ada: { aliases: ["w1"] } }, clubs: { chess: ["w1"] } })
      const { plan: made } = yield* makePlan(world.connector, {
        desiredChanges: [only("chess", "ada"), grant("chess", "ada")],
      })
      assert.deepStrictEqual(made.changes, [])
    }),
  )

  it.effect("names what would be refused, and does not plan it", () =>
    Effect.gen(function* () {
      const { made, keys } = yield* plan([grant("go", "eve"), grant("go", "old"), disable("mayor"), grant("go", "ada")])
      assert.deepStrictEqual(keys, ["grant club:go:member person:ada"])
      assert.deepStrictEqual(
        made.blocked.map(({ change, why }) => [keyOf(change), why]),
        [
          ["grant club:go:member person:eve", "it is a guest"],
          ["grant club:go:member person:old", "it is deactivated"],
          [
            'disable [["account","mayor"]]',
            "it is the account that the token belongs to, and this would end the token",
          ],
        ],
      )
      const even = yield* plan([disable("mayor")], { evenMyself: true })
      assert.lengthOf(even.made.changes, 1)
    }),
  )

  it.effect("warns of a group that is left empty, and of those who may do more than others", () =>
    Effect.gen(function* () {
      const { made } = yield* plan([revoke("go", "bob"), revoke("chess", "boss"), disable("boss")])
      assert.deepStrictEqual(made.warnings, [
        { code: "empties", about: "club:go:member", message: "Club go has nobody left." },
        { code: "privileged", about: "person:boss", message: "BOSS is the Owner." },
        { code: "lastPrivileged", about: "T1", message: "Town Hall has no admin left." },
      ])
      // Somebody takes the place of the one who goes, and another who may do more than others stays.
      const people = { ...options.people, chief: { privilege: "the Admin" } }
      const swapped = yield* makePlan(town({ ...options, people }).connector, {
        desiredChanges: [only("go", "ada"), disable("boss")],
      })
      assert.deepStrictEqual(
        swapped.plan.warnings.map(({ code }) => code),
        ["privileged"],
      )
    }),
  )

  it.effect("shows the brakes that would stop it", () =>
    Effect.gen(function* () {
      const brakes = {
        limits: [{ counts: "removals", within: "run", of: "all", most: 1, setting: "--max-removals" }],
      } as const
      const { made } = yield* plan([revoke("go", "bob"), disable("ada")], { brakes })
      assert.deepStrictEqual(made.brakes, [
        {
          name: "removals in a run",
          message: "2 removals are asked for, and at most 1 are allowed in a run.",
          remedy: "allow it with --max-removals 2",
        },
      ])
    }),
  )

  it.effect("is not made by halves: with an unknown name, or of a group that cannot be read", () =>
    Effect.gen(function* () {
      const unknown = yield* Effect.flip(plan([grant("go", "nobody@town.example"), grant("go", "ada")]))
      assert.strictEqual(unknown.kind, "unreadable")
      assert.include(unknown.message, "nobody@town.example: no person has this address or id")
      assert.strictEqual((yield* Effect.flip(plan([grant("nowhere", "ada")]))).kind, "usage")
    }),
  )

  it.effect(
    "of certain people alone is not made of a group that could not be read whole; of single changes it is",
    () =>
      Effect.gen(function* () {
        const { connector } = town({ ...options, partial: ["chess"] })
        const error = yield* Effect.flip(makePlan(connector, { desiredChanges: [only("chess", "bob")] }))
        assert.strictEqual(error.kind, "interrupted")
        assert.include(error.message, "Some holders of Club chess could not be read")
        const { plan: single } = yield* makePlan(connector, { desiredChanges: [grant("chess", "bob")] })
        assert.lengthOf(single.changes, 1)
      }),
  )

  it.effect("takes what somebody holds who is gone from the system", () =>
    Effect.gen(function* () {
      const world = town({ people: {}, clubs: { chess: ["ghost"] } })
      const { plan: made } = yield* makePlan(world.connector, { desiredChanges: [revoke("chess", "ghost")] })
      assert.deepStrictEqual(made.changes.map(keyOf), ["revoke club:chess:member person:ghost"])
      yield* Effect.flip(makePlan(world.connector, { desiredChanges: [revoke("chess", "stranger")] }))
    }),
  )

  const Club = Schema.Literals(["chess", "go", "empty"])
  const Name = Schema.Literals(["ada", "bob", "boss"])
  const SomeDesiredChanges = Schema.Array(
    Schema.Union([
      Schema.Struct({ club: Club, grant: Name }),
      Schema.Struct({ club: Club, revoke: Name }),
      Schema.Struct({ club: Club, only: Schema.Array(Name) }),
      Schema.Struct({ disable: Name }),
    ]),
  )
  const desiredOf = (some: (typeof SomeDesiredChanges.Type)[number]): DesiredChange => {
    if ("disable" in some) return disable(some.disable)
    if ("only" in some) return only(some.club, ...some.only)
    return "grant" in some ? grant(some.club, some.grant) : revoke(some.club, some.revoke)
  }

  it.effect.prop(
    "is the same in whatever order it is asked for, applied leaves nothing to do, and is none of desiredChanges that contradict each other",
    [SomeDesiredChanges],
    ([some]) =>
      Effect.gen(function* () {
        const desiredChanges = some.map(desiredOf)
        const first = yield* Effect.result(plan(desiredChanges))
        const second = yield* Effect.result(plan(desiredChanges.toReversed()))
        assert.strictEqual(first._tag, second._tag)
        if (first._tag === "Failure" || second._tag === "Failure") {
          assert.nestedPropertyVal(first, "failure.reason", "Unclear")
          return
        }
        assert.deepStrictEqual(first.success.keys.toSorted(), second.success.keys.toSorted())
        const { connector, made } = first.success
        yield* applyPlan(connector, made, { maxAge: 1 }).pipe(Effect.provide(memoryStores().layer))
        const { plan: again } = yield* makePlan(connector, { desiredChanges })
        assert.deepStrictEqual(again.changes, [])
      }),
  )

  it.effect("adds before it removes, and disables last", () =>
    Effect.gen(function* () {
      const { made } = yield* plan([disable("bob"), only("chess", "bob"), revoke("go", "bob")])
      const kinds = made.changes.map((change: Planned) => (change._tag === "Change" ? change.intent : change.action))
      assert.deepStrictEqual(kinds, ["grant", "revoke", "revoke", "revoke", "disable"])
    }),
  )
})
