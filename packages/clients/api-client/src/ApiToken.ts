// The token of a call. It is read before every attempt, because its value can change while the process runs.
import { Effect, Redacted, Schema } from "effect"

/** What the source of a token fails with: what happened and why, and what to do, each in a sentence. */
export interface TokenProblem {
  readonly message: string
  readonly hint: string
}

/** Where the token of the moment comes from. One that never changes is `Effect.succeed(Redacted.make(…))`. */
export type TokenSource = Effect.Effect<Redacted.Redacted, TokenProblem>

/** The token's source has none now, such as a file that was taken away; nothing was sent. The words are the source's own. */
export const UnreadableToken = Schema.TaggedStruct("UnreadableToken", { problem: Schema.String, remedy: Schema.String })
export type UnreadableToken = typeof UnreadableToken.Type

/** The token is empty or holds characters that no token has; it was not sent. */
export const MalformedToken = Schema.TaggedStruct("MalformedToken", {})
export type MalformedToken = typeof MalformedToken.Type

// Anything else in a header would be refused by `fetch`, in a message that quotes the header with the token.
const sendable = /^[\x21-\x7e]+$/u

/** Whether a token is one word of printable ASCII, as a header `Authorization: Bearer …` takes it. */
export const isBearerToken = (token: string): boolean => sendable.test(token)

/** The value of the token as it is now, fit for a header. */
export const readToken = (
  source: TokenSource,
): Effect.Effect<string, { readonly reason: UnreadableToken | MalformedToken; readonly cause?: unknown }> =>
  source.pipe(
    Effect.mapError((problem) => ({
      reason: { _tag: "UnreadableToken" as const, problem: problem.message, remedy: problem.hint },
      cause: problem,
    })),
    Effect.map(Redacted.value),
    Effect.filterOrFail(isBearerToken, () => ({ reason: { _tag: "MalformedToken" as const } })),
  )
