// One exchange over HTTP: sent, its reply read whole but within bounds. As an effect: interrupting it aborts the request
// and closes its connection, and silence ends.
import { Duration, Effect } from "effect"
import type { ExchangeReason } from "./ExchangeReason.ts"
import { networkReason } from "./networkReason.ts"

/** The part of `fetch` that is used. A function of this kind can answer in process, without a socket. */
export type HttpFetch = (url: string, init: RequestInit) => Promise<Response>

/** What is kept of a reply. */
export interface HttpReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** The body passed the bound on its length and was not read to its end. */
export class ReplyTooLarge extends Error {
  readonly status: number
  constructor(status: number, longestBytes: number) {
    super(`More than ${longestBytes} bytes.`)
    this.status = status
  }
}

/** Reads a reply. Rejects with {@link ReplyTooLarge} where its body is longer than `longestBytes`. */
export const readReply = async (response: Response, longestBytes: number): Promise<HttpReply> => {
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  if (response.body !== null) {
    for await (const chunk of response.body) {
      bytes += chunk.byteLength
      // Leaving the loop cancels the body, which closes the connection.
      if (bytes > longestBytes) throw new ReplyTooLarge(response.status, longestBytes)
      chunks.push(chunk)
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    text: new TextDecoder().decode(Buffer.concat(chunks)),
  }
}

/** The pause that a reply asks for, in milliseconds; `Retry-After` is in whole seconds, and anything else is ignored. */
export const retryAfterMillis = ({ headers }: HttpReply): number | undefined => {
  const header = headers.get("retry-after") ?? ""
  return /^\s*\d{1,9}\s*$/u.test(header) ? Number(header) * 1000 : undefined
}

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
