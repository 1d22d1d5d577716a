// What is already there stays unchanged: for that, `holders` must tell what a sync tells.
import assert from "node:assert/strict"
import type { Connector, EntitlementReference, PublishedRecords } from "@rollcall/connector"
import { formatResourceId, memoryOutput, runSync, toEntitlementHolders } from "@rollcall/connector"
import { Effect } from "effect"
import { grantableOf, inOneWorld } from "../changing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { worldHolds } from "../Requirement.ts"
import { freshConnector } from "../runs.ts"

/** The holders of something that can be granted are the principals of its grants in a sync. */
export const tellsHolders = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const { provisioning } = connector
  if (provisioning === undefined) return

  const work = Effect.gen(function* () {
    const output = memoryOutput()
    yield* Effect.provide(runSync(connector), output.layer, { local: true })
    const published = yield* Effect.fromNullishOr(output.published())
    const entitlement = tried.grantable === undefined ? leastHeld(connector, published) : grantableOf(tried).entitlement
    const granted = published.grants.filter((grant) => grant.entitlement === entitlement?.id)
    worldHolds(
      granted.length > 0,
      `the world has nobody who holds ${entitlement?.id ?? "what can be granted"}, so there is nothing to compare`,
    )
    if (entitlement === undefined) return
    const { holders } = toEntitlementHolders(yield* provisioning.holders(entitlement))
    assert.deepStrictEqual(
      holders.map(formatResourceId).toSorted(),
      granted.map((grant) => formatResourceId(grant.principal)).toSorted(),
      `a read of the holders of ${entitlement.id} and a sync show different ones`,
    )
  })
  yield* inOneWorld(tried, work)
})

/** Of what can be granted and somebody holds, that with the fewest holders: it is read with the fewest calls. */
const leastHeld = <R>(
  { resourceTypes }: Connector<R>,
  { entitlements, grants }: PublishedRecords,
): EntitlementReference | undefined => {
  const provisioned = resourceTypes.filter((type) => type.capabilities.includes("provision")).map(({ id }) => id)
  const revocable = grants.filter(({ immutable }) => immutable !== true)
  const grantsOf = Map.groupBy(revocable, (grant) => grant.entitlement)
  const holdersOf = (id: string) => grantsOf.get(id)?.length ?? 0
  return entitlements
    .filter(({ id, resource }) => provisioned.includes(resource.resourceType) && holdersOf(id) > 0)
    .toSorted((a, b) => holdersOf(a.id) - holdersOf(b.id))
    .at(0)
}
