// Readers of the file drop what refers to nothing: an entitlement without its resource, a grant without its entitlement.
import assert from "node:assert/strict"
import { formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { worldHolds } from "../Requirement.ts"
import { freshConnector, wholeRun } from "../runs.ts"

/** Every reference but that to a principal, which another system may own, leads to something in the same sync. */
export const refersToWhatItGives = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const { published } = yield* wholeRun(connector, tried.world)
  const types = new Set(connector.resourceTypes.map((type) => type.id))
  const resources = new Set(published.resources.map((resource) => formatResourceId(resource.id)))
  const resourceOf = new Map(published.entitlements.map(({ id, resource }) => [id, formatResourceId(resource)]))

  for (const { id } of published.resources)
    assert.ok(types.has(id.resourceType), `${formatResourceId(id)} is of a type that the connector does not declare`)
  for (const { id, resource } of published.entitlements)
    assert.ok(resources.has(formatResourceId(resource)), `the entitlement ${id} is on a resource that is not given`)
  for (const { id, entitlement, resource } of published.grants) {
    assert.ok(resourceOf.has(entitlement), `the grant ${id} is of an entitlement that is not given`)
    assert.strictEqual(
      formatResourceId(resource),
      resourceOf.get(entitlement),
      `the grant ${id} names another resource`,
    )
  }
  worldHolds(published.grants.length > 0, "the world holds no grant to try this on")
})
