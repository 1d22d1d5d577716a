// What it means when a signal ends the command: for a sync an interruption, for a server its ordinary end.
import { Context } from "effect"

/** Lets a command say, once it runs, that a signal is how it is meant to end. */
export class SignalMeaning extends Context.Service<SignalMeaning, { endsWell: boolean }>()(
  "@rollcall/cli/SignalMeaning",
) {}
