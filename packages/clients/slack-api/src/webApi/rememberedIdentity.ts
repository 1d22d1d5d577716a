// The answer of `auth.test`, kept for one value of the token: a program that lives long asks who its token is with every task,
// and the answer changes with the token alone. What says that the token is no longer what it was has it asked again at once.
import { Clock, Duration, Effect, Redacted, Semaphore } from "effect"
import type { SlackReasonTag } from "../error/SlackReason.ts"
import type { SlackIdentity } from "../objects/SlackIdentity.ts"
import type { SlackError } from "../SlackError.ts"
import type { SlackToken } from "../SlackToken.ts"

/** Refusals after which the token may be another one, or may do less, than was known. */
const ofTheToken: ReadonlyArray<SlackReasonTag> = ["InvalidAuth", "TokenRevoked", "AccountInactive", "MissingScope"]

const monotonicMillis = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

/** A memory of one answer for so long. Failures are not kept, and those who ask at once share a call. */
export const rememberedIdentity = (token: SlackToken["Service"], keepFor: Duration.Input) => {
  const millis = Duration.toMillis(Duration.fromInputUnsafe(keepFor))
  const mutex = Semaphore.makeUnsafe(1)
  let kept: { readonly token: string; readonly identity: SlackIdentity; readonly since: number } | undefined
  let failed: { readonly error: SlackError; readonly at: number } | undefined

  const askSince = Effect.fnUntraced(function* (began: number, authTest: Effect.Effect<SlackIdentity, SlackError>) {
    // Who waited for a call that failed has its answer: a Slack that is silent keeps nobody waiting twice.
    if (failed !== undefined && failed.at > began) return yield* failed.error
    // A token that cannot be read is reported by the call, as a failed call.
    const current = yield* Effect.option(Effect.map(token.current, Redacted.value))
    const now = yield* monotonicMillis
    const value = current._tag === "Some" ? current.value : undefined
    if (kept !== undefined && kept.token === value && now - kept.since < millis) return kept.identity
    kept = undefined
    const identity = yield* Effect.tapError(authTest, (error) =>
      Effect.map(monotonicMillis, (at) => void (failed = { error, at })),
    )
    if (value !== undefined) kept = { token: value, identity, since: now }
    return identity
  })

  return {
    /** The answer that is kept for the token as it is now, or a new one. */
    ask: (authTest: Effect.Effect<SlackIdentity, SlackError>): Effect.Effect<SlackIdentity, SlackError> =>
      Effect.flatMap(monotonicMillis, (began) => mutex.withPermit(askSince(began, authTest))),
    forget: Effect.sync(() => {
      kept = undefined
    }),
    /** Forgets the answer where a call of any method was refused for what the token is. */
    forgetAfter: ({ reason }: SlackError): Effect.Effect<void> =>
      Effect.sync(() => {
        if (ofTheToken.includes(reason._tag)) kept = undefined
      }),
  }
}
