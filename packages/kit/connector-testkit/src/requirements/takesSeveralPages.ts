// A world of single pages would prove nothing about resuming, because there would be no page boundary within a step.
import { Effect } from "effect"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { worldHolds } from "../Requirement.ts"
import { freshConnector, wholeRun } from "../runs.ts"

/** At least one step takes two pages or more. */
export const takesSeveralPages = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const { summary } = yield* wholeRun(yield* freshConnector(tried), tried.world)
  const most = Math.max(...summary.steps.map((step) => step.pages))
  worldHolds(most >= 2, "every step ended with its first page: put more data into the world, or make pages smaller")
})
