// What is already there stays unchanged: for that, `holders` must tell what a sync tells.
import assert from "node:assert/strict"
import type { EntitlementReference, PublishedRecords } from "@rollcall/connector"
import { formatResourceId, parseEntitlementId, toEntitlementHolders } from "@rollcall/connector"
import { Effect } from "effect"
import { grantableKinds, inOneWorld, kindOf, syncNow } from "../changing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { worldHolds } from "../Requirement.ts"
import { freshConnector } from "../runs.ts"

/** The holders of an entitlement of each kind that can be granted are the principals of its grants in a sync. */
export const tellsHolders = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const { provisioning } = connector
  if (provisioning === undefined) return

  const work = Effect.gen(function* () {
    const published = yield* syncNow(connector)
    const unheld: Array<string> = []
    for (const kind of grantableKinds(provisioning, published)) {
      const entitlement = leastHeld(kind, published)
      if (entitlement === undefined) {
        unheld.push(kind)
        continue
      }
      const granted = published.grants.filter((grant) => grant.entitlement === entitlement.id)
      const { holders } = toEntitlementHolders(yield* provisioning.holders(entitlement))
      assert.deepStrictEqual(
        holders.map(formatResourceId).toSorted(),
        granted.map((grant) => formatResourceId(grant.principal)).toSorted(),
        `a read of the holders of ${entitlement.id} and a sync show different ones`,
      )
    }
    worldHolds(
      unheld.length === 0,
      `the world has nobody who holds an entitlement of the kind ${unheld.join(", ")}, so there is nothing to compare`,
    )
  })
  yield* inOneWorld(tried, work)
})

/** Of a kind, and held by somebody who can lose it, that with the fewest holders: it is read with the fewest calls. */
const leastHeld = (kind: string, { grants }: PublishedRecords): EntitlementReference | undefined => {
  const revocable = grants.filter(({ immutable }) => immutable !== true)
  const held = [...Map.groupBy(revocable, (grant) => grant.entitlement)].flatMap(([id, { length }]) => {
    const entitlement = parseEntitlementId(id)
    return entitlement !== undefined && kindOf(entitlement) === kind ? [{ entitlement, length }] : []
  })
  return held.toSorted((a, b) => a.length - b.length).at(0)?.entitlement
}
