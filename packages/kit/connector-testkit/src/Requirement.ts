// One thing that every connector must do, apart from the test runner, so that it can be tried on broken connectors too.
import type { Effect } from "effect"
import type { ConnectorWorld } from "./ConnectorWorld.ts"

/** What only a world that was made for the tests has. */
export type RequirementNeed = "lesserCredentials" | "changes"

/** A sentence that begins with MUST, and how to find out whether it holds. */
export interface Requirement {
  readonly title: string
  /**
   * What it needs beside the system and a credential that may read: credentials that lack a scope (`worldWithout`), or a system that
   * may be changed (`grantable`, `actions`).
   */
  readonly needs?: RequirementNeed
  /** Dies with an assertion where it does not hold; fails where the sync itself fails. */
  readonly check: <R>(world: ConnectorWorld<R>) => Effect.Effect<void, unknown>
}
