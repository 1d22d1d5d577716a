// What workers that share connections have for each other, again and again: how those are that this one serves, and which of them another
// one was asked to sync.
import type { Scope } from "effect"
import { Effect, Schedule } from "effect"
import type { ConnectionStates } from "./ConnectionStates.ts"
import type { TakenUp } from "./obeyRequests.ts"
import type { SharedState } from "./Placement.ts"

/** Exchanges it every two seconds, for as long as the scope lives. */
export const exchange = (
  { say, requests }: Pick<SharedState, "say" | "requests">,
  { all }: Pick<ConnectionStates["Service"], "all">,
  taken: ReadonlyMap<string, Pick<TakenUp, "gate">>,
): Effect.Effect<void, never, Scope.Scope> => {
  const told = Effect.flatMap(all, say)
  const asked = Effect.flatMap(
    requests,
    Effect.forEach((name) => taken.get(name)?.gate.ask ?? Effect.void, { discard: true }),
  )
  const both = Effect.andThen(
    goesOn(told, "The other workers are not told how the connections of this one are."),
    goesOn(asked, "Syncs that are asked for do not begin."),
  )
  return Effect.asVoid(Effect.forkScoped(Effect.repeat(both, Schedule.spaced("2 seconds"))))
}

/** A bug must not end it for good; the log has it when it begins. */
const goesOn = (work: Effect.Effect<void>, otherwise: string): Effect.Effect<void> => {
  let isBroken = false
  return work.pipe(
    Effect.tap(Effect.sync(() => void (isBroken = false))),
    Effect.catchCause((cause) => {
      if (isBroken) return Effect.void
      isBroken = true
      return Effect.logError(`${otherwise} This is a bug in Rollcall; please report it.`, cause)
    }),
  )
}
