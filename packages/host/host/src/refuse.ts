// Says, without asking the system, that a connector cannot do what a command is for, and which one can.
import { environmentName } from "@rollcall/config"
import { ConnectorError } from "@rollcall/connector"
import { Effect } from "effect"
import type { LoadedConnector } from "./ConnectorEntry.ts"
import { connectors } from "./connectors.ts"

type About = LoadedConnector<object>["about"]

/** Fails with the refusal; where other connectors can do it, its hint names them. */
export const refuse = Effect.fnUntraced(function* (
  refusal: ConnectorError,
  can: (about: About) => boolean,
): Effect.fn.Return<never, ConnectorError> {
  const hints: Array<string> = []
  for (const entry of connectors) {
    const { about } = yield* Effect.promise(entry.load)
    if (can(about)) hints.push(`${entry.displayName} can: set ${environmentName(entry.selectedBy)}.`)
  }
  const { reason, message } = refusal
  return yield* hints.length === 0 ? refusal : new ConnectorError({ reason, message, hint: hints.join(" ") })
})
