// One write that is not applied twice: where its reply was lost, a read tells whether it took effect, and only where it did
// not is it sent once more. And when to stop writing to a server that fails.
import { Effect } from "effect"
import { ConnectorError } from "../ConnectorError.ts"

/**
 * The failure of a read that would have told what came of a write, as the failure of the write, which may have taken effect. `what`
 * begins its message.
 */
export const leftOpen =
  (what: string) =>
  (cause: ConnectorError): ConnectorError =>
    new ConnectorError({
      reason: cause.reason,
      message: `${what}: ${cause.message}`,
      hint: cause.hint,
      uncertain: true,
      cause,
    })

/**
 * Sends. Where the reply was lost, `read` looks at how things stand, and `foundIn` says what came of the write: nothing where
 * it did not take effect and is to be sent once more, or a failure where it is not. Where the read fails too, the write stays
 * `uncertain`.
 */
export const writeOnce = <A, B, R>(
  send: Effect.Effect<A, ConnectorError, R>,
  read: Effect.Effect<B, ConnectorError, R>,
  foundIn: (seen: B, lost: ConnectorError) => A | ConnectorError | undefined,
): Effect.Effect<A, ConnectorError, R> =>
  Effect.catchIf(
    send,
    (error) => error.uncertain === true,
    Effect.fnUntraced(function* (lost) {
      const found = foundIn(yield* Effect.mapError(read, unread), lost)
      if (found === undefined) return yield* send
      return found instanceof ConnectorError ? yield* found : found
    }),
  )

const unread = leftOpen("It was sent without an answer, and reading the outcome failed")

/**
 * Takes the failure of each object in turn, or `undefined`, and returns the one that opens the circuit: the second in a row. A
 * failure of a server (5xx) may be about one object alone; the second one in a row is taken to be about the rest as well.
 */
export const makeCircuitBreaker = () => {
  // Effect's own `CircuitBreaker` closes again after a time, is experimental and is outside the module `effect`; a run of
  // changes ends instead, and another run tries again.
  let before: ConnectorError | undefined
  return (failure: ConnectorError | undefined): ConnectorError | undefined => {
    const opening = before === undefined ? undefined : failure
    before = failure
    return opening
  }
}
