// What a simulator may fail with. It has the members that every error of Rollcall has (kind, message, hint), but imports
// nothing of it: this package stands on the wire alone.
import { Schema } from "effect"

const Reason = Schema.Literals(["BadOption", "BadTask", "CannotListen", "CannotWrite"])

const kinds = {
  BadOption: "usage",
  BadTask: "usage",
  CannotListen: "configuration",
  CannotWrite: "cannotWrite",
} as const

/**
 * Why the simulator did not start, or did not take what it was given:
 * - `BadOption`: an option or a fault is out of range or unknown.
 * - `BadTask`: a scripted task is no task of the wire.
 * - `CannotListen`: the port is taken or not allowed.
 * - `CannotWrite`: its folder cannot be made or written.
 */
export class SimulatorError extends Schema.TaggedError<SimulatorError>()("SimulatorError", {
  reason: Reason,
  message: Schema.String,
  hint: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  /** The kind of failure, as commands map it to an exit code: 64, 74 or 78. */
  get kind(): (typeof kinds)[keyof typeof kinds] {
    return kinds[this.reason]
  }
}
