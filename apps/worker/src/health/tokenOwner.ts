// Whose token the worker has: asked once at the start, for the log, as a first task may be days away; and by `/health`.
import type { Origin } from "@rollcall/config"
import { describeOrigin } from "@rollcall/config"
import type { Connector, Tenant } from "@rollcall/connector"
import { ConnectorError, isFailure, sentenceOf } from "@rollcall/connector"
import type { Finding } from "@rollcall/connector-module"
import type { Exit } from "effect"
import { Cause, Effect, Option } from "effect"

/** What the system says of the token; asked at most once a minute, since each question costs a call of Slack. */
export type TokenOwner = Effect.Effect<Exit.Exit<Tenant, ConnectorError>>

/** Asks the connector. Where packets are swallowed, a call and its repetitions would last for minutes. */
export const askTokenOwner = ({
  identify,
  displayName,
}: Pick<Connector, "identify" | "displayName">): Effect.Effect<TokenOwner> => {
  const bounded = Effect.timeoutOrElse(identify, {
    duration: "30 seconds",
    orElse: () => Effect.fail(noAnswer(displayName)),
  })
  return Effect.cachedWithTTL(Effect.exit(bounded), "1 minute")
}

const noAnswer = (displayName: string) =>
  new ConnectorError({
    reason: { _tag: "Unavailable", scope: "system" },
    message: `${displayName} has not answered for 30 seconds.`,
    hint: "Check DNS and outgoing connections on port 443; behind a proxy, set HTTPS_PROXY.",
  })

/** Why there was no answer, in a sentence or two. */
export const describeFailure = (cause: Cause.Cause<unknown>): string => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  return isFailure(error) ? sentenceOf(error) : "It failed because of a bug in Rollcall; please report it."
}

/**
 * Logs what the tokens' looks tell against them, under the names of the settings that gave them, then whose they are, or why
 * that cannot be known.
 */
export const logTokenOwner = Effect.fnUntraced(function* (
  owner: TokenOwner,
  looks: ReadonlyArray<Finding>,
  origins: Readonly<Record<string, Origin>>,
) {
  for (const { check, state, found, hint = "" } of looks) {
    const setting = describeOrigin(origins[check] ?? { from: "unset" })
    if (state === "failed") yield* Effect.logWarning(`${setting} has ${found}. ${hint}`)
  }
  const answer = yield* owner
  if (answer._tag === "Failure") {
    return yield* Effect.logWarning(`The first check of the token failed. ${describeFailure(answer.cause)}`)
  }
  const { id, displayName } = answer.value
  yield* Effect.logInfo(`The token opens ${displayName} (${id}).`)
})
