// A connector that writes touches one holder of one entitlement. Whoever else holds it must not notice, and nor must the holder's
// other entitlements.
import assert from "node:assert/strict"
import type { Change, Connector, Provisioning, PublishedRecords } from "@rollcall/connector"
import { formatResourceId, grantOf } from "@rollcall/connector"
import { Effect } from "effect"
import {
  changeOnce,
  grantableKinds,
  grantablesOf,
  grantsNow,
  inOneWorld,
  isGrantable,
  kindOf,
  syncNow,
  tryChange,
} from "../changing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector } from "../runs.ts"

/**
 * Syncs before, between and after a grant and its revocation differ by that grant alone: for one entitlement of each kind that can be
 * granted, to a principal that holds nothing of its resource, and to one that holds another entitlement of it.
 */
export const changesOneGrant = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const { provisioning } = connector
  if (provisioning === undefined) return
  const changes = grantablesOf(tried)

  const work = Effect.gen(function* () {
    const named = new Set(changes.map(({ entitlement }) => kindOf(entitlement)))
    const missing = grantableKinds(provisioning, yield* syncNow(connector)).filter((kind) => !named.has(kind))
    assert.deepStrictEqual(missing, [], "`grantable` must name one of each kind of entitlement that can be granted")
    for (const change of changes) {
      yield* changesOnly(connector, change)
      yield* leavesOthers(connector, provisioning, change)
    }
  })
  yield* inOneWorld(tried, work)
})

const changesOnly = Effect.fnUntraced(function* <R>(connector: Connector<R>, change: Change) {
  const { entitlement, principal } = change
  const { id } = grantOf(entitlement.resource, entitlement.slug, principal)
  const before = yield* grantsNow(connector)
  assert.ok(!before.includes(id), `the world already holds ${id}, which is said to be grantable`)
  assert.strictEqual(yield* changeOnce(connector, "grant", change), "changed", `the grant ${id}`)
  assert.deepStrictEqual(yield* grantsNow(connector), [...before, id].toSorted(), `after the grant ${id}`)
  assert.strictEqual(yield* changeOnce(connector, "grant", change), "already", `${id}, granted twice`)
  assert.strictEqual(yield* changeOnce(connector, "revoke", change), "changed", `the revocation of ${id}`)
  assert.deepStrictEqual(yield* grantsNow(connector), before, `after the revocation of ${id}`)
  assert.strictEqual(yield* changeOnce(connector, "revoke", change), "already", `${id}, revoked twice`)
})

/** A grant to a holder of another entitlement of the resource leaves that, or is refused and changes nothing. */
const leavesOthers = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  provisioning: Provisioning<R>,
  { entitlement }: Change,
) {
  const published = yield* syncNow(connector)
  const other = grantOfAnother(provisioning, published, entitlement)
  if (other === undefined) return
  const change = { entitlement, principal: other.principal }
  const { id } = grantOf(entitlement.resource, entitlement.slug, other.principal)
  const before = published.grants.map((grant) => grant.id).toSorted()
  const result = yield* tryChange(connector, "grant", change)
  const isRefused = result?.outcome === "failed" && result.failure.reason._tag === "Refused"
  const why =
    `granting ${entitlement.id} to a holder of ${other.entitlement} must change nothing else. Of roles that exclude each ` +
    "other `grant` refuses the second (`Refused` by `settings`), and writes nothing: who holds one must lose it first, by a revocation"
  if (!isRefused) assert.strictEqual(result?.outcome, "changed", why)
  assert.deepStrictEqual(yield* grantsNow(connector), isRefused ? before : [...before, id].toSorted(), why)
  if (isRefused) return
  assert.strictEqual(yield* changeOnce(connector, "revoke", change), "changed", why)
  assert.deepStrictEqual(yield* grantsNow(connector), before, why)
})

/** A grant of another entitlement that can be granted, on the same resource, to somebody who does not hold this one. */
const grantOfAnother = <R>(
  provisioning: Provisioning<R>,
  { entitlements, grants }: PublishedRecords,
  { id, resource }: Change["entitlement"],
) => {
  const others = new Set(
    entitlements
      .filter((it) => it.id !== id && formatResourceId(it.resource) === formatResourceId(resource))
      .filter((it) => isGrantable(provisioning, it))
      .map((it) => it.id),
  )
  const holders = new Set(
    grants.filter(({ entitlement }) => entitlement === id).map(({ principal }) => formatResourceId(principal)),
  )
  return grants.find(
    ({ entitlement, principal, immutable }) =>
      others.has(entitlement) && immutable !== true && !holders.has(formatResourceId(principal)),
  )
}
