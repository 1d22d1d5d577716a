import { assert, describe, it } from "@effect/vitest"
import { AfterChange, applyChanges, AuditLog, ConnectorError, CurrentBrakes, StoreError } from "@rollcall/connector"
import { Cause, Clock, Effect, Exit, Layer } from "effect"
import { TestClock } from "effect/testing"
import {
  afterChange,
  afterRead,
  applyPlan,
  ChangeStore,
  ClockSkew,
  endLeases,
  grantUntil,
  isAlive,
  type Lease,
  leasesInAudit,
  LeaseStore,
  makePlan,
  missingIn,
  OpenLeases,
  type Wish,
} from "../src/index.ts"
import { hour, minute, scenario } from "./lending.ts"
import { grant, membershipOf, memoryLeases, memoryStores, only, person } from "./town.ts"

describe("access for a time", () => {
  it.effect("is granted until its end, and is removed by the first pass after it", () =>
    Effect.gen(function* () {
      const { lend, pass, states, all, membersOf, entries } = scenario()
      const { lease, outcome } = yield* lend("go", "ada", 8 * hour)
      assert.strictEqual(outcome, "granted")
      assert.deepInclude(lease, {
        state: "active",
        begunAt: "1970-01-01T00:00:00.000Z",
        endsAt: "1970-01-01T08:00:00.000Z",
        reason: "stands in",
        actor: "sam",
        tenant: "T1",
      })
      yield* TestClock.adjust(8 * hour - 1)
      assert.deepStrictEqual((yield* pass()).ended, [])
      assert.deepStrictEqual(membersOf("go"), ["ada"])
      yield* TestClock.adjust(1)
      assert.lengthOf((yield* pass()).ended, 1)
      assert.deepStrictEqual([membersOf("go"), states()], [[], ["ended: expired"]])
      assert.strictEqual(all()[0]?.closedAt, "1970-01-01T08:00:00.000Z")
      assert.deepStrictEqual(
        entries.map(({ intent, outcome: came }) => `${intent} ${came}`),
        ["grant begun", "grant changed", "revoke begun", "revoke changed", "expire changed"],
      )
    }),
  )

  it.effect("is not lent to whoever holds it already, is over before it begins, is too long, or is protected", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(hour)
      const { lend, calls, all } = scenario()
      const guarded = { protected: { ids: new Set(["person:ada"]), setting: "BATON_PROTECTED" } }
      for (const [work, words] of [
        [lend("chess", "bob", 8 * hour), "holds club:chess:member already, without an end"],
        [lend("go", "ada", hour), "is over"],
        [lend("go", "ada", 50 * hour), "may last 2d at most, and 2d 1h was asked for"],
        [lend("go", "ada", 8 * hour, guarded), "person:ada is protected"],
      ] as const) {
        const error = yield* Effect.flip(work)
        assert.strictEqual(error.kind, "usage")
        assert.include(error.message, words)
      }
      assert.deepStrictEqual([calls.filter((call) => call.startsWith("grant")), all()], [[], []])
    }),
  )

  it.effect("is not granted of what is protected, in whichever of its forms the setting names it", () =>
    Effect.gen(function* () {
      for (const id of ["ada", "person:ada", "go", "club:go", "club:go:member", "old-ada", "person:old-ada"]) {
        const { connector, layer, calls, all } = scenario({ aliases: { ada: ["old-ada"] } })
        const brakes = { protected: { ids: new Set([id]), setting: "BATON_PROTECTED" } }
        const error = yield* grantUntil(connector, {
          entitlement: membershipOf("go"),
          principal: person("ada"),
          until: hour,
        }).pipe(
          Effect.provide(layer),
          Effect.provideService(CurrentBrakes, { brakes, countSince: () => Effect.succeed([]) }),
          Effect.flip,
        )
        assert.deepStrictEqual([error.kind, calls, all()], ["usage", [], []], id)
        assert.include(error.message, `${id} is protected`)
      }
    }),
  )

  it.effect("that is over is not begun again by whoever moves its end", () =>
    Effect.gen(function* () {
      const { lend, move, members, calls, states } = scenario()
      const { lease } = yield* lend("go", "ada", 8 * hour)
      assert.strictEqual((yield* move(lease, 9 * hour)).endsAt, "1970-01-01T09:00:00.000Z")
      yield* TestClock.adjust(hour)
      members.get("go")?.delete("ada")
      calls.length = 0
      const error = yield* Effect.flip(move(lease, 10 * hour))
      assert.strictEqual(error.kind, "usage")
      assert.include(error.message, "is over: removed by others")
      assert.deepStrictEqual([calls, states()], [["read go"], ["ended: removed by others"]])
      const again = yield* lend("go", "ada", 8 * hour)
      members.delete("go")
      assert.include((yield* Effect.flip(move(again.lease, 9 * hour))).message, "is over: entitlement gone")
      assert.deepStrictEqual(states(), ["ended: removed by others", "ended: entitlement gone"])
      const unsure = scenario({ mishaps: { ada: "ignored" } })
      yield* Effect.flip(unsure.lend("go", "ada", 8 * hour))
      const [pending = assert.fail("A lease is pending.")] = unsure.all()
      unsure.calls.length = 0
      assert.include((yield* Effect.flip(unsure.move(pending, 9 * hour))).message, "is not known yet")
      assert.deepStrictEqual(unsure.calls, ["read go"])
    }),
  )

  it.effect("is not taken for ended by Rollcall where the removal could not be written to the audit log", () =>
    Effect.gen(function* () {
      const { lend, layer, connector, states, membersOf, members, calls } = scenario()
      yield* lend("go", "ada", hour)
      yield* lend("go", "bob", hour)
      yield* TestClock.adjust(hour)
      const full = new StoreError({ reason: "DiskFull", message: "The audit log is full.", hint: "Free some space." })
      calls.length = 0
      const pass = yield* endLeases(connector).pipe(
        Effect.provideService(AuditLog, { append: () => Effect.fail(full) }),
        Effect.provideService(ClockSkew, Effect.succeed(0)),
        Effect.provide(layer),
      )
      assert.deepStrictEqual(
        [pass.stopReason?.kind, pass.failed.map(({ lastFailure }) => lastFailure), calls],
        [full.kind, [`${full.message} No change begins that cannot be recorded there.`], ["read go", "read go"]],
      )
      assert.deepStrictEqual(
        [states(), membersOf("go")],
        [
          ["active", "active"],
          ["ada", "bob"],
        ],
      )
      members.get("go")?.clear()
      yield* endLeases(connector).pipe(Effect.provideService(ClockSkew, Effect.succeed(0)), Effect.provide(layer))
      assert.deepStrictEqual(states(), ["ended: removed by others", "ended: removed by others"])
    }),
  )

  it.effect("are compared with a list of holders that is gone through once", () =>
    Effect.gen(function* () {
      const { lend, connector, layer } = scenario({ people: { ada: {}, bob: {}, cleo: {} } })
      for (const who of ["ada", "bob", "cleo"]) yield* lend("go", who, hour)
      yield* TestClock.adjust(minute)
      let passes = 0
      const holders = ["ada", "bob", "cleo"].map(person)
      const counted = new Proxy(holders, {
        get: (list, key, self) => {
          if (key === "map" || key === Symbol.iterator) passes += 1
          return Reflect.get(list, key, self)
        },
      })
      yield* Effect.provide(
        afterRead(connector, { id: "T1" }, new Map([[membershipOf("go").id, { holders: counted }]]), minute),
        layer,
      )
      assert.strictEqual(passes, 1)
    }),
  )

  it.effect("is named in plans and not taken from whom others only are to hold it, and is made lasting by a plan", () =>
    Effect.gen(function* () {
      const { lend, connector, layer, states, calls, membersOf, pass } = scenario()
      const stores = memoryStores()
      const plan = (wish: Wish) => Effect.map(makePlan(connector, { wishes: [wish] }), (made) => made.plan)
      const lent = Layer.effect(
        OpenLeases,
        LeaseStore.use(({ open }) => Effect.succeed(open)),
      ).pipe(Layer.provideMerge(layer))
      yield* lend("go", "ada", 8 * hour)
      yield* Effect.gen(function* () {
        const others = yield* plan(only("go", "bob"))
        assert.deepStrictEqual(
          others.changes.map((change) => change._tag === "Change" && [change.intent, change.principal.resource]),
          [["grant", "bob"]],
        )
        assert.deepStrictEqual(
          others.lent?.map(({ subject, endsAt }) => [subject.displayName, endsAt]),
          [["ADA", "1970-01-01T08:00:00.000Z"]],
        )
        const lasting = yield* plan(grant("go", "ada"))
        assert.deepInclude(lasting.changes[0], { before: "held", endedAt: "1970-01-01T08:00:00.000Z" })
        yield* lend("go", "bob", 8 * hour)
        calls.length = 0
        const follow = yield* Effect.context<LeaseStore | AuditLog>()
        const { results } = yield* applyPlan(connector, lasting, { maxAge: hour }).pipe(
          Effect.provideService(AfterChange, (result, tenant, id) =>
            Effect.orDie(Effect.provideContext(afterChange(result, tenant, id), follow)),
          ),
        )
        assert.deepStrictEqual(
          results.map(({ outcome }) => outcome),
          ["changed"],
        )
      }).pipe(Effect.provide(lent), Effect.provide(stores.layer))
      assert.deepStrictEqual(states(), ["ended: made lasting", "active"])
      assert.notInclude(calls, "grant go ada")
      yield* TestClock.adjust(9 * hour)
      yield* pass()
      assert.deepStrictEqual(membersOf("go"), ["ada"])
    }),
  )

  it.effect("has one lease a person and entitlement, whose end only moves later", () =>
    Effect.gen(function* () {
      const { lend, all } = scenario()
      yield* lend("go", "ada", 2 * hour)
      assert.strictEqual((yield* lend("go", "ada", 3 * hour)).outcome, "extended")
      assert.include((yield* Effect.flip(lend("go", "ada", hour))).message, "an end only moves later")
      assert.deepStrictEqual(
        all().map(({ endsAt }) => endsAt),
        ["1970-01-01T03:00:00.000Z"],
      )
    }),
  )

  it.effect("whose grant may have taken effect is never shorter for being asked for again, and keeps its reason", () =>
    Effect.gen(function* () {
      const { lend, all, states } = scenario({ mishaps: { ada: "ignored" } })
      yield* Effect.flip(lend("go", "ada", 8 * hour))
      const [first] = all()
      assert.include((yield* Effect.flip(lend("go", "ada", hour))).message, "an end only moves later")
      assert.deepStrictEqual([all()[0]?.endsAt, states()], [first?.endsAt, ["pending"]])
    }),
  )

  it.effect("whose grant is refused is closed, and whose outcome is not known is settled by the next pass", () =>
    Effect.gen(function* () {
      const refused = scenario({ mishaps: { ada: "refused" } })
      yield* Effect.flip(refused.lend("go", "ada", hour))
      assert.deepStrictEqual(refused.states(), ["ended: not granted"])
      const ignored = scenario({ mishaps: { ada: "ignored" } })
      yield* Effect.flip(ignored.lend("go", "ada", hour))
      assert.deepStrictEqual(ignored.states(), ["pending"])
      yield* ignored.pass()
      assert.deepStrictEqual(ignored.states(), ["pending"], "a read so soon after may be stale")
      yield* TestClock.adjust(minute)
      yield* ignored.pass()
      assert.deepStrictEqual(ignored.states(), ["ended: not granted"])
      const arrived = scenario({ mishaps: { ada: "ignored" } })
      yield* Effect.flip(arrived.lend("go", "ada", hour))
      arrived.members.get("go")?.add("ada")
      yield* arrived.pass()
      assert.deepStrictEqual(arrived.states(), ["active"])
    }),
  )

  it.effect("ends in the order of the ends, and one failure does not stop the others nor lose the lease", () =>
    Effect.gen(function* () {
      const { lend, pass, calls, mishaps, states, all } = scenario()
      yield* lend("go", "ada", 2 * hour)
      yield* lend("go", "bob", hour)
      yield* TestClock.adjust(3 * hour)
      mishaps["bob"] = "refused"
      const { failed } = yield* pass()
      assert.deepStrictEqual(
        calls.filter((call) => call.startsWith("revoke")),
        ["revoke go bob", "revoke go ada"],
      )
      assert.deepStrictEqual(
        failed.map(({ principal }) => principal.resource),
        ["bob"],
      )
      assert.deepInclude(
        all().find(({ principal }) => principal.resource === "bob"),
        { failures: 1, lastFailure: "It answered Refused." },
      )
      delete mishaps["bob"]
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: expired", "ended: expired"])
    }),
  )

  it.effect("is left as others make it while a pass reads who holds it", () =>
    Effect.gen(function* () {
      const { connector, layer, lend, all, states, membersOf } = scenario()
      const { provisioning = assert.fail("The town can be changed.") } = connector
      /** A pass during whose first read something happens. */
      const passWhile = (meanwhile: Effect.Effect<unknown, unknown>) => {
        const once = Effect.runSync(Effect.cached(Effect.orDie(meanwhile)))
        const holders: typeof provisioning.holders = (entitlement) =>
          Effect.andThen(once, provisioning.holders(entitlement))
        return endLeases({ ...connector, provisioning: { ...provisioning, holders } }).pipe(
          Effect.provide(layer),
          Effect.provideService(ClockSkew, Effect.succeed(0)),
        )
      }
      yield* lend("go", "ada", hour)
      yield* TestClock.adjust(hour)
      yield* passWhile(lend("go", "ada", 2 * hour))
      assert.deepStrictEqual([states(), membersOf("go")], [["active"], ["ada"]])
      assert.strictEqual(all()[0]?.endsAt, "1970-01-01T02:00:00.000Z")
      yield* TestClock.adjust(hour)
      const lasting = Effect.gen(function* () {
        const changes = [{ entitlement: membershipOf("go"), principal: person("ada") }]
        const { results } = yield* applyChanges(connector, { intent: "grant", changes })
        for (const result of results) yield* afterChange(result, { id: "T1" }, "town")
      }).pipe(Effect.provide(layer))
      yield* passWhile(lasting)
      assert.deepStrictEqual([states(), membersOf("go")], [["ended: made lasting"], ["ada"]])
    }),
  )

  it.effect("does not end while the clocks differ, or no reply has told the time", () =>
    Effect.gen(function* () {
      const { lend, passAt, membersOf } = scenario()
      yield* lend("go", "ada", hour)
      yield* TestClock.adjust(2 * hour)
      for (const skew of [undefined, 121_000, -121_000]) {
        assert.deepStrictEqual((yield* passAt(skew)).clock, { skew })
        assert.deepStrictEqual(membersOf("go"), ["ada"])
      }
      assert.isUndefined((yield* passAt(120_000)).clock)
      assert.deepStrictEqual(membersOf("go"), [])
    }),
  )

  it.effect("does not end by a time that the clock no longer has once the reply has come that proves it", () =>
    Effect.gen(function* () {
      const { lend, connector, layer, states, membersOf } = scenario()
      const { provisioning = assert.fail("The town can be changed.") } = connector
      yield* lend("go", "ada", 8 * hour)
      yield* TestClock.setTime(9 * hour)
      const holders: typeof provisioning.holders = (entitlement) =>
        Effect.andThen(TestClock.setTime(hour), provisioning.holders(entitlement))
      const { ended } = yield* endLeases({ ...connector, provisioning: { ...provisioning, holders } }).pipe(
        Effect.provide(layer),
        Effect.provideService(ClockSkew, Effect.succeed(0)),
      )
      assert.deepStrictEqual([ended, states(), membersOf("go")], [[], ["active"], ["ada"]])
    }),
  )

  it.effect("is not closed as never granted while the clock may be wrong", () =>
    Effect.gen(function* () {
      const { lend, passAt, states } = scenario({ mishaps: { ada: "ignored" } })
      yield* Effect.flip(lend("go", "ada", 8 * hour))
      yield* TestClock.adjust(hour)
      yield* passAt(121_000)
      assert.deepStrictEqual(states(), ["pending"])
      yield* passAt(0)
      assert.deepStrictEqual(states(), ["ended: not granted"])
    }),
  )

  it.effect("has a sign of life from passes that can end it alone", () =>
    Effect.gen(function* () {
      const { connector, layer, passAt } = scenario()
      const seen = Effect.provide(
        LeaseStore.use(({ lastBeat }) => lastBeat("T1")),
        layer,
      )
      const { provisioning: _, ...reading } = connector
      const credential = { name: "the other token", provisions: ["club"], actions: [] }
      for (const unable of [reading, { ...connector, furtherCredential: credential }]) {
        yield* endLeases(unable).pipe(Effect.provide(layer), Effect.provideService(ClockSkew, Effect.succeed(0)))
      }
      yield* passAt(121_000)
      assert.isUndefined(yield* seen)
      yield* passAt(undefined)
      assert.strictEqual(yield* seen, 0, "the first reply may be that of the first lease that is over")
      yield* TestClock.adjust(minute)
      yield* passAt(0)
      assert.strictEqual(yield* seen, minute)
      yield* TestClock.adjust(minute)
      yield* endLeases(connector).pipe(Effect.provide(layer), Effect.provideService(ClockSkew, Effect.succeed(0)))
      assert.strictEqual(yield* seen, minute, "after a single pass nobody can rely on the next")
      for (const [beat, alive] of [
        [undefined, false],
        [2 * hour - 2 * minute - 1, false],
        [2 * hour - 2 * minute, true],
        [2 * hour, true],
        [2 * hour + 1, false],
      ] as const)
        assert.strictEqual(isAlive(beat, 2 * hour), alive, `a sign of life at ${beat}`)
    }),
  )

  it.effect("of a failed end is not taken for removed by Rollcall, once others have removed it", () =>
    Effect.gen(function* () {
      const { lend, pass, mishaps, members, states } = scenario()
      yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
      yield* TestClock.adjust(2 * hour)
      mishaps["ada"] = "refused"
      yield* pass()
      assert.deepStrictEqual(states(), ["active"])
      members.get("go")?.delete("ada")
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: removed by others"])
    }),
  )

  it.effect("stays open, and is told of, where the connector cannot end it", () =>
    Effect.gen(function* () {
      const { lend, connector, layer, states } = scenario()
      yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
      yield* TestClock.adjust(2 * hour)
      const { provisioning: _, ...reading } = connector
      const { blocked } = yield* endLeases(reading).pipe(
        Effect.provide(layer),
        Effect.provideService(ClockSkew, Effect.succeed(0)),
      )
      assert.deepStrictEqual(
        blocked.map(({ why }) => why.message),
        ["Town cannot grant or revoke anything."],
      )
      assert.deepStrictEqual(states(), ["active"])
    }),
  )

  it.effect("stays ended when the clock goes back", () =>
    Effect.gen(function* () {
      const { lend, pass, states } = scenario()
      yield* lend("go", "ada", hour)
      yield* TestClock.setTime(2 * hour)
      yield* pass()
      yield* TestClock.setTime(0)
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: expired"])
    }),
  )

  it.effect("is not taken from whoever others have removed, and then added again where that was seen", () =>
    Effect.gen(function* () {
      const { lend, pass, states, members, membersOf, layer, connector } = scenario()
      yield* lend("go", "ada", hour)
      const seen = (holders: ReadonlyArray<string>, readAt: number, isPartial?: true) =>
        afterRead(
          connector,
          { id: "T1" },
          new Map([[membershipOf("go").id, { holders: holders.map(person), isPartial }]]),
          readAt,
        ).pipe(Effect.provide(layer), Effect.andThen(Effect.sync(states)))
      yield* TestClock.adjust(minute)
      assert.deepStrictEqual(yield* seen(["ada"], minute), ["active"])
      assert.deepStrictEqual(
        yield* seen([], minute - 1),
        ["active"],
        "a read so soon after the grant says nothing of it",
      )
      assert.deepStrictEqual(yield* seen([], minute, true), ["active"], "nor does a read that is not whole")
      members.get("go")?.delete("ada")
      assert.deepStrictEqual(yield* seen([], minute), ["ended: removed by others"])
      members.get("go")?.add("ada")
      yield* TestClock.adjust(2 * hour)
      yield* pass()
      assert.deepStrictEqual([states(), membersOf("go")], [["ended: removed by others"], ["ada"]])
    }),
  )

  it.effect("that is being granted, or was granted only after a read began, is not closed by that read", () =>
    Effect.gen(function* () {
      const { lend, states, layer, connector, members, pass } = scenario({ mishaps: { ada: "ignored" } })
      const nobody = new Map([[membershipOf("go").id, { holders: [] }]])
      const seenAt = (readAt: number) => Effect.provide(afterRead(connector, { id: "T1" }, nobody, readAt), layer)
      yield* Effect.flip(lend("go", "ada", 8 * hour))
      yield* TestClock.adjust(hour)
      yield* seenAt(hour)
      assert.deepStrictEqual(states(), ["pending"])
      members.get("go")?.add("ada")
      yield* pass()
      yield* seenAt(hour)
      assert.deepStrictEqual(states(), ["active"], "it was begun an hour before, and granted now")
      yield* TestClock.adjust(minute)
      yield* seenAt(hour + minute)
      assert.deepStrictEqual(states(), ["ended: removed by others"])
    }),
  )

  it.effect("that others have ended is granted again with a lease of its own", () =>
    Effect.gen(function* () {
      const { lend, states, members, membersOf } = scenario()
      yield* lend("go", "ada", 8 * hour)
      yield* TestClock.adjust(hour)
      members.get("go")?.delete("ada")
      const again = yield* lend("go", "ada", 4 * hour)
      assert.strictEqual(again.outcome, "granted")
      assert.deepStrictEqual([states(), membersOf("go")], [["ended: removed by others", "active"], ["ada"]])
    }),
  )

  it.effect("is compared with what an apply reads, under every id of its person", () =>
    Effect.gen(function* () {
      for (const [aliases, state] of [
        [["ada-of-old"], "active"],
        [[], "ended: removed by others"],
      ] as const) {
        const { lend, connector, members, layer, states } = scenario()
        yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
        yield* TestClock.adjust(minute)
        members.get("go")?.delete("ada")
        members.get("go")?.add("ada-of-old")
        const { provisioning } = connector
        const known =
          provisioning === undefined
            ? connector
            : { ...connector, provisioning: { ...provisioning, aliasesOf: () => Effect.succeed(aliases) } }
        const { plan } = yield* makePlan(known, { wishes: [grant("go", "bob")] }).pipe(Effect.provide(layer))
        yield* applyPlan(known, plan, { maxAge: hour }).pipe(
          Effect.provide(memoryStores().layer),
          Effect.provide(layer),
        )
        assert.deepStrictEqual(states(), [state])
      }
    }),
  )

  it.effect("is closed by a grant without an end and by a revocation, and by a group that is gone", () =>
    Effect.gen(function* () {
      for (const [intent, state] of [
        ["grant", "ended: made lasting"],
        ["revoke", "ended: revoked"],
      ] as const) {
        const { lend, pass, states, connector, layer, membersOf } = scenario()
        yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
        const changes = [{ entitlement: membershipOf("go"), principal: person("ada") }]
        const { results } = yield* Effect.provide(applyChanges(connector, { intent, changes }), layer)
        for (const result of results) yield* Effect.provide(afterChange(result, { id: "T1" }, "town"), layer)
        assert.deepStrictEqual(states(), [state])
        yield* TestClock.adjust(2 * hour)
        yield* pass()
        assert.deepStrictEqual(membersOf("go"), intent === "grant" ? ["ada"] : [])
      }
      const { lend, pass, states, members } = scenario()
      yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
      members.delete("go")
      yield* TestClock.adjust(10 * hour)
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: entitlement gone"])
    }),
  )

  it.effect("is found again in the audit log, with its last end, by a store that was restored from an older copy", () =>
    Effect.gen(function* () {
      const { lend, pass, entries, all, connector, layer, states } = scenario()
      const start = yield* Clock.currentTimeMillis
      const restored = (leases: ReadonlyArray<Lease>) =>
        Effect.gen(function* () {
          const store = memoryLeases()
          yield* Effect.provide(
            LeaseStore.use(({ put }) => Effect.forEach(leases, put)),
            store.layer,
          )
          return yield* Effect.provide(missingIn(leasesInAudit(entries, "town")), store.layer)
        })
      yield* lend("go", "ada", start + hour)
      const older = all()
      yield* lend("go", "ada", start + 2 * hour)
      yield* lend("go", "bob", start + hour)
      assert.deepStrictEqual(yield* restored([]), all(), "all that was granted")
      assert.deepStrictEqual(
        (yield* restored(older)).map(({ principal, endsAt }) => [principal.resource, endsAt]),
        all().map(({ principal, endsAt }) => [principal.resource, endsAt]),
        "the end that was moved, and who came later",
      )
      const copy = all()
      const changes = [{ entitlement: membershipOf("go"), principal: person("ada") }]
      const { results } = yield* Effect.provide(applyChanges(connector, { intent: "grant", changes }), layer)
      for (const result of results) yield* Effect.provide(afterChange(result, { id: "T1" }, "town"), layer)
      yield* TestClock.adjust(hour)
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: made lasting", "ended: expired"])
      assert.deepStrictEqual(yield* restored([]), [], "nothing is open by the log")
      assert.deepStrictEqual(
        (yield* restored(copy)).map(({ state, closedAs }) => [state, closedAs]),
        [
          ["ended", "made lasting"],
          ["ended", "expired"],
        ],
      )
    }),
  )

  it.effect("has a line in the audit log however it is over, which a restored store is closed by as well", () =>
    Effect.gen(function* () {
      const restoredAs = (entries: ReturnType<typeof scenario>["entries"], copy: ReadonlyArray<Lease>) =>
        Effect.gen(function* () {
          const store = memoryLeases()
          yield* Effect.provide(
            LeaseStore.use(({ put }) => Effect.forEach(copy, put)),
            store.layer,
          )
          const missing = yield* Effect.provide(missingIn(leasesInAudit(entries, "town")), store.layer)
          return missing.map(({ closedAs }) => closedAs)
        })
      type World = ReturnType<typeof scenario>
      const leaving = ({ members }: World) => Effect.sync(() => void members.get("go")?.delete("ada"))
      const seen = ({ connector, layer }: World) =>
        Effect.gen(function* () {
          const nobody = new Map([[membershipOf("go").id, { holders: [] }]])
          const readAt = yield* Clock.currentTimeMillis
          yield* Effect.provide(afterRead(connector, { id: "T1" }, nobody, readAt), layer)
        })
      const revoked = ({ connector, layer }: World) =>
        Effect.gen(function* () {
          const changes = [{ entitlement: membershipOf("go"), principal: person("ada") }]
          const { results } = yield* applyChanges(connector, { intent: "revoke", changes })
          for (const result of results) yield* afterChange(result, { id: "T1" }, "town")
        }).pipe(Effect.provide(layer))
      const passed = (world: World) => Effect.andThen(TestClock.adjust(8 * hour), world.pass())
      for (const [what, as] of [
        [(world: World) => Effect.andThen(leaving(world), seen(world)), "removed by others"],
        [(world: World) => Effect.andThen(leaving(world), revoked(world)), "removed by others"],
        [(world: World) => Effect.andThen(leaving(world), passed(world)), "removed by others"],
        [
          (world: World) =>
            Effect.andThen(
              Effect.sync(() => world.members.delete("go")),
              passed(world),
            ),
          "entitlement gone",
        ],
      ] as const) {
        const world = scenario()
        yield* world.lend("go", "ada", (yield* Clock.currentTimeMillis) + 8 * hour)
        const copy = world.all()
        yield* TestClock.adjust(minute)
        yield* what(world)
        assert.deepStrictEqual(world.states(), [`ended: ${as}`])
        const [line, ...more] = world.entries.filter(({ requestId }) => requestId === copy[0]?.id)
        assert.deepStrictEqual([line?.intent, line?.outcome, line?.reason, more], ["close", "already", as, []])
        assert.deepStrictEqual(yield* restoredAs(world.entries, copy), [as])
        assert.deepStrictEqual(yield* restoredAs(world.entries, []), [])
      }
    }),
  )

  it.effect("is not taken for removed by a read that may be stale, however short it is", () =>
    Effect.gen(function* () {
      const { lend, pass, states, members } = scenario()
      yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + minute / 2)
      const shown = members.get("go") ?? new Set()
      members.set("go", new Set())
      yield* TestClock.adjust(minute / 2)
      yield* pass()
      assert.deepStrictEqual(states(), ["active"])
      members.set("go", shown)
      yield* pass()
      assert.deepStrictEqual([states(), [...shown]], [["ended: expired"], []])
    }),
  )

  it.effect("is not lent by a read that is not whole: whoever has it already would lose it at the end", () =>
    Effect.gen(function* () {
      const { lend, calls, all } = scenario({ partial: ["go"] })
      assert.include((yield* Effect.flip(lend("go", "ada", hour))).message, "who holds it already, without an end")
      assert.deepStrictEqual([calls, all()], [["read go"], []])
    }),
  )

  it.effect("is not taken for removed by a read that is not whole", () =>
    Effect.gen(function* () {
      const partial: Array<string> = []
      const { lend, pass, states, members } = scenario({ partial })
      yield* lend("go", "ada", hour)
      yield* TestClock.adjust(hour)
      partial.push("go")
      members.get("go")?.delete("ada")
      const [failed] = (yield* pass()).failed
      assert.include(failed?.lastFailure ?? "", "Some holders of Club go could not be read")
      assert.deepStrictEqual(states(), ["active"])
    }),
  )

  it.effect("of which nobody knows whether it began waits while the system is away", () =>
    Effect.gen(function* () {
      const { lend, connector, layer, states } = scenario({ mishaps: { ada: "ignored", bob: "ignored" } })
      for (const who of ["ada", "bob"]) yield* Effect.flip(lend("go", who, hour))
      let reads = 0
      const away = new ConnectorError({
        reason: { _tag: "Unavailable", scope: "system" },
        message: "Away.",
        hint: "Wait.",
      })
      const { provisioning } = connector
      const holders = () => Effect.suspend(() => Effect.fail((reads++, away)))
      const error = yield* endLeases(
        provisioning === undefined ? connector : { ...connector, provisioning: { ...provisioning, holders } },
      ).pipe(Effect.provide(layer), Effect.flip)
      assert.deepStrictEqual([error.kind, reads, states()], ["unavailable", 1, ["pending", "pending"]])
    }),
  )

  it.effect("are not tried one after the other once the system is away", () =>
    Effect.gen(function* () {
      const { lend, pass, calls, mishaps, states } = scenario()
      yield* lend("go", "ada", hour)
      yield* lend("go", "bob", 2 * hour)
      yield* TestClock.adjust(3 * hour)
      mishaps["ada"] = "away"
      assert.lengthOf((yield* pass()).failed, 1)
      assert.deepStrictEqual(
        calls.filter((call) => call.startsWith("revoke")),
        ["revoke go ada"],
      )
      delete mishaps["ada"]
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: expired", "ended: expired"])
    }),
  )

  it.effect("that ends does not count against what else is removed within the hour, and that begins does", () =>
    Effect.gen(function* () {
      const { connector } = scenario()
      const leases = memoryLeases()
      const { layer } = memoryStores()
      const on = <A, E, R>(work: Effect.Effect<A, E, R>) =>
        work.pipe(Effect.provide(layer), Effect.provide(leases.layer))
      yield* on(grantUntil(connector, { entitlement: membershipOf("go"), principal: person("ada"), until: hour }))
      yield* TestClock.adjust(hour)
      const { ended } = yield* on(Effect.provideService(endLeases(connector), ClockSkew, Effect.succeed(0)))
      assert.lengthOf(ended, 1)
      const counted = yield* on(ChangeStore.use(({ countSince }) => countSince("T1", 0)))
      assert.deepStrictEqual(
        counted.map(({ intent, count }) => [intent, count]),
        [["grant", 1]],
      )
    }),
  )

  it.effect("as a reminder ends nothing", () =>
    Effect.gen(function* () {
      const { lend, pass, all, states, layer } = scenario()
      yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
      const [lease] = all()
      if (lease !== undefined)
        yield* Effect.provide(
          LeaseStore.use(({ put }) => put({ ...lease, kind: "reminder" })),
          layer,
        )
      yield* TestClock.adjust(2 * hour)
      assert.deepStrictEqual(yield* pass(), { ended: [], failed: [], blocked: [] })
      assert.deepStrictEqual(states(), ["active"])
    }),
  )

  it.effect("comes to one end and one line, wherever the process is killed between its writes", () =>
    Effect.gen(function* () {
      for (let writes = 1; writes < 20; writes++) {
        const { lend, pass, states, entries, membersOf, dieAfter, layer } = scenario()
        const start = yield* Clock.currentTimeMillis
        dieAfter(writes)
        const granted = yield* Effect.exit(lend("go", "ada", start + hour))
        yield* TestClock.adjust(2 * hour)
        const ended = yield* Effect.exit(pass())
        for (const exit of [Exit.asVoid(granted), Exit.asVoid(ended)])
          if (Exit.isFailure(exit)) assert.isTrue(Cause.hasDies(exit.cause))
        dieAfter(Number.POSITIVE_INFINITY)
        yield* pass()
        yield* pass()
        const told = entries.filter(({ intent }) => intent === "expire").length
        assert.deepStrictEqual(membersOf("go"), [], `killed after ${writes} writes`)
        const [state] = states()
        assert.include(["ended: expired", "ended: not granted"], state)
        assert.strictEqual(told, state === "ended: expired" ? 1 : 0, `killed after ${writes} writes: one line`)
        assert.deepStrictEqual(
          yield* Effect.provide(
            LeaseStore.use((store) => store.open("T1")),
            layer,
          ),
          [],
        )
      }
    }),
  )
})
