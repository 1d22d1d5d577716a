import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { type Lease, LeaseStore } from "@rollcall/plan"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { leaseStoreSuite } from "@rollcall/test-kit/stores"
import { Effect } from "effect"
import { leaseStoreFile, lookIntoLeases } from "../src/index.ts"

const freshFile = Effect.map(scratchFolder("leases"), (folder) => join(folder, "leases.db"))

leaseStoreSuite({
  name: "in a file",
  place: Effect.map(freshFile, (file) => ({ layer: leaseStoreFile(file), code: "" })),
})

const lease: Lease = {
  id: "a",
  connector: "slack",
  tenant: "T1",
  entitlement: { id: "group:S1:member", resource: { resourceType: "group", resource: "S1" }, slug: "member" },
  principal: { resourceType: "user", resource: "U1" },
  begunAt: "2026-11-30T01:00:00.000Z",
  endsAt: "2026-11-30T11:00:00.000Z",
  state: "active",
}

describe("a store of leases in a file", () => {
  it.effect("is looked into without being made, and tells who last ended leases", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      assert.deepStrictEqual(yield* lookIntoLeases(file), { leases: [] })
      assert.isFalse(existsSync(file))
      yield* LeaseStore.use((store) => Effect.andThen(store.put(lease), store.beat(7))).pipe(
        Effect.provide(leaseStoreFile(file)),
      )
      assert.deepStrictEqual(yield* lookIntoLeases(file), { leases: [lease], lastBeat: 7 })
    }),
  )
})
