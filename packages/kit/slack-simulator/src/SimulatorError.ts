// What starting a simulator may fail with. It has the members that every error of Rollcall has (kind, message, hint),
// but imports nothing of it: this package stands alone.
import { Schema } from "effect"

const Reason = Schema.Literals(["BadOption", "BadWorkspace", "CannotListen"])

const kinds = { BadOption: "usage", BadWorkspace: "unreadable", CannotListen: "configuration" } as const

/**
 * Why the simulator did not start:
 * - `BadOption`: an option is out of range or unknown (a number of users above a million, a port above 65535).
 * - `BadWorkspace`: the workspace file cannot be read, is not JSON, or has not the shape of a workspace.
 * - `CannotListen`: the port is taken or not allowed.
 */
export class SimulatorError extends Schema.TaggedError<SimulatorError>()("SimulatorError", {
  reason: Reason,
  message: Schema.String,
  hint: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  /** The kind of failure, as the command maps it to an exit code: 64, 65 or 78. */
  get kind(): (typeof kinds)[keyof typeof kinds] {
    return kinds[this.reason]
  }
}
