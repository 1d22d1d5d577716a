// A write of a worker that waits, since Slack asked for a pause, while its connection is taken over: a real process, a real PostgreSQL, and a
// Slack that keeps state.
import { assert, describe, it } from "@effect/vitest"
import { LeaseStore } from "@rollcall/plan"
import { databaseLayer, leaseStorePostgres, Runs } from "@rollcall/postgres"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { Context, Effect, Layer } from "effect"
import { until } from "../workerProcess.ts"
import { leaseWorld } from "./leaseWorld.ts"

describe.skipIf(!hasPostgres)("a write to Slack that waits while the connection is taken over", () => {
  it.live("is not sent by a worker process", () =>
    Effect.gen(function* () {
      const { url, slack, start, groups } = yield* leaseWorld({
        faults: [{ method: "scim.groups.patch", fault: { kind: "rateLimited", retryAfter: 6 } }],
      })
      const database = databaseLayer({ url })
      const services = yield* Layer.build(
        Layer.provideMerge(Layer.merge(Runs.layer, leaseStorePostgres("sales")), database),
      )
      const { group, members } =
        groups().find((entry) => entry.members.length > 3) ?? assert.fail("No group has members.")
      const resource = { resourceType: "group", resource: group }
      yield* Context.get(services, LeaseStore).put({
        id: "lease-0",
        connector: "slack-business-plus",
        tenant: slack.teamId,
        entitlement: { id: `group:${group}:member`, resource, slug: "member" },
        principal: { resourceType: "user", resource: members[0] ?? "" },
        begunAt: new Date(Date.now() - 7_200_000).toISOString(),
        endsAt: new Date(Date.now() - 1000).toISOString(),
        state: "active",
      })
      const worker = yield* start("one")
      const patches = () => slack.calls()["scim.groups.patch"] ?? 0
      yield* until(Effect.sync(() => patches() === 1))
      yield* Context.get(services, Runs).takeOver("sales", "two")
      yield* worker.says(/Audit: revoke (?:changed|failed|unknown)/u)
      assert.deepStrictEqual([patches(), groups().find((entry) => entry.group === group)?.members], [1, members])
    }).pipe(Effect.scoped),
  )
})
