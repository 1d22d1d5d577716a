// A connector that writes touches one holder of one entitlement. Whoever else holds it must not notice.
import assert from "node:assert/strict"
import { grantOf } from "@rollcall/connector"
import { Effect } from "effect"
import { changeOnce, grantableOf, grantsNow, inOneWorld } from "../changing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector } from "../runs.ts"

/** Syncs before, between and after a grant and its revocation differ by that grant alone. */
export const changesOneGrant = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  if (connector.provisioning === undefined) return
  const change = grantableOf(tried)
  const { resource, slug } = change.entitlement
  const { id } = grantOf(resource, slug, change.principal)

  const work = Effect.gen(function* () {
    const before = yield* grantsNow(connector)
    assert.ok(!before.includes(id), "the world already holds what is said to be grantable")
    assert.strictEqual(yield* changeOnce(connector, "grant", change), "changed")
    assert.deepStrictEqual(yield* grantsNow(connector), [...before, id].toSorted(), "after the grant")
    assert.strictEqual(yield* changeOnce(connector, "grant", change), "already", "granted twice")
    assert.strictEqual(yield* changeOnce(connector, "revoke", change), "changed")
    assert.deepStrictEqual(yield* grantsNow(connector), before, "after the revocation")
    assert.strictEqual(yield* changeOnce(connector, "revoke", change), "already", "revoked twice")
  })
  yield* inOneWorld(tried, work)
})
