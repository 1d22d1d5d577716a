import { assert, describe, it } from "@effect/vitest"
import { Effect, Semaphore } from "effect"
import { TestClock } from "effect/testing"
import type { BrakesInForce, Limit, MixedRequest, ResourceId } from "../../src/index.ts"
import { AfterChange, applyMixed, AuditLog, CurrentBrakes, trippedBrakes } from "../../src/index.ts"
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
      countSince: () => Effect.succeed([]),
      ...inForce,
    }),
  )

const limit = (counts: Limit["counts"], within: Limit["within"], of: Limit["of"], most: number): Limit => ({
  counts,
  within,
  of,
  most,
  setting: "LIMIT",
})

describe("brakes", () => {
  for (const [what, brakes, changes, words] of [
    [
      "removals of a run",
      { limits: [limit("removals", "run", "all", 3)] },
      removing("chess", people(4)),
      "4 removals are asked for, and at most 3 are allowed in a run.",
    ],
    [
      "additions of a run",
      { limits: [limit("additions", "run", "all", 1)] },
      adding("chess", ["x", "y"]),
      "2 additions are asked for, and at most 1 are allowed in a run.",
    ],
    [
      "removals of one entitlement",
      { limits: [limit("removals", "run", "entitlement", 2)] },
      [...removing("chess", people(2)), ...removing("go", people(3))],
      "3 removals are asked for, and at most 2 are allowed of club:go:member in a run.",
    ],
    [
      "the share of its holders",
      { limits: [limit("removals", "run", "share", 20)] },
      removing("chess", people(3)),
      "3 of the 10 holders of club:chess:member would be removed, and at most 20 percent are allowed in a run.",
    ],
    [
      "the share that is added to its holders",
      { limits: [limit("additions", "run", "share", 20)] },
      adding("chess", ["x", "y", "z"]),
      "3 would be added to the 10 holders of club:chess:member, and at most 20 percent are allowed in a run.",
    ],
    [
      "additions of one entitlement",
      { limits: [limit("additions", "run", "entitlement", 1)] },
      adding("chess", ["x", "y"]),
      "2 additions are asked for, and at most 1 are allowed of club:chess:member in a run.",
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

  it.effect("know who is protected under any id of theirs, and ask for it only where something is protected", () =>
    Effect.gen(function* () {
      const world = town()
      const asked: Array<string> = []
      const { provisioning = assert.fail("Clubs can be changed.") } = world.connector
      const aliasesOf = ({ resource }: ResourceId) =>
        Effect.sync(() => {
          asked.push(resource)
          return [`old${resource}`]
        })
      const known = { ...world, connector: { ...world.connector, provisioning: { ...provisioning, aliasesOf } } }
      const changes = [...removing("chess", ["p1", "p2"]), ...removing("go", ["p1"]), ...adding("go", ["x"])]
      const brakes = { protected: { ids: new Set(["oldp1"]), setting: "PROTECTED" } }
      const error = yield* Effect.flip(run(known, { changes }, { brakes }))
      assert.strictEqual(error.message, "oldp1 is protected, and nothing is taken from it. Nothing was begun.")
      assert.deepStrictEqual(asked, ["p1", "p2"])
      yield* run(known, { changes: removing("chess", ["p1"]) }, {})
      assert.deepStrictEqual(asked, ["p1", "p2"])
      const told = removing("chess", ["p2"]).map((removal) => ({ ...removal, aliases: [] }))
      yield* run(known, { changes: told }, { brakes })
      assert.deepStrictEqual(asked, ["p1", "p2"])
    }),
  )

  it.effect("let through what is within them, and what is added to what they protect", () =>
    Effect.gen(function* () {
      const brakes = {
        limits: (["run", "hour"] as const).flatMap((within) => [
          limit("removals", within, "all", 2),
          limit("removals", within, "entitlement", 2),
          limit("removals", within, "share", 20),
          limit("additions", within, "share", 10),
        ]),
        protected: { ids: new Set(["person:p9", "club:go:member"]), setting: "PROTECTED" },
      }
      const changes = [...removing("chess", people(2)), ...removing("chess", people(2)), ...adding("go", ["x"])]
      const { results } = yield* run(town(), { changes }, { brakes })
      assert.deepStrictEqual([...new Set(results.map(({ outcome }) => outcome))], ["changed"])
    }),
  )

  /** Within the last hour: eight left the chess club and two came, one left the go club, and one account was disabled. */
  const lately = [
    { intent: "revoke", entitlement: "club:chess:member", count: 8 },
    { intent: "grant", entitlement: "club:chess:member", count: 2 },
    { intent: "revoke", entitlement: "club:go:member", count: 1 },
    { intent: "disable", count: 1 },
  ]

  for (const [what, most, changes, words, to] of [
    [
      limit("removals", "hour", "all", 11),
      2,
      removing("chess", people(3)),
      "3 removals are asked for after 9, and at most 11 are allowed within an hour.",
      12,
    ],
    [
      limit("additions", "hour", "all", 3),
      1,
      adding("go", ["x", "y"]),
      "2 additions are asked for after 2, and at most 3 are allowed within an hour.",
      4,
    ],
    [
      limit("removals", "hour", "entitlement", 9),
      1,
      removing("chess", people(2)),
      "2 removals are asked for after 8, and at most 9 are allowed of club:chess:member within an hour.",
      10,
    ],
    [
      limit("additions", "hour", "entitlement", 3),
      1,
      adding("chess", ["x", "y"]),
      "2 additions are asked for after 2, and at most 3 are allowed of club:chess:member within an hour.",
      4,
    ],
    // Of the 18 who were there an hour ago.
    [
      limit("removals", "hour", "share", 50),
      1,
      removing("chess", people(2)),
      "10 of the 18 holders of club:chess:member would be removed, and at most 50 percent are allowed within an hour.",
      56,
    ],
    // To the 8 who were there an hour ago.
    [
      limit("additions", "hour", "share", 38),
      1,
      adding("chess", ["x", "y"]),
      "4 would be added to the 8 holders of club:chess:member, and at most 38 percent are allowed within an hour.",
      50,
    ],
  ] as const) {
    it.effect(`by the hour count what everybody changed within the last hour: ${what.counts}, ${what.of}`, () =>
      Effect.gen(function* () {
        yield* TestClock.adjust("2 hours")
        const asked: Array<readonly [string, number]> = []
        const countSince = (tenant: string, since: number) =>
          Effect.sync(() => {
            asked.push([tenant, since])
            return lately
          })
        const brakes = { limits: [what] }
        const allowed = yield* run(town(), { changes: changes.slice(0, most) }, { brakes, countSince })
        assert.isTrue(allowed.results.every(({ outcome }) => outcome === "changed"))
        const world = town()
        const error = yield* Effect.flip(run(world, { changes }, { brakes, countSince }))
        assert.strictEqual(error.message, `${words} Nothing was begun.`)
        assert.include(error.hint, `LIMIT=${to}.`)
        assert.deepStrictEqual(asked[0], ["T1", 3_600_000])
        assert.deepStrictEqual(
          world.calls.filter((call) => !call.startsWith("read")),
          [],
        )
        // Of another club nothing was counted.
        if (what.of === "all") return
        const others = changes.map(({ principal, intent }) => ({ ...change("go", principal.resource), intent }))
        yield* run(town(), { changes: others.slice(0, 1) }, { brakes, countSince })
      }),
    )
  }

  it.effect("count an account that is disabled as a removal, in a run and within an hour", () =>
    Effect.gen(function* () {
      for (const [within, most, told] of [
        ["run", 1, "2 removals are asked for, and at most 1 are allowed in a run."],
        ["hour", 3, "2 removals are asked for after 2, and at most 3 are allowed within an hour."],
      ] as const) {
        const request = {
          tenant: "T1",
          changes: removing("go", ["p1"]),
          disabled: ["person:p2"],
          takingActions: ["disable"],
        }
        const brakes = { limits: [limit("removals", within, "all", most)] }
        const tripped = yield* Effect.provideService(trippedBrakes(request), CurrentBrakes, {
          brakes,
          countSince: () => Effect.succeed(lately.slice(2)),
        })
        assert.deepStrictEqual(
          tripped.map(({ message }) => message),
          [told],
        )
      }
    }),
  )

  it.effect("by the hour are asked again as each write begins, so that runs at once pass no limit together", () =>
    Effect.gen(function* () {
      const log = auditLog()
      const turns = yield* Semaphore.make(1)
      const inForce = {
        brakes: { limits: [limit("removals", "hour", "all", 3)] },
        // Others come first whenever something is counted.
        countSince: () =>
          Effect.tap(
            Effect.sync(() => [
              { intent: "revoke", count: log.entries.filter(({ outcome }) => outcome === "begun").length },
            ]),
            () => Effect.yieldNow,
          ),
        alone: <A, E, R>(_: string, work: Effect.Effect<A, E, R>) => turns.withPermit(work),
      }
      const world = clubs({ clubs: { chess: people(10), go: people(10), tag: people(10) } })
      const runs = yield* Effect.all(
        ["chess", "go", "tag"].map((club) => applyMixed(world.connector, { changes: removing(club, ["p1", "p2"]) })),
        { concurrency: "unbounded" },
      ).pipe(Effect.provideService(AuditLog, log.service), Effect.provideService(CurrentBrakes, inForce))
      const stopped = runs.filter(({ stopReason }) => stopReason !== undefined)
      assert.lengthOf(
        world.calls.filter((call) => call.startsWith("revoke")),
        3,
      )
      assert.isNotEmpty(stopped)
      for (const { stopReason, results } of stopped) {
        assert.match(
          stopReason?.message ?? "",
          /after 3, and at most 3 are allowed within an hour\. Nothing more was begun\.$/u,
        )
        assert.strictEqual(results.at(-1)?.outcome, "notTried")
      }
    }),
  )

  it.effect("read an entitlement once, where they compare with its holders", () =>
    Effect.gen(function* () {
      const world = town()
      yield* run(
        world,
        { changes: removing("chess", ["p1"]) },
        { brakes: { limits: [limit("removals", "run", "share", 50)] } },
      )
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
