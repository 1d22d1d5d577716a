// One write that is not applied twice: where its reply was lost, a read tells whether it took effect, and only where it
// did not is it sent once more.
import { Effect } from "effect"
import type { ConnectorError } from "../ConnectorError.ts"
import { leftOpen } from "./leftOpen.ts"

/**
 * Sends; `tookEffect` reads what came of a write whose reply was lost, and gives nothing where it did not take effect. Where
 * that read fails too, the write stays `uncertain`.
 */
export const writeOnce = <A, R>(
  send: Effect.Effect<A, ConnectorError, R>,
  tookEffect: Effect.Effect<A | undefined, ConnectorError, R>,
): Effect.Effect<A, ConnectorError, R> =>
  Effect.catchIf(
    send,
    (error) => error.uncertain === true,
    () =>
      Effect.flatMap(Effect.mapError(tookEffect, unread), (found) =>
        found === undefined ? send : Effect.succeed(found),
      ),
  )

const unread = leftOpen("It was sent, no answer came, and the read that tells what came of it failed")
