// One thing that every connector must do, apart from the test runner, so that it can be tried on broken connectors too.
import { AssertionError } from "node:assert/strict"
import type { Effect } from "effect"
import type { ConnectorWorld } from "./ConnectorWorld.ts"

/**
 * What a world that was not made for tests may lack: credentials that lack a scope (`worldWithout`), a system that may be changed
 * (`grantable`, `actions`), or lists that are read to their end.
 */
export type RequirementNeed = "lesserCredentials" | "changes" | "everything"

/** A sentence that begins with MUST, and how to find out whether it holds. */
export interface Requirement {
  readonly title: string
  /** What it needs beside the system and a credential that may read. */
  readonly needs?: RequirementNeed
  /** Dies with an assertion where it does not hold; fails where the sync itself fails. */
  readonly check: <R>(world: ConnectorWorld<R>) => Effect.Effect<void, unknown>
}

/** The world holds too little to try a requirement on. A test must give it more; of a system that is as it is, nothing is said. */
export class TooLittleData extends AssertionError {}

/** Throws {@link TooLittleData} unless the world holds what a requirement is tried on. */
export const worldHolds = (isEnough: boolean, message: string): void => {
  if (!isEnough) throw new TooLittleData({ message })
}
