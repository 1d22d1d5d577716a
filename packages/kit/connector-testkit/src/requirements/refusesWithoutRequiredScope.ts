// A file that lacks what a sync cannot do without would say that everyone has left.
import assert from "node:assert/strict"
import { isFailure, memoryOutput } from "@rollcall/connector"
import { Effect, Result } from "effect"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { runOnce, freshConnector } from "../runs.ts"
import { requiredScopes } from "../scopes.ts"

/** Without any one of the required scopes the sync is refused and nothing is published. */
export const refusesWithoutRequiredScope = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  for (const scope of requiredScopes(connector)) {
    const output = memoryOutput()
    const result = yield* Effect.result(runOnce(connector, tried.worldWithout(scope), output))
    assert.strictEqual(output.published(), undefined, `without ${scope} something was published`)
    assert.ok(
      Result.isFailure(result) && isFailure(result.failure) && result.failure.kind === "refused",
      `without ${scope}`,
    )
  }
})
