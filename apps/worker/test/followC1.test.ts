// Whether the backstop may act on what ConductorOne granted for a time: a virtual clock, and a store on the disk.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { leaseStoreFile } from "@rollcall/change-store"
import type { Lease } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { followC1 } from "../src/service/followC1.ts"

const minute = 60_000
const identify = Effect.succeed({ id: "T1", displayName: "Town" })
const polled = (tasks: number) => ({ _tag: "Polled", tasks, nextPollMillis: 1 }) as const
const beat = { _tag: "HeartbeatSent", taskId: "sync", nextMillis: 1 } as const

const entitlement = {
  id: "group:S1:member",
  resource: { resourceType: "group", resource: "S1" },
  slug: "member",
}
const principal = { resourceType: "user", resource: "U1" }
const lease: Lease = {
  id: "task-1",
  kind: "c1",
  connector: "slack",
  tenant: "T1",
  entitlement,
  principal,
  begunAt: "1970-01-01T00:00:00.000Z",
  endsAt: "1970-01-01T01:00:00.000Z",
  state: "active",
}

const freshFile = Effect.map(scratchFolder("leases"), (folder) => join(folder, "leases.db"))

describe("ConductorOne is reachable", () => {
  it.effect("since the first of its answers that follow each other, once it has had no task for us", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      yield* Effect.gen(function* () {
        const { follow, reachableSince } = yield* followC1({ identify })
        assert.isUndefined(yield* reachableSince)
        yield* follow(polled(1))
        assert.isUndefined(yield* reachableSince, "there may be more tasks")
        yield* follow(polled(0))
        assert.strictEqual(yield* reachableSince, 0)
        yield* TestClock.adjust(9 * minute)
        yield* follow(beat)
        yield* TestClock.adjust(9 * minute)
        yield* follow(polled(0))
        assert.strictEqual(yield* reachableSince, 0)
        yield* TestClock.adjust(10 * minute + 1)
        assert.isUndefined(yield* reachableSince, "it has not answered for more than ten minutes")
        yield* follow(polled(0))
        assert.strictEqual(yield* reachableSince, 28 * minute + 1)
        yield* TestClock.setTime(minute)
        yield* follow(polled(0))
        assert.strictEqual(yield* reachableSince, minute, "the clock was set back")
      }).pipe(Effect.provide(leaseStoreFile(file)))
    }),
  )

  it.effect("over a restart of the worker that does not take long, and has not while the worker was away", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      const run = (after: number) =>
        Effect.gen(function* () {
          yield* TestClock.adjust(after)
          const { follow, reachableSince } = yield* followC1({ identify })
          assert.isUndefined(yield* reachableSince, "what was asked for meanwhile has not come yet")
          yield* follow(polled(0))
          return yield* reachableSince
        }).pipe(Effect.provide(leaseStoreFile(file)))
      assert.deepStrictEqual([yield* run(0), yield* run(9 * minute), yield* run(11 * minute)], [0, 0, 20 * minute])
    }),
  )
})

describe("a later task of ConductorOne", () => {
  it.effect("for the same pair is noted on what it granted for a time, and one for another is not", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      yield* Effect.gen(function* () {
        const store = yield* LeaseStore
        const { follow } = yield* followC1({ identify })
        yield* store.put(lease)
        const noted = Effect.map(store.openOf(lease), (open) => open?.laterTaskAt)
        const change = { intent: "revoke", entitlement, principal } as const
        yield* TestClock.adjust(minute)
        for (const [taskId, other] of [
          ["task-1", change],
          ["task-2", { ...change, principal: { ...principal, resource: "U2" } }],
          ["task-2", { ...change, entitlement: { ...entitlement, id: "group:S2:member" } }],
        ] as const) {
          yield* follow({ _tag: "ChangeReceived", taskId, change: other })
          assert.isUndefined(yield* noted)
        }
        yield* follow({ _tag: "ChangeReceived", taskId: "task-2", change })
        assert.strictEqual(yield* noted, "1970-01-01T00:01:00.000Z")
      }).pipe(Effect.provide(leaseStoreFile(file)))
    }),
  )
})
