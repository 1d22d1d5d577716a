import { assert, describe, it } from "@effect/vitest"
import type { AuditEntry, Brakes } from "@rollcall/connector"
import { AuditLog, ConnectorError, CurrentBrakes, StoreError } from "@rollcall/connector"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import {
  applyPlan,
  ChangeStore,
  journalledAuditLog,
  keyOf,
  makePlan,
  type Plan,
  type DesiredChange,
} from "../src/index.ts"
import { atLeast, disable, grant, memoryStores, only, person, revoke, town, type TownOptions } from "./town.ts"

const hour = 3_600_000
const options: TownOptions = {
  people: { ada: {}, bob: {}, carl: {}, dora: {}, mayor: {} },
  clubs: { chess: ["ada", "dora"], go: ["bob"] },
}

/** A plan of a fresh town, which is applied after `between`. */
const scenario = Effect.fnUntraced(function* (
  desiredChanges: ReadonlyArray<DesiredChange>,
  more: Partial<TownOptions> = {},
) {
  const world = town({ ...options, ...more })
  const stores = memoryStores()
  const { plan } = yield* makePlan(world.connector, { desiredChanges })
  world.calls.length = 0
  const apply = (brakes: Brakes = {}, edited: Plan = plan) =>
    applyPlan(world.connector, edited, { maxAge: 24 * hour, approvedBy: ["Eve"] }).pipe(
      Effect.provide(stores.layer),
      Effect.provideService(CurrentBrakes, { brakes, countSince: () => Effect.succeed([]) }),
    )
  return { ...world, ...stores, plan, apply }
})

const outcomes = ({ results }: { readonly results: ReadonlyArray<{ readonly outcome: string }> }) =>
  results.map(({ outcome }) => outcome)

describe("applying a plan", () => {
  it.effect(
    "reads each group once before the first write, adds before it removes, and reads once more to prove it",
    () =>
      Effect.gen(function* () {
        const { apply, calls, membersOf, entries, plan } = yield* scenario([
          only("chess", "ada", "bob"),
          grant("go", "ada"),
          revoke("go", "bob"),
          disable("carl"),
        ])
        assert.deepStrictEqual(
          outcomes(yield* apply()),
          Array.from({ length: 5 }, () => "changed"),
        )
        assert.deepStrictEqual(
          calls.filter((call) => !call.startsWith("find")),
          [
            "read chess",
            "read go",
            "grant chess bob",
            "revoke chess dora",
            "read chess",
            "grant go ada",
            "revoke go bob",
            "read go",
            "disable carl",
          ],
        )
        assert.deepStrictEqual([membersOf("chess"), membersOf("go")], [["ada", "bob"], ["ada"]])
        assert.deepStrictEqual(
          [...new Set(entries.map(({ planId, approvedBy }) => `${planId} ${String(approvedBy)}`))],
          [`${plan.id} Eve`],
        )
        assert.lengthOf(entries, 10, "a line before and a line after each")
      }),
  )

  it.effect("a second time does nothing, even where somebody undid it by hand", () =>
    Effect.gen(function* () {
      const { apply, calls, members } = yield* scenario([grant("go", "ada"), revoke("chess", "dora")])
      yield* apply()
      members.get("go")?.delete("ada")
      calls.length = 0
      assert.deepStrictEqual(outcomes(yield* apply()), ["before", "before"])
      assert.deepStrictEqual(
        calls.filter((call) => !/^(?:read|find)/u.test(call)),
        [],
      )
    }),
  )

  it.effect("goes on where it stopped early: what was done is skipped, what was begun and is not so is done", () =>
    Effect.gen(function* () {
      const { apply, calls, mishaps, membersOf } = yield* scenario(
        [grant("go", "ada"), grant("go", "carl"), grant("go", "dora")],
        {
          mishaps: { carl: "away" },
        },
      )
      const first = yield* apply()
      assert.deepStrictEqual(outcomes(first), ["changed", "failed", "notTried"])
      assert.strictEqual(first.stopReason?.kind, "unavailable")
      delete mishaps["carl"]
      calls.length = 0
      assert.deepStrictEqual(outcomes(yield* apply()), ["before", "changed", "changed"])
      assert.deepStrictEqual(membersOf("go"), ["bob", "ada", "carl", "dora"])
      assert.notInclude(calls, "grant go ada")
    }),
  )

  it.effect("goes on after a change that is refused, and stops at one of which nobody knows what came of it", () =>
    Effect.gen(function* () {
      const refused = yield* scenario([grant("go", "ada"), grant("go", "carl")], { mishaps: { ada: "refused" } })
      assert.deepStrictEqual(outcomes(yield* refused.apply()), ["failed", "changed"])
      const lost = yield* scenario([grant("go", "ada"), grant("go", "carl"), disable("dora")], {
        mishaps: { ada: "ignored" },
      })
      const applied = yield* lost.apply()
      assert.deepStrictEqual(outcomes(applied), ["failed", "changed", "notTried"])
    }),
  )

  it.effect("stops at an account of which nobody knows whether it was disabled", () =>
    Effect.gen(function* () {
      const { connector, layer, plan, calls } = yield* scenario([disable("ada"), disable("bob")])
      const [action = assert.fail("Accounts can be disabled.")] = connector.actions ?? []
      const lost = new ConnectorError({
        reason: { _tag: "Unavailable", scope: "object" },
        message: "No answer came.",
        hint: "Look.",
        uncertain: true,
      })
      let isSent = false
      const silent = {
        ...connector,
        actions: [
          {
            ...action,
            isDone: () => (isSent ? Effect.fail(lost) : Effect.succeed(false)),
            run: () => {
              isSent = true
              return Effect.fail(lost)
            },
          },
        ],
      }
      const applying = yield* Effect.forkChild(
        applyPlan(silent, plan, { maxAge: 24 * hour }).pipe(Effect.provide(layer)),
      )
      yield* TestClock.adjust(hour / 60)
      const applied = yield* Fiber.join(applying)
      assert.deepStrictEqual(outcomes(applied), ["failed", "notTried"])
      assert.nestedPropertyVal(applied.stopReason, "uncertain", true)
      assert.notInclude(calls, "disable bob")
    }),
  )
})

describe("an apply that fails after its first writes", () => {
  it.effect("stops where others vanish from a group, with what was done and the rest not tried", () =>
    Effect.gen(function* () {
      const { apply, calls, membersOf } = yield* scenario(
        [grant("chess", "bob"), grant("go", "ada"), disable("carl")],
        {
          mishaps: { bob: "sweeps" },
        },
      )
      const applied = yield* apply()
      assert.deepStrictEqual(outcomes(applied), ["changed", "notTried", "notTried"])
      assert.nestedPropertyVal(applied.stopReason, "reason._tag", "Collateral")
      assert.strictEqual(applied.stopReason?.kind, "interrupted")
      assert.deepStrictEqual([membersOf("chess"), membersOf("go")], [["bob"], ["bob"]])
      assert.deepStrictEqual(
        calls.filter((call) => !/^(?:read|find)/u.test(call)),
        ["grant chess bob"],
      )
    }),
  )

  it.effect("tells what was done, and why the rest was not tried", () =>
    Effect.gen(function* () {
      const { connector, plan, layer, membersOf } = yield* scenario([grant("go", "ada"), disable("carl")])
      let asked = 0
      const revoked = new ConnectorError({
        reason: { _tag: "CredentialRejected" },
        message: "The token was revoked.",
        hint: "Make another.",
      })
      const identify = Effect.suspend(() => {
        asked += 1
        return membersOf("go").includes("ada") ? Effect.fail(revoked) : connector.identify
      })
      const { results, stopReason } = yield* applyPlan({ ...connector, identify }, plan, { maxAge: 24 * hour }).pipe(
        Effect.provide(layer),
      )
      assert.isAbove(asked, 1)
      assert.deepStrictEqual(outcomes({ results }), ["changed", "notTried"])
      assert.strictEqual(stopReason, revoked)
      const nothing = yield* scenario([disable("carl")])
      const refused = { ...nothing.connector, identify: Effect.fail(revoked) }
      const error = yield* Effect.flip(
        Effect.provide(applyPlan(refused, nothing.plan, { maxAge: 24 * hour }), nothing.layer),
      )
      assert.strictEqual(error, revoked)
    }),
  )

  it.effect("begins nothing that its store cannot keep, and tells what it did until then", () =>
    Effect.gen(function* () {
      const { connector, plan, entries, calls } = yield* scenario([grant("go", "ada"), grant("go", "carl")])
      const stores = memoryStores()
      const full = new StoreError({ reason: "DiskFull", message: "The store is full.", hint: "Make room." })
      let left = 2
      const store = Effect.map(Effect.service(ChangeStore), (whole) => ({
        ...whole,
        append: (entry: AuditEntry) => Effect.suspend(() => (left-- > 0 ? whole.append(entry) : Effect.fail(full))),
      }))
      const log = AuditLog.of({ append: (entry) => Effect.sync(() => void entries.push(entry)) })
      const layer = Layer.fresh(journalledAuditLog).pipe(
        Layer.provideMerge(Layer.merge(Layer.effect(ChangeStore, store), Layer.succeed(AuditLog, log))),
        Layer.provide(stores.layer),
      )
      const { results, stopReason } = yield* Effect.provide(applyPlan(connector, plan, { maxAge: 24 * hour }), layer)
      assert.deepStrictEqual(outcomes({ results }), ["changed", "notTried"])
      assert.strictEqual(stopReason?.kind, "cannotWrite")
      assert.notInclude(calls, "grant go carl")
    }),
  )

  it.effect("tells so where others have filled a limit by the hour meanwhile", () =>
    Effect.gen(function* () {
      const { connector, plan, layer, membersOf } = yield* scenario([revoke("go", "bob"), disable("carl")])
      const most = { counts: "removals", within: "hour", of: "all", most: 2, setting: "LIMIT" } as const
      const countSince = () => Effect.sync(() => [{ intent: "revoke", count: membersOf("go").length === 0 ? 2 : 0 }])
      const { results, stopReason } = yield* applyPlan(connector, plan, { maxAge: 24 * hour }).pipe(
        Effect.provide(layer),
        Effect.provideService(CurrentBrakes, { brakes: { limits: [most] }, countSince }),
      )
      assert.deepStrictEqual(outcomes({ results }), ["changed", "notTried"])
      assert.match(stopReason?.message ?? "", /within an hour\. Nothing more was begun\.$/u)
    }),
  )
})

describe("a plan that an earlier run has begun", () => {
  const begun = (plan: Plan, outcome: AuditEntry["outcome"] = "begun"): AuditEntry => ({
    time: "1970-01-01T00:00:00.000Z",
    requestId: "r1",
    actor: "mayor",
    tenant: "T1",
    planId: plan.id,
    intent: "grant",
    target: { entitlement: "club:go:member", principal: "person:ada" },
    outcome,
  })
  /** What the earlier run left, and what the log has of it after another one. */
  const resumed = Effect.fnUntraced(function* (
    left: AuditEntry["outcome"],
    between: (world: ReturnType<typeof town>) => unknown,
  ) {
    const world = yield* scenario([grant("go", "ada")])
    yield* Effect.provide(
      AuditLog.use(({ append }) => append(begun(world.plan, left))),
      world.layer,
    )
    between(world)
    const applied = yield* Effect.result(world.apply())
    const lines = world.entries
      .slice(1)
      .map(({ requestId, outcome }) => (requestId === "r1" ? `r1 ${outcome}` : outcome))
    return { ...world, applied, lines }
  })
  const isIn = (world: ReturnType<typeof town>) => world.members.get("go")?.add("ada")

  it.effect("is told in the log what came of it by what a read shows, and does it once", () =>
    Effect.gen(function* () {
      for (const left of ["begun", "unknown", "unconfirmed"] as const) {
        const { lines, applied, calls } = yield* resumed(left, isIn)
        assert.deepStrictEqual(lines, ["r1 already"], left)
        assert.deepStrictEqual(applied._tag === "Success" && outcomes(applied.success), ["before"])
        assert.notInclude(calls, "grant go ada")
      }
      const missing = yield* resumed("begun", () => undefined)
      assert.deepStrictEqual(missing.lines, ["r1 unknown", "begun", "changed"])
      const known = yield* resumed("unknown", () => undefined)
      assert.deepStrictEqual(known.lines, ["begun", "changed"])
    }),
  )

  it.effect("is told that a removal was ours, and limits count no more than what is left", () =>
    Effect.gen(function* () {
      const { plan, apply, layer, members, entries } = yield* scenario([revoke("chess", "dora"), revoke("go", "bob")])
      const target = { entitlement: "club:chess:member", principal: "person:dora" }
      yield* Effect.provide(
        AuditLog.use(({ append }) => append({ ...begun(plan), intent: "revoke", target })),
        layer,
      )
      members.get("chess")?.delete("dora")
      const most = { counts: "removals", within: "run", of: "all", most: 1, setting: "--max-removals" } as const
      assert.deepStrictEqual(outcomes(yield* apply({ limits: [most] })), ["before", "changed"])
      assert.deepStrictEqual(
        entries.map(({ requestId, outcome }) => (requestId === "r1" ? `r1 ${outcome}` : outcome)),
        ["r1 begun", "r1 changed", "begun", "changed"],
      )
    }),
  )

  it.effect(
    "does not count twice within the hour where it did not take effect, so that a full hour does not stop it",
    () =>
      Effect.gen(function* () {
        for (const left of ["begun", "unknown", "unconfirmed"] as const) {
          const { connector, plan, layer } = yield* scenario([grant("go", "ada"), grant("go", "carl")])
          const most = { counts: "additions", within: "hour", of: "all", most: 2, setting: "LIMIT" } as const
          const applied = yield* Effect.gen(function* () {
            const { countSince } = yield* ChangeStore
            yield* AuditLog.use(({ append }) => append(begun(plan, left)))
            return yield* Effect.provideService(applyPlan(connector, plan, { maxAge: 24 * hour }), CurrentBrakes, {
              brakes: { limits: [most] },
              countSince,
            })
          }).pipe(Effect.provide(layer))
          assert.deepStrictEqual(outcomes(applied), ["changed", "changed"], left)
        }
      }),
  )

  it.effect("is not taken for done where it is not done and would be refused now", () =>
    Effect.gen(function* () {
      const { applied, lines } = yield* resumed("begun", ({ accounts }) => accounts.set("ada", { isInactive: true }))
      assert.include(
        applied._tag === "Failure" ? applied.failure.message : "",
        "would be refused now: it is deactivated",
      )
      assert.deepStrictEqual(lines, [])
    }),
  )

  it.effect("is not done again where somebody undid it after its outcome was found out", () =>
    Effect.gen(function* () {
      const { members, apply, calls } = yield* resumed("unknown", isIn)
      members.get("go")?.delete("ada")
      assert.deepStrictEqual(outcomes(yield* apply()), ["before"])
      assert.notInclude(calls, "grant go ada")
    }),
  )
})

describe("an apply that waits", () => {
  const busy = new StoreError({ reason: "Busy", message: "Another process is making changes.", hint: "Wait." })

  it.effect("does so for another apply, says why, and no more once it has begun", () =>
    Effect.gen(function* () {
      const { connector, plan, layer, membersOf } = yield* scenario([grant("go", "ada")])
      let others = 2
      const waits: Array<string | undefined> = []
      const work = Effect.gen(function* () {
        const store = yield* ChangeStore
        const turn = <A, E, R>(
          _tenant: string,
          _what: string,
          one: Effect.Effect<A, E, R>,
        ): Effect.Effect<A, E | StoreError, R> =>
          Effect.suspend((): Effect.Effect<A, E | StoreError, R> => (others-- > 0 ? Effect.fail(busy) : one))
        const applied = yield* applyPlan(connector, plan, {
          maxAge: 24 * hour,
          wait: 10_000,
          onWait: (why) => Effect.sync(() => void waits.push(why?.message)),
        }).pipe(Effect.provideService(ChangeStore, { ...store, alone: turn }), Effect.forkChild)
        yield* TestClock.adjust("5 seconds")
        return yield* Fiber.join(applied)
      })
      assert.deepStrictEqual(outcomes(yield* Effect.provide(work, layer)), ["changed"])
      assert.deepStrictEqual(waits, [busy.message, busy.message, undefined])
      assert.include(membersOf("go"), "ada")
    }),
  )

  it.effect("does not begin once more where something else is busy after it has begun", () =>
    Effect.gen(function* () {
      const { connector, plan, layer } = yield* scenario([grant("go", "ada")])
      let begun = 0
      const work = Effect.gen(function* () {
        const store = yield* ChangeStore
        const ofPlan = () => Effect.suspend(() => Effect.fail((begun++, busy)))
        return yield* Effect.flip(
          applyPlan(connector, plan, { maxAge: 24 * hour, wait: 10_000 }).pipe(
            Effect.provideService(ChangeStore, { ...store, ofPlan }),
          ),
        )
      })
      assert.strictEqual((yield* Effect.provide(work, layer)).reason, "Busy")
      assert.strictEqual(begun, 1)
    }),
  )
})

describe("before the first write, a plan is refused", () => {
  for (const [what, desiredChanges, between, words] of [
    [
      "whose change was made by somebody else",
      [grant("go", "ada")],
      (world) => world.members.get("go")?.add("ada"),
      "club:go:member for person:ada is held already",
    ],
    [
      "whose person was deactivated",
      [grant("go", "ada")],
      (world) => world.accounts.set("ada", { isInactive: true }),
      "would be refused now: it is deactivated",
    ],
    [
      "whose person became a guest, to be removed",
      [revoke("go", "bob")],
      (world) => world.accounts.set("bob", { ineligible: "a guest" }),
      "person:bob is a guest now",
    ],
    [
      "of certain people alone, where somebody came whom it did not see",
      [only("chess", "ada")],
      (world) => world.members.get("chess")?.add("carl"),
      "person:carl came into club:chess:member since",
    ],
    [
      "that would leave a group empty, of which it did not warn",
      [revoke("chess", "dora")],
      (world) => world.members.get("chess")?.delete("ada"),
      "a warning is new: Club chess has nobody left",
    ],
    [
      "whose person has a privilege, of which it did not warn",
      [revoke("go", "bob"), grant("go", "ada")],
      (world) => world.accounts.set("bob", { privilege: "an Owner" }),
      "a warning is new: BOB is an Owner",
    ],
    [
      "whose group is gone",
      [grant("go", "ada")],
      (world) => world.members.delete("go"),
      "It answered NotFound. Nothing was begun.",
    ],
    [
      "whose person is gone",
      [grant("go", "ada")],
      (world) => world.accounts.delete("ada"),
      "club:go:member for person:ada: the system does not know them any more",
    ],
    [
      "whose group was renamed",
      [grant("go", "ada")],
      (world) => world.renamed.set("go", "Go players"),
      "club:go:member is called Go players now, and the plan shows Club go",
    ],
    [
      "whose person was renamed",
      [grant("go", "ada")],
      (world) => world.accounts.set("ada", { displayName: "Ada L." }),
      "person:ada is called Ada L. now, and the plan shows ADA",
    ],
    [
      "whose person has another address, which is to lose something",
      [revoke("go", "bob")],
      (world) => world.accounts.set("bob", { address: "b@town.example" }),
      "the address of person:bob is b@town.example now, and the plan shows bob@town.example",
    ],
    [
      "whose person got a privilege, to be added",
      [grant("go", "ada")],
      (world) => world.accounts.set("ada", { privilege: "an Owner" }),
      "person:ada is an Owner now",
    ],
  ] satisfies ReadonlyArray<
    readonly [string, ReadonlyArray<DesiredChange>, (world: ReturnType<typeof town>) => unknown, string]
  >) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const world = yield* scenario(desiredChanges)
        between(world)
        const error = yield* Effect.flip(world.apply())
        assert.deepStrictEqual([error._tag, error.reason, error.kind], ["PlanError", "Stale", "usage"])
        assert.include(error.message, words)
        assert.deepStrictEqual(world.entries, [])
      }),
    )
  }

  for (const [what, edit, words] of [
    [
      "its group by another name",
      (plan) => ({ ...plan, changes: plan.changes.map((one) => ({ ...one, resourceName: "Lunch" })) }),
      "club:go:member is called Club go now, and the plan shows Lunch",
    ],
    [
      "its person by another name",
      (plan) => ({ ...plan, subjects: plan.subjects.map((one) => ({ ...one, displayName: "BOB" })) }),
      "person:ada is called ADA now, and the plan shows BOB",
    ],
    [
      "its person by another address",
      (plan) => ({ ...plan, subjects: plan.subjects.map((one) => ({ ...one, address: "bob@town.example" })) }),
      "the address of person:ada is ada@town.example now, and the plan shows bob@town.example",
    ],
    ["nobody by name", (plan) => ({ ...plan, subjects: [] }), "the plan does not show who person:ada is"],
    [
      "its tenant by another name",
      (plan) => ({ ...plan, tenant: { ...plan.tenant, displayName: "The sandbox" } }),
      "the tenant T1 is called Town Hall now, and the plan shows The sandbox",
    ],
    [
      "its action by another name",
      (plan) => ({
        ...plan,
        changes: plan.changes.map((one) => (one._tag === "Action" ? { ...one, displayName: "Enable" } : one)),
      }),
      "the action disable is called Disable now, and the plan shows Enable",
    ],
    [
      "its action as of another person",
      (plan) => ({
        ...plan,
        desiredChanges: plan.desiredChanges.map((one) =>
          one._tag === "Action" ? { ...one, principal: person("dora") } : one,
        ),
        changes: plan.changes.map((one) => (one._tag === "Action" ? { ...one, principal: person("dora") } : one)),
      }),
      "Disable of person:dora is about carl",
    ],
    [
      "a warning in other words",
      (plan) => ({ ...plan, warnings: plan.warnings.map((one) => ({ ...one, message: "All is well." })) }),
      "a warning is new: BOB is an Owner",
    ],
  ] satisfies ReadonlyArray<readonly [string, (plan: Plan) => Plan, string]>) {
    it.effect(`that was edited to show ${what}`, () =>
      Effect.gen(function* () {
        const { plan, apply, entries } = yield* scenario([grant("go", "ada"), revoke("go", "bob"), disable("carl")], {
          people: { ...options.people, bob: { privilege: "an Owner" } },
        })
        const error = yield* Effect.flip(apply({}, edit(plan)))
        assert.strictEqual(error.reason, "Stale")
        assert.include(error.message, words)
        assert.deepStrictEqual(entries, [])
      }),
    )
  }

  it.effect("but not where it was done before, whatever is renamed since", () =>
    Effect.gen(function* () {
      const { apply, renamed, accounts } = yield* scenario([grant("go", "ada")])
      yield* apply()
      renamed.set("go", "Go players")
      accounts.set("ada", { displayName: "Ada L." })
      assert.deepStrictEqual(outcomes(yield* apply()), ["before"])
    }),
  )

  it.effect("but not because whoever is to lose something is gone", () =>
    Effect.gen(function* () {
      const { apply, accounts, membersOf } = yield* scenario([revoke("chess", "dora")])
      accounts.delete("dora")
      assert.deepStrictEqual(outcomes(yield* apply()), ["changed"])
      assert.deepStrictEqual(membersOf("chess"), ["ada"])
    }),
  )

  it.effect("but not because others come and go", () =>
    Effect.gen(function* () {
      const { apply, members } = yield* scenario([grant("chess", "bob"), atLeast("go", "ada")])
      members.get("chess")?.delete("dora")
      members.get("chess")?.add("carl")
      members.get("go")?.add("carl")
      assert.deepStrictEqual(outcomes(yield* apply()), ["changed", "changed"])
    }),
  )

  it.effect("that is older than plans may be, or of another tenant or connector", () =>
    Effect.gen(function* () {
      const { apply, plan, entries } = yield* scenario([grant("go", "ada")])
      const refusal = (edited: Plan) => Effect.map(Effect.flip(apply({}, edited)), ({ reason }) => reason)
      assert.strictEqual(yield* refusal({ ...plan, tenant: { id: "T2", displayName: "Elsewhere" } }), "OtherTenant")
      assert.strictEqual(yield* refusal({ ...plan, connector: "village" }), "OtherTenant")
      yield* TestClock.adjust(24 * hour + 1)
      const error = yield* Effect.flip(apply())
      assert.deepStrictEqual([error.reason, error.kind], ["Expired", "usage"])
      yield* TestClock.setTime(-120_001)
      assert.include((yield* Effect.flip(apply())).message, "in the future by this machine's clock")
      assert.deepStrictEqual(entries, [])
    }),
  )

  it.effect("that takes something from whoever is protected under another of their ids, which the plan shows", () =>
    Effect.gen(function* () {
      const people = { ...options.people, bob: { aliases: ["w7"] }, carl: { aliases: ["w8"] } }
      for (const [desired, id] of [
        [revoke("go", "bob"), "w7"],
        [only("go", "ada"), "person:w7"],
        [disable("carl"), "w8"],
      ] as const) {
        const brakes = { protected: { ids: new Set([id]), setting: "BATON_PROTECTED" } }
        const { apply, entries, connector } = yield* scenario([desired], { people })
        const error = yield* Effect.flip(apply(brakes))
        assert.include(error.message, `${id} is protected`)
        assert.deepStrictEqual(entries, [])
        const { plan } = yield* makePlan(connector, { desiredChanges: [desired] }).pipe(
          Effect.provideService(CurrentBrakes, { brakes, countSince: () => Effect.succeed([]) }),
        )
        assert.deepStrictEqual(
          plan.brakes.map(({ name }) => name),
          [`protected ${id}`],
        )
      }
    }),
  )

  it.effect("that trips a brake, counting what is left to do alone", () =>
    Effect.gen(function* () {
      const { apply, entries, plan } = yield* scenario([revoke("chess", "dora"), revoke("go", "bob")])
      const brakes = {
        limits: [{ counts: "removals", within: "run", of: "all", most: 1, setting: "--max-removals" }],
      } as const
      const error = yield* Effect.flip(apply(brakes))
      assert.nestedPropertyVal(error, "reason._tag", "Braked")
      assert.deepStrictEqual(entries, [])
      assert.lengthOf(plan.changes.map(keyOf), 2)
    }),
  )
})
