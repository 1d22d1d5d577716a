// What becomes of access that ConductorOne granted for a time.
import { assert, describe, it } from "@effect/vitest"
import { AfterChange, applyChanges, AuditOrigin } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { afterChange, ClockSkew, endLeases, leasesInAudit, LeaseStore } from "../../src/index.ts"
import { hour, scenario } from "./lending.ts"
import { membershipOf, person, type TownOptions } from "../town.ts"

describe("what ConductorOne granted for a time", () => {
  const day = 24 * hour
  /** A grant or revocation as a task of ConductorOne makes it, and what the store makes of that. */
  const tasks = (more: Partial<TownOptions> = {}) => {
    const world = scenario(more)
    const task = (id: string, intent: "grant" | "revoke", hours?: number) =>
      Effect.gen(function* () {
        const { connector, layer } = world
        const endsAt = new Date((yield* Clock.currentTimeMillis) + (hours ?? 0) * hour).toISOString()
        const lease = hours === undefined ? undefined : ({ id, endsAt, kind: "c1" } as const)
        const changes = [{ entitlement: membershipOf("go"), principal: person("ada") }]
        yield* applyChanges(connector, { intent, changes }).pipe(
          Effect.provideService(AfterChange, (result, tenant) =>
            Effect.orDie(Effect.provide(afterChange(result, tenant, "town"), layer)),
          ),
          Effect.provideService(AuditOrigin, { lease }),
          Effect.provide(layer),
        )
      })
    const backstopAt = (since: number | undefined) =>
      endLeases(world.connector, { backstop: { grace: day, reachableSince: Effect.succeed(since) } }).pipe(
        Effect.provide(world.layer),
        Effect.provideService(ClockSkew, Effect.succeed(0)),
      )
    return { ...world, task, backstopAt }
  }

  it.effect("is kept with its end, is never ended by a pass, and is over with ConductorOne's revocation", () =>
    Effect.gen(function* () {
      const { task, pass, all, states, membersOf } = tasks()
      yield* task("task-1", "grant", 8)
      assert.deepStrictEqual(
        all().map(({ id, kind, actor, endsAt, state }) => [id, kind, actor, endsAt, state]),
        [["task-1", "c1", "ConductorOne", "1970-01-01T08:00:00.000Z", "active"]],
      )
      yield* TestClock.adjust(10 * day)
      assert.deepStrictEqual((yield* pass()).ended, [])
      assert.deepStrictEqual(membersOf("go"), ["ada"])
      yield* task("task-2", "revoke")
      assert.deepStrictEqual(states(), ["ended: revoked"])
    }),
  )

  it.effect("is replaced by a later grant of it, and keeps its end where the same task comes again", () =>
    Effect.gen(function* () {
      const { task, all, states } = tasks()
      yield* task("task-1", "grant", 8)
      yield* TestClock.adjust(hour)
      yield* task("task-1", "grant", 8)
      assert.deepStrictEqual(
        all().map(({ endsAt }) => endsAt),
        ["1970-01-01T08:00:00.000Z"],
      )
      yield* task("task-2", "grant", 2)
      assert.deepStrictEqual(states(), ["ended: replaced", "active"])
      assert.strictEqual(all()[1]?.endsAt, "1970-01-01T03:00:00.000Z")
      yield* task("task-3", "grant")
      assert.deepStrictEqual(states(), ["ended: replaced", "ended: made lasting"])
    }),
  )

  it.effect("replaces a lease of Rollcall's, and has no lease where it was held before without an end", () =>
    Effect.gen(function* () {
      const own = tasks()
      yield* own.lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
      yield* own.task("task-1", "grant", 8)
      assert.deepStrictEqual(own.states(), ["ended: replaced", "active"])
      yield* TestClock.adjust(2 * hour)
      yield* own.pass()
      assert.deepStrictEqual(own.membersOf("go"), ["ada"])
      const error = yield* Effect.flip(own.lend("go", "ada", 20 * hour))
      assert.include(error.message, "ConductorOne granted club:go:member to person:ada until")
      const ofC1 = own.all().find(({ kind }) => kind === "c1") ?? assert.fail("There is a lease of ConductorOne's.")
      const moved = yield* Effect.flip(own.move(ofC1, 20 * hour))
      assert.include(moved.message, "ConductorOne granted club:go:member to person:ada until")
      const held = tasks({ clubs: { chess: [], go: ["ada"] } })
      yield* held.task("task-1", "grant", 8)
      assert.deepStrictEqual(held.states(), [])
    }),
  )

  it.effect("is removed by the backstop after its end and the grace, where ConductorOne was there all the time", () =>
    Effect.gen(function* () {
      const { task, backstopAt, states, membersOf, entries } = tasks()
      yield* task("task-1", "grant", 8)
      yield* TestClock.adjust(8 * hour + day - 1)
      assert.deepStrictEqual((yield* backstopAt(0)).ended, [])
      yield* TestClock.adjust(1)
      assert.deepStrictEqual((yield* backstopAt(undefined)).ended, [], "it is not there now")
      assert.deepStrictEqual((yield* backstopAt(8 * hour + 1)).ended, [], "it was away after the end")
      assert.deepStrictEqual(membersOf("go"), ["ada"])
      assert.lengthOf((yield* backstopAt(8 * hour)).ended, 1)
      assert.deepStrictEqual([membersOf("go"), states()], [[], ["ended: expired"]])
      assert.deepStrictEqual(
        entries.slice(2).map(({ intent, outcome, statedReason, lease }) => [intent, outcome, statedReason, lease?.id]),
        [
          ["revoke", "begun", "not revoked by ConductorOne: lease task-1", "task-1"],
          ["revoke", "changed", "not revoked by ConductorOne: lease task-1", "task-1"],
          ["expire", "changed", undefined, "task-1"],
        ],
      )
    }),
  )

  it.effect("is not removed by the backstop once ConductorOne has asked for anything else of the pair", () =>
    Effect.gen(function* () {
      const { task, backstopAt, all, layer, membersOf, states } = tasks()
      yield* task("task-1", "grant", 8)
      const [lease] = all()
      if (lease !== undefined) {
        yield* Effect.provide(
          LeaseStore.use(({ put }) => put({ ...lease, laterTaskAt: "1970-01-01T09:00:00.000Z" })),
          layer,
        )
      }
      yield* TestClock.adjust(10 * day)
      assert.deepStrictEqual((yield* backstopAt(0)).ended, [])
      assert.deepStrictEqual([membersOf("go"), states()], [["ada"], ["active"]])
    }),
  )

  it.effect("is not removed by the backstop where ConductorOne asks for anything else while the group is read", () =>
    Effect.gen(function* () {
      for (const read of [1, 2]) {
        const { task, all, layer, connector, membersOf, states } = tasks()
        const { provisioning = assert.fail("The town can be changed.") } = connector
        yield* task("task-1", "grant", 8)
        const noted = LeaseStore.use(({ put }) =>
          Effect.forEach(all(), (lease) => put({ ...lease, laterTaskAt: "1970-01-01T09:00:00.000Z" })),
        )
        let reads = 0
        const holders: typeof provisioning.holders = (entitlement) =>
          Effect.suspend(() => {
            reads += 1
            const meanwhile = reads === read ? Effect.orDie(Effect.provide(noted, layer)) : Effect.void
            return Effect.andThen(meanwhile, provisioning.holders(entitlement))
          })
        yield* TestClock.adjust(10 * day)
        const backstop = { grace: day, reachableSince: Effect.succeed(0) }
        yield* endLeases({ ...connector, provisioning: { ...provisioning, holders } }, { backstop }).pipe(
          Effect.provide(layer),
          Effect.provideService(ClockSkew, Effect.succeed(0)),
        )
        assert.strictEqual(reads, read)
        assert.deepStrictEqual([membersOf("go"), states()], [["ada"], ["active"]])
        assert.strictEqual(all()[0]?.laterTaskAt, "1970-01-01T09:00:00.000Z")
        yield* TestClock.setTime(0)
      }
    }),
  )

  it.effect("is found again in the audit log, as ConductorOne's", () =>
    Effect.gen(function* () {
      const { task, lend, entries, all } = tasks()
      yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
      yield* task("task-1", "grant", 8)
      assert.deepStrictEqual(leasesInAudit(entries, "town"), all())
      yield* task("task-2", "revoke")
      assert.deepStrictEqual(
        leasesInAudit(entries, "town").map(({ closedAs }) => closedAs),
        ["replaced", "revoked"],
      )
    }),
  )
})
