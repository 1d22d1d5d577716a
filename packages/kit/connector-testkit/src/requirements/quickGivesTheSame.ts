// A quick sync is kept next to full ones and compared with them: what it gives must be what they give, and what it lacks must be named.
import assert from "node:assert/strict"
import { formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import { ofType } from "../comparing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector, wholeRun } from "../runs.ts"

/** A quick sync, where the connector has one, gives no id that a full sync does not give, and shows whole types as it shows them. */
export const quickGivesTheSame = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  if (connector.quick === undefined) return
  const whole = yield* wholeRun(connector, tried.world)
  const { summary, published } = yield* wholeRun(connector, tried.world, { quick: true })
  const known = new Set([
    ...whole.published.resources.map(({ id }) => formatResourceId(id)),
    ...whole.published.entitlements.map(({ id }) => id),
    ...whole.published.grants.map(({ id }) => id),
  ])
  const given = [
    ...published.resources.map(({ id }) => formatResourceId(id)),
    ...published.entitlements.map(({ id }) => id),
    ...published.grants.map(({ id }) => id),
  ]
  assert.deepStrictEqual(
    given.filter((id) => !known.has(id)),
    [],
    "a quick sync gives ids that a full sync does not give",
  )
  for (const { resourceType, state } of summary.coverage) {
    if (state !== "complete") continue
    const why = `${resourceType} in a quick sync, which says that it is complete: does quick.lacks name what is missing?`
    assert.deepStrictEqual(ofType(published, resourceType), ofType(whole.published, resourceType), why)
  }
})
