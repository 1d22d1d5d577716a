// Ends the command with an exit code after it has itself printed why.
import { Schema } from "effect"

/** The command has said what there is to say; only the exit code is left. */
export class ExitWith extends Schema.TaggedError<ExitWith>()("ExitWith", { code: Schema.Int }) {}
