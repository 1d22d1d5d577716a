// What the worker counts of leases that it does not end.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { keep, leaseWorld, lent, quickPasses, statesIn } from "./leaseWorld.ts"
import { valuesOf } from "./samplesOf.ts"
import { until } from "./workerProcess.ts"

type Worker = Effect.Success<ReturnType<Effect.Success<typeof leaseWorld>["start"]>>

/** Waits until the metrics of leases with these names have these values. */
const counts = (worker: Worker, wanted: Readonly<Record<string, number>>) =>
  until(
    Effect.map(worker.ask("/metrics"), ({ text }) =>
      Object.entries(wanted).every(([name, value]) => valuesOf(text, `rollcall_leases_${name}`)[0] === value),
    ),
  )

describe("the metrics of leases", () => {
  it.live("count those whose end failed, and the log says when it is tried again", () =>
    Effect.gen(function* () {
      const { slack, start, store, membersNow } = yield* leaseWorld
      const [over = ""] = yield* lent(slack, store, Date.now() - 1000)
      slack.addFaults([
        { method: "scim.groups.patch", times: "always", fault: { kind: "error", error: "not_allowed", status: 403 } },
      ])
      const worker = yield* start()
      yield* worker.says(/A lease could not be ended, and is tried again at 2\d{3}-.+Z\. \S/u)
      yield* counts(worker, { failed: 1, overdue: 1, open: 1, blocked: 0 })
      assert.include(membersNow(), over)
    }).pipe(Effect.scoped),
  )

  it.live("count those that failed before a restart and wait since, while another ends on time", () =>
    Effect.gen(function* () {
      const { slack, start, store, membersNow } = yield* leaseWorld
      const [failed = "", over = ""] = membersNow()
      const endsAt = new Date(Date.now() - 1000).toISOString()
      const retryAt = new Date(Date.now() + 14 * 60_000).toISOString()
      yield* keep(slack, store, [
        { who: failed, endsAt, failures: 9, lastFailure: "It was refused.", retryAt },
        { who: over, endsAt },
      ])
      const worker = yield* start({ program: quickPasses })
      yield* worker.says("A lease ended: expired.")
      yield* counts(worker, { failed: 1, overdue: 1, open: 1 })
      assert.deepStrictEqual([...(yield* statesIn(store)).values()].toSorted(), ["active", "expired"])
      assert.deepStrictEqual([membersNow().includes(failed), slack.calls()["scim.groups.patch"]], [true, 1])
    }).pipe(Effect.scoped),
  )

  it.live("count those that a token without Business+ cannot end, and the log says so", () =>
    Effect.gen(function* () {
      const { slack, start, store } = yield* leaseWorld
      yield* lent(slack, store, Date.now() - 1000, Date.now() + 3_600_000)
      const worker = yield* start({ environment: { BATON_BUSINESS_PLUS_TOKEN: "", BATON_PROVISIONING: "false" } })
      yield* worker.says(/A lease cannot be ended by this worker\./u)
      yield* counts(worker, { blocked: 2, overdue: 1, failed: 0 })
      assert.deepStrictEqual([...(yield* statesIn(store)).values()], ["active", "active"])
    }).pipe(Effect.scoped),
  )
})
