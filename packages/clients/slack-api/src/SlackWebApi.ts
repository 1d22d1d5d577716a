// Slack's Web API as a service: the methods that connectors read, decoded, within Slack's limits. The stack that a call
// goes through is in webApi/slackCaller.ts, what a failure means in error/.
import { Resilience } from "@rollcall/resilience"
import { Clock, Context, Duration, Effect, Layer, Redacted, Semaphore } from "effect"
import type { SlackReasonTag } from "./error/SlackReason.ts"
import type { SlackIdentity } from "./objects.ts"
import type { SlackError } from "./SlackError.ts"
import { SlackToken } from "./SlackToken.ts"
import type { SlackWebApiShape } from "./webApi/slackMethodsOver.ts"
import { slackMethodsOver } from "./webApi/slackMethodsOver.ts"
import type { SlackCaller, SlackWebApiOptions } from "./webApi/slackCaller.ts"
import { slackCaller } from "./webApi/slackCaller.ts"

/** Slack's Web API with one token. */
export class SlackWebApi extends Context.Service<SlackWebApi, SlackWebApiShape>()("@rollcall/slack-api/SlackWebApi") {
  static readonly layer = (
    options: SlackWebApiOptions = {},
  ): Layer.Layer<SlackWebApi, never, SlackToken | Resilience> =>
    Layer.effect(
      SlackWebApi,
      Effect.gen(function* () {
        const token = yield* SlackToken
        const caller = slackCaller(options, token, yield* Resilience)
        if (options.rememberIdentity === undefined) return { ...slackMethodsOver(caller), forgetIdentity: Effect.void }
        const memory = rememberedIdentity(token, options.rememberIdentity)
        const watched: SlackCaller = (...call) => Effect.tapError(caller(...call), memory.forgetAfter)
        const methods = slackMethodsOver(watched)
        return { ...methods, authTest: memory.ask(methods.authTest), forgetIdentity: memory.forget }
      }),
    )
}

/** Refusals after which the token may be another one, or may do less, than was known. */
const ofTheToken: ReadonlyArray<SlackReasonTag> = ["InvalidAuth", "TokenRevoked", "AccountInactive", "MissingScope"]

const monotonicMillis = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

/**
 * The answer of `auth.test`, kept so long for one value of the token: a program that lives long asks who its token is with every
 * task, and the answer changes with the token alone. What says that the token is no longer what it was has it asked again at once.
 * Failures are not kept, and those who ask at once share a call.
 */
const rememberedIdentity = (token: SlackToken["Service"], keepFor: Duration.Input) => {
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
