// Says, without asking the system, that a connector cannot do what a command is for, and which one can.
import { environmentName } from "@rollcall/config"
import { ConnectorError } from "@rollcall/connector"
import { Effect } from "effect"
import type { LoadedConnector } from "./ConnectorEntry.ts"
import { connectors } from "./connectors.ts"

type About = LoadedConnector<object>["about"]

/** Whether a connector can grant and revoke. */
export const provisions = ({ resourceTypes }: Pick<About, "resourceTypes">): boolean =>
  resourceTypes.some((type) => type.capabilities.includes("provision"))

/** The refusal of a connector that cannot do something, which completes "… cannot"; the hint names those that can. */
export const refusedFor = Effect.fnUntraced(function* (
  { displayName }: Pick<About, "displayName">,
  what: string,
  can: (about: About) => boolean,
): Effect.fn.Return<ConnectorError> {
  const hints: Array<string> = []
  for (const entry of connectors) {
    const { about } = yield* Effect.promise(entry.load)
    if (can(about)) hints.push(`${entry.displayName} can: set ${environmentName(entry.selectedBy)}.`)
  }
  return new ConnectorError({
    reason: "Refused",
    message: `${displayName} cannot ${what}.`,
    hint: hints.length === 0 ? "`rollcall capabilities` shows what it can do." : hints.join(" "),
  })
})
