// What is already there stays unchanged: for that, `holders` must tell what a sync tells.
import assert from "node:assert/strict"
import { formatResourceId, memoryOutput, runSync, toEntitlementHolders } from "@rollcall/connector"
import { Effect } from "effect"
import { grantableOf, inOneWorld } from "../changing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector } from "../runs.ts"

/** The holders of what can be granted are the principals of its grants in a sync. */
export const tellsHolders = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const { provisioning } = connector
  if (provisioning === undefined) return
  const { entitlement } = grantableOf(tried)

  const work = Effect.gen(function* () {
    const output = memoryOutput()
    yield* Effect.provide(runSync(connector), output.layer, { local: true })
    const granted = (output.published()?.grants ?? []).filter((grant) => grant.entitlement === entitlement.id)
    assert.notStrictEqual(
      granted.length,
      0,
      `the world has nobody who holds ${entitlement.id}, so there is nothing to compare`,
    )
    const { holders } = toEntitlementHolders(yield* provisioning.holders(entitlement))
    assert.deepStrictEqual(
      holders.map(formatResourceId).toSorted(),
      granted.map((grant) => formatResourceId(grant.principal)).toSorted(),
      "a read of the holders and a sync show different ones",
    )
  })
  yield* inOneWorld(tried, work)
})
