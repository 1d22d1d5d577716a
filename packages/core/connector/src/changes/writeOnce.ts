// One write that is not applied twice: where its reply was lost, a read tells whether it took effect, and only where it
// did not is it sent once more.
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
