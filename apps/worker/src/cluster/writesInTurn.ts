// The writes of a turn to the system of its connection: directly before each is sent it is asked whether the turn is over.
import type { FenceProblem } from "@rollcall/api-client"
import { type Turn, Runs } from "@rollcall/postgres"
import { Effect } from "effect"

/** The `WriteFence` of this turn. Without the database nothing is written either. */
export const writesInTurn = (turn: Turn): Effect.Effect<Effect.Effect<void, FenceProblem>, never, Runs> =>
  Effect.map(Effect.service(Runs), ({ check }) => check(turn))
