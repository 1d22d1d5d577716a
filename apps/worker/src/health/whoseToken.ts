// Whose token the worker has: asked once at the start, for the log, as a first task may be days away; and by `/health`.
import type { Origin } from "@rollcall/config"
import { describeOrigin } from "@rollcall/config"
import type { Connector, ConnectorError, Tenant } from "@rollcall/connector"
import { isFailure, sentenceOf } from "@rollcall/connector"
import type { Finding } from "@rollcall/connector-registry"
import type { Exit } from "effect"
import { Cause, Effect, Option } from "effect"

/** What the system says of the token; asked at most once a minute, since each question costs a call of Slack. */
export type Whose = Effect.Effect<Exit.Exit<Tenant, ConnectorError | Cause.TimeoutError>>

/** Asks the connector. */
export const askWhose = ({ identify }: Pick<Connector, "identify">): Effect.Effect<Whose> =>
  Effect.cachedWithTTL(Effect.exit(Effect.timeout(identify, "30 seconds")), "1 minute")

/** Why there was no answer, in a sentence or two. */
export const whyNot = (cause: Cause.Cause<unknown>): string => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  return isFailure(error) ? sentenceOf(error) : "Slack has not answered in time."
}

/**
 * Logs what the tokens' looks tell against them, under the names of the settings that gave them, then whose they are, or why
 * that cannot be known.
 */
export const tellWhose = Effect.fnUntraced(function* (
  whose: Whose,
  looks: ReadonlyArray<Finding>,
  origins: Readonly<Record<string, Origin>>,
) {
  for (const { check, state, found, hint = "" } of looks) {
    const setting = describeOrigin(origins[check] ?? { from: "unset" })
    if (state === "failed") yield* Effect.logWarning(`${setting} has ${found}. ${hint}`)
  }
  const answer = yield* whose
  if (answer._tag === "Failure") {
    return yield* Effect.logWarning(`The first look at the token failed. ${whyNot(answer.cause)}`)
  }
  const { id, displayName } = answer.value
  yield* Effect.logInfo(`The token opens ${displayName} (${id}).`)
})
