// The contract suite: one call makes the tests that every connector passes, ours and yours alike.
import { describe, it } from "@effect/vitest"
import type { ConnectorWorld } from "./ConnectorWorld.ts"
import { requirements } from "./requirements.ts"
import { loadedModules } from "./runs.ts"
import { vi } from "vitest"

loadedModules.forget = () => void vi.resetModules()

/** A requirement takes dozens of syncs, each with clients of its own. */
const timeoutMillis = 60_000

/** Declares the contract's tests for one connector. Call it at the top level of a test file. */
export const connectorContract = <R>(world: ConnectorWorld<R>): void => {
  describe(`${world.name}: a connector`, () => {
    for (const { title, check } of requirements) it.live(title, () => check(world), timeoutMillis)
  })
}
