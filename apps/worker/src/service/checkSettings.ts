// What only service mode knows to be wrong in its settings. Said at the start: C1 would hear of it with every task.
import { ConfigError, environmentName } from "@rollcall/config"
import type { Connector } from "@rollcall/connector"
import { Effect } from "effect"

/** The most bytes of a host id that C1 takes. */
const longestHostId = 256

/** Fails where C1 would not take this host id, or the connector has no such resource types. */
export const checkSettings = Effect.fnUntraced(function* (
  { displayName, resourceTypes }: Pick<Connector, "displayName" | "resourceTypes">,
  { hostId, types = [] }: { readonly hostId: string; readonly types?: ReadonlyArray<string> | undefined },
): Effect.fn.Return<void, ConfigError> {
  if (Buffer.byteLength(hostId) > longestHostId) {
    return yield* new ConfigError({
      reason: "Invalid",
      message: `${environmentName("host-id")} must be of ${longestHostId} bytes at most.`,
      hint: "Give this deployment a shorter name.",
    })
  }
  const known = resourceTypes.map(({ id }) => id)
  const unknown = types.filter((type) => !known.includes(type))
  if (unknown.length > 0) {
    return yield* new ConfigError({
      reason: "Invalid",
      message: `${environmentName("sync-resource-types")} names ${unknown.join(", ")}, which ${displayName} does not have.`,
      hint: `Choose from ${known.join(", ")}.`,
    })
  }
})
