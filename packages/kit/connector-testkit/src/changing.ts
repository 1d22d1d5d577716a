// Changes made while a world stands, with syncs before and after them.
import assert from "node:assert/strict"
import type { Change, ChangeIntent, Connector } from "@rollcall/connector"
import { applyChanges, AuditLog, memoryOutput, parseEntitlementId, runSync } from "@rollcall/connector"
import { Effect, Layer } from "effect"
import type { ConnectorWorld } from "./ConnectorWorld.ts"

/** Runs in one world that lasts: what is changed in it stays changed. */
export const inOneWorld = <A, E, R>(tried: ConnectorWorld<R>, work: Effect.Effect<A, E, R | AuditLog>) =>
  Effect.provide(work, Layer.merge(Layer.fresh(tried.world), unheardLog), { local: true })

/** What the world lets the connector grant. */
export const grantableOf = <R>(tried: ConnectorWorld<R>): Change => {
  const entitlement = parseEntitlementId(tried.grantable?.entitlement ?? "")
  if (tried.grantable === undefined || entitlement === undefined) {
    return assert.fail("the connector provisions, so the world must name something `grantable`")
  }
  return { entitlement, principal: tried.grantable.principal }
}

/** What came of one change. */
export const changeOnce = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  intent: ChangeIntent,
  change: Change,
) {
  const { results } = yield* applyChanges(connector, { intent, changes: [change] })
  const [result] = results
  if (result?.outcome === "failed") assert.fail(result.failure.message)
  return result?.outcome
})

/** The grants that a sync shows now. */
export const grantsNow = Effect.fnUntraced(function* <R>(connector: Connector<R>) {
  const output = memoryOutput()
  yield* Effect.provide(runSync(connector), output.layer, { local: true })
  return (output.published()?.grants ?? []).map((grant) => grant.id).toSorted()
})

/** The suite looks at the system, not at the log. */
const unheardLog = Layer.succeed(AuditLog, { append: () => Effect.void })
