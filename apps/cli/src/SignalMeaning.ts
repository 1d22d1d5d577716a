// What it means when a signal ends the command: for a sync an interruption, for a server its ordinary end, and nothing any
// more for what is done already.
import { Context } from "effect"

/** Lets a command say, once it runs, that a signal is how it is meant to end, or that none can stop it any more. */
export class SignalMeaning extends Context.Service<SignalMeaning, { endsWell: boolean; comesTooLate: boolean }>()(
  "@rollcall/cli/SignalMeaning",
) {}
