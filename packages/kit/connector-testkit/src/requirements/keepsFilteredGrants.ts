// A sync of one type must show all that is held on that type, also where it takes a step that is mostly about another.
import assert from "node:assert/strict"
import { Effect } from "effect"
import { ofType } from "../comparing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector, wholeRun } from "../runs.ts"

/** Each type, synced alone, has the grants that it has in a sync of everything. */
export const keepsFilteredGrants = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const whole = yield* wholeRun(connector, tried.world)
  for (const { id } of connector.resourceTypes) {
    const alone = yield* wholeRun(connector, tried.world, { resourceTypes: [id] })
    const why = `grants on ${id}, synced alone: does every step that yields them say that it \`produces\` ${id}?`
    assert.deepStrictEqual(ofType(alone.published, id).grants, ofType(whole.published, id).grants, why)
  }
})
