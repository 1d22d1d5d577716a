// Readers of the file tell from an id what it is of; it must be the id that C1's connectors give.
import assert from "node:assert/strict"
import { entitlementId, formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector, wholeRun } from "../runs.ts"

/** Entitlements are `<type>:<resource id>:<slug>`, grants `<entitlement id>:<principal type>:<principal id>`. */
export const hasIdsOfTheModel = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const { published } = yield* wholeRun(yield* freshConnector(tried), tried.world)
  for (const { id, resource, slug } of published.entitlements)
    assert.strictEqual(id, entitlementId(resource, slug), "make the id of an entitlement with `entitlementId`")
  for (const { id, entitlement, principal } of published.grants)
    assert.strictEqual(id, `${entitlement}:${formatResourceId(principal)}`, "make a grant with `grantOf`")
})
