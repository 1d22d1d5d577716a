// One exchange as an effect: interrupting it aborts the request and closes its connection, and silence ends.
import { Duration, Effect } from "effect"
import type { ExchangeReason } from "./ExchangeReason.ts"
import { type HttpReply, ReplyTooLarge } from "./HttpReply.ts"
import { networkReason } from "./networkReason.ts"

/** Why no whole reply came. */
export interface ExchangeFailure {
  readonly reason: ExchangeReason
  /** The HTTP status, where a reply began. */
  readonly status?: number
  readonly cause?: unknown
}

const failureOf = (cause: unknown, host: string): ExchangeFailure =>
  cause instanceof ReplyTooLarge
    ? { reason: { _tag: "UnexpectedReply", problem: "tooLarge", detail: cause.message }, status: cause.status, cause }
    : { reason: networkReason(cause, host), cause }

/** Sends and reads within `timeout`, for which `Duration.infinity` sets no timer. `host` is named in failures. */
export const exchanged = (
  send: (signal: AbortSignal) => Promise<HttpReply>,
  { host, timeout }: { readonly host: string; readonly timeout: Duration.Duration },
): Effect.Effect<HttpReply, ExchangeFailure> => {
  const sent = Effect.tryPromise({ try: send, catch: (cause) => failureOf(cause, host) })
  return Duration.isFinite(timeout)
    ? Effect.timeoutOrElse(sent, {
        duration: timeout,
        orElse: () =>
          Effect.fail<ExchangeFailure>({ reason: { _tag: "TimedOut", afterMillis: Duration.toMillis(timeout) } }),
      })
    : sent
}
