// The end of a call that did not succeed.
import { Data } from "effect"

/** The last error of a call, with what was done to save it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- whoever catches it reads the client's own error
export class CallFailed<E> extends Data.TaggedError("CallFailed")<{
  readonly error: E
  /** How often it was sent, the first time included. */
  readonly attempts: number
  /** Milliseconds that went by between the attempts, in the queue behind others too. */
  readonly waitedMillis: number
}> {}
