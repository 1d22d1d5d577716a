// The passes over leases go on whatever happens in one of them.
import { assert, it } from "@effect/vitest"
import { leaseStoreFile } from "@rollcall/change-store"
import type { Connector } from "@rollcall/connector"
import { AuditLog } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { join } from "node:path"
import { endLeasesOnTime } from "../src/leases.ts"
import { ConnectorMetrics } from "../src/metrics/ConnectorMetrics.ts"

it.effect("a pass that dies of a bug is followed by the next", () =>
  Effect.gen(function* () {
    const store = leaseStoreFile(join(yield* scratchFolder("leases"), "leases.db"))
    let passes = 0
    const connector: Connector = {
      id: "club",
      displayName: "Club",
      tenantType: "club",
      resourceTypes: [],
      steps: [],
      identify: Effect.suspend(() => {
        passes += 1
        return passes === 1 ? Effect.die(new Error("a bug")) : Effect.succeed({ id: "C1", displayName: "Club" })
      }),
    }
    yield* endLeasesOnTime(connector).pipe(
      Effect.provide(
        Layer.mergeAll(store, ConnectorMetrics.layer("club"), Layer.succeed(AuditLog, { append: () => Effect.void })),
      ),
      Effect.forkScoped({ startImmediately: true }),
    )
    yield* TestClock.adjust("1 minute")
    assert.isAbove(passes, 1)
  }).pipe(Effect.scoped),
)
