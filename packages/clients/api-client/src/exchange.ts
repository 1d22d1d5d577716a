// One exchange over HTTP: sent, its reply read whole but within bounds, and what that says. As an effect: interrupting it
// aborts the request and closes its connection, and silence ends. Of the text of a reply there is its JSON or what is wrong
// with it, the code of what went wrong, and as much as may stand in a message: short, on one line, with nothing that a
// terminal would obey and nothing that looks like a token.
import { Duration, Effect } from "effect"
import type { ExchangeReason, ReplyProblem, UnexpectedReply } from "./ExchangeReason.ts"
import type { ReplyHeaders, UnreadReply } from "./lazyResponse.ts"
import { bodyOf } from "./lazyResponse.ts"
import { networkReason } from "./networkReason.ts"
import { hideTokens } from "./secretForms.ts"

/** The part of `fetch` that is used. A function of this kind can answer in process, without a socket. */
export type HttpFetch = (url: string, init: RequestInit) => Promise<Response>

/** What is kept of a reply. A body of megabytes is decoded only where its text is asked for. */
export interface HttpReply {
  readonly status: number
  readonly headers: ReplyHeaders
  readonly bytes: Uint8Array
  /** The body, decoded. */
  readonly text: string
}

const replyOf = ({ status, headers }: UnreadReply, bytes: Uint8Array): HttpReply => {
  let text: string | undefined
  return {
    status,
    headers,
    bytes,
    get text() {
      return (text ??= new TextDecoder().decode(bytes))
    },
  }
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
export const readReply = async (response: UnreadReply, longestBytes: number): Promise<HttpReply> => {
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  const body = bodyOf(response)
  if (body !== null) {
    for await (const chunk of body) {
      bytes += chunk.byteLength
      // Leaving the loop cancels the body, which closes the connection.
      if (bytes > longestBytes) throw new ReplyTooLarge(response.status, longestBytes)
      chunks.push(chunk)
    }
  }
  return replyOf(response, Buffer.concat(chunks))
}

/** The pause that a reply asks for, in milliseconds; `Retry-After` is in whole seconds, and anything else is ignored. */
export const retryAfterMillis = ({ headers }: Pick<HttpReply, "headers">): number | undefined => {
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

// Control characters, line and paragraph separators, and the marks that turn the direction of text.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const escaped = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** At most `longest` characters of a text from outside, escaped. */
export const excerpt = (text: string, longest = 80): string => {
  // Tokens are looked for in the whole neighbourhood of the cut, so that no half of one is left.
  const clean = hideTokens(text.slice(0, longest * 8))
  const short = Array.from(clean).slice(0, longest).join("")
  return short.replace(unprintable, escaped) + (short.length < clean.length || text.length > longest * 8 ? "…" : "")
}

/** The JSON of a text; `undefined`, which no JSON is, where it is none. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a text is that is no JSON. */
export const spoiltAs = (text: string): ReplyProblem => {
  const begin = text.trimStart().charAt(0)
  return begin === "<" ? "html" : begin === "{" || begin === "[" ? "truncated" : "notJson"
}

/** JSON may hold names and addresses, which belong into no message; what a gateway says may be quoted. */
const quotable = (text: string): string =>
  /^\s*[{[]/u.test(text) ? `${text.length} characters of JSON` : excerpt(text)

/** The reason for a reply that is not what is documented. */
export const unexpectedReply = (problem: ReplyProblem, text: string): UnexpectedReply => ({
  _tag: "UnexpectedReply",
  problem,
  detail: quotable(text),
})

const longestDetail = 300

/** The reason for JSON that a schema does not take. Its message names paths and expectations, not values, on one line. */
export const wrongShape = (message: string): UnexpectedReply => ({
  _tag: "UnexpectedReply",
  problem: "shape",
  detail: excerpt(message.replaceAll(/\s*\n\s*/gu, " "), longestDetail),
})

const wholeCode = /^[\w.-]{0,99}\w$/u
const firstWord = /^(?<word>[\w.-]{0,99}\w)(?!\w)/u
const withDetail = /^(?<word>[a-z]+(?:_[a-z0-9]+)+)\s*\(.*\)$/su

/**
 * The code that the text is, or begins with. A first word is taken for a code where it is a known one, or where a detail in
 * brackets is all that follows; a sentence for people has no code, and so `undefined` is returned.
 */
export const errorCodeOf = (text: string, isKnown: (word: string) => boolean): string | undefined => {
  // A full stop at the end is no part of a code.
  const trimmed = text.trim().replace(/\.$/u, "")
  if (wholeCode.test(trimmed)) return trimmed
  const word = firstWord.exec(trimmed)?.groups?.["word"]
  if (word !== undefined && isKnown(word)) return word
  return withDetail.exec(trimmed)?.groups?.["word"]
}
