import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { EntitlementDrift, Lease, Observation } from "../src/index.ts"
import { decodeDesiredState, driftIn, makePlan, desiredChangesOf } from "../src/index.ts"
import { membershipOf, person, town, type TownOptions } from "./town.ts"

const options: TownOptions = {
  people: { ada: {}, bob: {}, carl: {}, old: { isInactive: true } },
  clubs: { chess: ["ada", "bob"], go: ["bob"], empty: [] },
}

/** A record of the town as it stands, and what was looked up in it. */
const record = (gaps: Readonly<Record<string, string>> = {}, more: Partial<TownOptions> = {}) => {
  const { connector, members } = town({ ...options, ...more })
  const lookedUp: Array<ReadonlyArray<string>> = []
  const { provisioning } = connector
  const observed: Observation<never> = {
    named: person,
    gapIn: (type, of) => gaps[`${type} ${of}`],
    holders: ({ resource }) =>
      Effect.sync(() => {
        const club = members.get(resource.resource)
        return club && { holders: [...club].map(person), resourceName: `Club ${resource.resource}` }
      }),
    findPrincipals: (names) => {
      lookedUp.push(names)
      return provisioning === undefined ? Effect.succeed(new Map()) : Effect.orDie(provisioning.findPrincipals(names))
    },
  }
  return { connector, observed, lookedUp }
}

const entry = (club: string, mode: "only" | "at-least", members: ReadonlyArray<string>, more = "") =>
  `  - id: club:${club}:member\n    mode: ${mode}\n    members: ${JSON.stringify(members)}\n${more}`

const desiredOf = (...entries: ReadonlyArray<string>) =>
  decodeDesiredState("access.yaml", `entitlements:\n${entries.join("")}`)

const short = ({ entitlement, state, missing, extra, blocked, lent, why }: EntitlementDrift) => ({
  club: entitlement.split(":")[1],
  state,
  ...(missing.length === 0 ? {} : { missing: missing.map(({ resource }) => resource) }),
  ...(extra.length === 0 ? {} : { extra: extra.map(({ resource }) => resource) }),
  ...(blocked.length === 0 ? {} : { blocked: blocked.map(({ resource }) => resource) }),
  ...(lent.length === 0 ? {} : { lent: lent.map(({ resource }) => resource) }),
  ...(why.length === 0 ? {} : { why }),
})

const driftOf = (
  entries: ReadonlyArray<string>,
  gaps: Readonly<Record<string, string>> = {},
  more: Partial<TownOptions> = {},
) =>
  Effect.gen(function* () {
    const { observed, lookedUp } = record(gaps, more)
    return { drifts: (yield* driftIn(yield* desiredOf(...entries), observed)).map(short), lookedUp }
  })

const leaseOf = (club: string, who: string, more: Partial<Lease> = {}): Lease => ({
  id: `${club} ${who}`,
  connector: "town",
  tenant: "T1",
  entitlement: membershipOf(club),
  principal: person(who),
  begunAt: "1970-01-01T00:00:00.000Z",
  endsAt: "1970-01-01T08:00:00.000Z",
  state: "active",
  ...more,
})

describe("drift by a record", () => {
  it.effect("is nobody who holds it for a time, and is whoever should hold it without an end", () =>
    Effect.gen(function* () {
      const { observed } = record({}, { clubs: { chess: ["ada", "bob"], go: ["ada", "bob"] } })
      const desired = yield* desiredOf(entry("chess", "only", ["bob"]), entry("go", "only", ["ada"]))
      const leases = [leaseOf("chess", "ada"), leaseOf("go", "ada"), leaseOf("go", "bob", { state: "ended" })]
      assert.deepStrictEqual((yield* driftIn(desired, { ...observed, leases })).map(short), [
        { club: "chess", state: "same", lent: ["ada"] },
        { club: "go", state: "differs", missing: ["ada"], extra: ["bob"] },
      ])
    }),
  )

  it.effect(
    "is who lacks what they should hold and who holds what they should not; ids of holders are not looked up",
    () =>
      Effect.gen(function* () {
        const { drifts, lookedUp } = yield* driftOf([
          entry("chess", "only", ["ada", "carl@town.example"]),
          entry("go", "at-least", ["carl"]),
          entry("empty", "at-least", [], "    removals: [bob]\n"),
        ])
        assert.deepStrictEqual(drifts, [
          { club: "chess", state: "differs", missing: ["carl"], extra: ["bob"] },
          { club: "go", state: "differs", missing: ["carl"] },
          { club: "empty", state: "same" },
        ])
        assert.deepStrictEqual(lookedUp, [["carl@town.example"], ["carl"], ["bob"]])
      }),
  )

  it.effect("is what a plan of the same desired state would change", () =>
    Effect.gen(function* () {
      const desired = yield* desiredOf(
        entry("chess", "only", ["carl", "ada@town.example", "old"]),
        entry("go", "at-least", ["ada"], "    removals: [bob]\n"),
      )
      const { connector, observed } = record()
      const drifts = yield* driftIn(desired, observed)
      const desiredChanges = desired.entitlements.flatMap((one) => desiredChangesOf(one, person))
      const { plan } = yield* makePlan(connector, { desiredChanges })
      const pairs = (intent: "grant" | "revoke") =>
        plan.changes.flatMap((change) =>
          change._tag === "Change" && change.intent === intent
            ? [`${change.entitlement.id} ${change.principal.resource}`]
            : [],
        )
      const found = (kind: "missing" | "extra" | "blocked") =>
        drifts.flatMap((one) => one[kind].map(({ resource }) => `${one.entitlement} ${resource}`))
      assert.deepStrictEqual([found("missing"), found("extra")], [pairs("grant"), pairs("revoke")])
      assert.deepStrictEqual(found("blocked"), ["club:chess:member old"])
      assert.deepStrictEqual(
        plan.blocked.map(({ change }) => change.principal?.resource),
        ["old"],
      )
    }),
  )

  it.effect("counts nobody as missing who could not be given it", () =>
    Effect.gen(function* () {
      const { drifts } = yield* driftOf([entry("go", "only", ["bob", "old"])])
      assert.deepStrictEqual(drifts, [{ club: "go", state: "same", blocked: ["old"] }])
    }),
  )

  it.effect("is unknown of what the record does not show, and known of the rest", () =>
    Effect.gen(function* () {
      const all = [entry("chess", "only", ["ada"]), entry("go", "only", ["nobody@town.example"])]
      assert.deepStrictEqual((yield* driftOf(all, { "club holders": "it was not read" })).drifts, [
        { club: "chess", state: "unknown", why: ["it was not read"] },
        { club: "go", state: "unknown", why: ["it was not read"] },
      ])
      assert.deepStrictEqual((yield* driftOf(all, { "person principals": "it lacks addresses" })).drifts, [
        { club: "chess", state: "differs", extra: ["bob"] },
        { club: "go", state: "unknown", why: ["it lacks addresses"] },
      ])
    }),
  )

  it.effect("is unclear where the entry does not fit, and the other entries are compared", () =>
    Effect.gen(function* () {
      const { drifts } = yield* driftOf(
        [
          entry("chess", "only", ["ada", "bob"], "    name: Club go\n"),
          entry("gone", "at-least", ["ada"]),
          entry("go", "only", ["nobody@town.example"]),
          entry("empty", "at-least", ["ada"], "    removals: [ada@town.example]\n"),
          entry("last", "at-least", ["ada"]),
        ],
        {},
        { clubs: { ...options.clubs, last: [] } },
      )
      assert.deepStrictEqual(drifts, [
        { club: "chess", state: "unclear", why: ["club:chess:member is called Club chess, and not Club go"] },
        { club: "gone", state: "unclear", why: ["there is no entitlement club:gone:member"] },
        { club: "go", state: "unclear", why: ["nobody@town.example: no person has this address or id"] },
        {
          club: "empty",
          state: "unclear",
          why: ["person:ada is to hold club:empty:member, and not to hold it"],
        },
        { club: "last", state: "differs", missing: ["ada"] },
      ])
    }),
  )
})
