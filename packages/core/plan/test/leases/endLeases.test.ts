// How access ends: by passes over what is open, wherever one of them is killed.
import { assert, describe, it } from "@effect/vitest"
import { applyChanges, AuditLog, type Connector, ConnectorError, StoreError } from "@rollcall/connector"
import { Cause, Clock, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { afterChange, ClockSkew, endLeases, LeaseStore } from "../../src/index.ts"
import { hour, minute, scenario } from "./lending.ts"
import { membershipOf, person } from "../town.ts"

/** Ada is granted what she has for a time without an end, by another process, which waits for no turn of this one. */
const makeLasting = Effect.fnUntraced(function* (connector: Connector) {
  const changes = [{ entitlement: membershipOf("go"), principal: person("ada") }]
  const { results } = yield* applyChanges({ ...connector, id: "elsewhere" }, { intent: "grant", changes })
  for (const result of results) yield* afterChange(result, { id: "T1" }, "town")
})

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
      yield* TestClock.adjust("30 seconds")
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: expired", "ended: expired"])
    }),
  )

  it.effect("has one line of its end where another process ended it while this one removed the access", () =>
    Effect.gen(function* () {
      const { connector, layer, lend, states, entries } = scenario()
      yield* lend("go", "ada", hour)
      yield* TestClock.adjust(hour)
      const { ended } = yield* Effect.gen(function* () {
        const store = yield* LeaseStore
        const endedElsewhere = LeaseStore.of({
          ...store,
          put: (lease) =>
            Effect.andThen(
              store.put(lease),
              lease.state === "ending" ? store.put({ ...lease, state: "ended", closedAs: "expired" }) : Effect.void,
            ),
        })
        return yield* Effect.provideService(endLeases(connector), LeaseStore, endedElsewhere)
      }).pipe(Effect.provide(layer), Effect.provideService(ClockSkew, Effect.succeed(0)))
      assert.deepStrictEqual([ended, states()], [[], ["ended: expired"]])
      // The line is that of the other one, in its own log.
      assert.notInclude(
        entries.map(({ intent }) => intent),
        "expire",
      )
    }),
  )

  it.effect("is closed once its end is written, also where the pass is interrupted then", () =>
    Effect.gen(function* () {
      const { connector, layer, lend, states, entries } = scenario()
      yield* lend("go", "ada", hour)
      yield* TestClock.adjust(hour)
      const pass = Effect.gen(function* () {
        const log = yield* AuditLog
        const interrupting = AuditLog.of({
          ...log,
          append: (entry) =>
            Effect.andThen(
              log.append(entry),
              entry.intent === "expire"
                ? Effect.withFiber((fiber) => Effect.sync(() => fiber.interruptUnsafe()))
                : Effect.void,
            ),
        })
        return yield* Effect.provideService(endLeases(connector), AuditLog, interrupting)
      }).pipe(Effect.provide(layer), Effect.provideService(ClockSkew, Effect.succeed(0)))
      yield* Fiber.await(yield* Effect.forkChild(pass))
      assert.deepStrictEqual([states(), entries.at(-1)?.intent], [["ended: expired"], "expire"])
    }),
  )

  it.effect("is left as others make it while a pass reads who holds it, at the start and just before the removal", () =>
    Effect.gen(function* () {
      for (const read of [1, 2]) {
        const { connector, layer, lend, all, states, membersOf } = scenario()
        const { provisioning = assert.fail("The town can be changed.") } = connector
        /** A pass during one of whose reads something happens. */
        const passWhile = (meanwhile: Effect.Effect<unknown, unknown>) => {
          let reads = 0
          const holders: typeof provisioning.holders = (entitlement) =>
            Effect.suspend(() => {
              reads += 1
              return Effect.andThen(
                reads === read ? Effect.orDie(meanwhile) : Effect.void,
                provisioning.holders(entitlement),
              )
            })
          return endLeases({ ...connector, provisioning: { ...provisioning, holders } }).pipe(
            Effect.provide(layer),
            Effect.provideService(ClockSkew, Effect.succeed(0)),
          )
        }
        yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
        yield* TestClock.adjust(hour)
        const later = (yield* Clock.currentTimeMillis) + hour
        const moved = yield* passWhile(lend("go", "ada", later))
        assert.deepStrictEqual([moved.ended, moved.failed, moved.stopReason], [[], [], undefined])
        assert.deepStrictEqual([states(), membersOf("go")], [["active"], ["ada"]], `read ${read}`)
        assert.strictEqual(all()[0]?.endsAt, new Date(later).toISOString())
        yield* TestClock.adjust(hour)
        const lasting = makeLasting(connector).pipe(Effect.provide(layer))
        yield* passWhile(lasting)
        assert.deepStrictEqual([states(), membersOf("go")], [["ended: made lasting"], ["ada"]], `read ${read}`)
      }
    }),
  )

  it.effect(
    "is not taken for ended by Rollcall where others remove it just before, nor for gone so soon after it",
    () =>
      Effect.gen(function* () {
        for (const [length, as] of [
          [hour, "ended: removed by others"],
          [minute / 2, "active"],
        ] as const) {
          const { connector, layer, lend, states, members, calls, entries } = scenario()
          const { provisioning = assert.fail("The town can be changed.") } = connector
          let reads = 0
          const holders: typeof provisioning.holders = (entitlement) =>
            Effect.suspend(() => {
              reads += 1
              if (reads === 2) members.get("go")?.delete("ada")
              return provisioning.holders(entitlement)
            })
          yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + length)
          yield* TestClock.adjust(length)
          yield* endLeases({ ...connector, provisioning: { ...provisioning, holders } }).pipe(
            Effect.provide(layer),
            Effect.provideService(ClockSkew, Effect.succeed(0)),
          )
          assert.deepStrictEqual(states(), [as])
          assert.notInclude(calls, "revoke go ada")
          assert.notInclude(
            entries.map(({ intent }) => intent),
            "expire",
          )
        }
      }),
  )

  it.effect("is not opened again where its removal fails and others have made it lasting meanwhile", () =>
    Effect.gen(function* () {
      const { connector, layer, lend, pass, states, membersOf } = scenario()
      const { provisioning = assert.fail("The town can be changed.") } = connector
      yield* lend("go", "ada", hour)
      yield* TestClock.adjust(hour)
      const failing: typeof provisioning.revoke = () =>
        Effect.andThen(
          makeLasting(connector).pipe(Effect.provide(layer), Effect.orDie),
          new ConnectorError({
            reason: { _tag: "Unavailable", scope: "system" },
            message: "It is away.",
            hint: "Wait.",
            uncertain: true,
          }),
        )
      const { failed } = yield* endLeases({ ...connector, provisioning: { ...provisioning, revoke: failing } }).pipe(
        Effect.provide(layer),
        Effect.provideService(ClockSkew, Effect.succeed(0)),
      )
      assert.deepStrictEqual([failed, states()], [[], ["ended: made lasting"]])
      yield* pass()
      assert.deepStrictEqual([states(), membersOf("go")], [["ended: made lasting"], ["ada"]])
    }),
  )

  it.effect("is closed with its reason where the person or the entitlement is gone, and stays closed", () =>
    Effect.gen(function* () {
      const { lend, pass, mishaps, members, states, entries } = scenario()
      yield* lend("go", "ada", hour)
      yield* lend("chess", "ada", hour)
      yield* TestClock.adjust(hour)
      mishaps["ada"] = "gone"
      members.delete("chess")
      const { ended, failed } = yield* pass()
      assert.deepStrictEqual([ended.length, failed], [2, []])
      assert.deepStrictEqual(states(), ["ended: person gone", "ended: entitlement gone"])
      assert.sameMembers(
        entries.flatMap((entry) => (entry.intent === "close" ? [entry.reason] : [])),
        ["person gone", "entitlement gone"],
      )
      assert.deepStrictEqual((yield* pass()).ended, [])
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
      assert.deepStrictEqual(yield* pass(), { ended: [], failed: [], waiting: [], blocked: [] })
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
