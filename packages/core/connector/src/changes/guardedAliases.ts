// Whoever is about to lose something may be protected under another id than the one that was given.
import { Effect } from "effect"
import type { Connector } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { ResourceId } from "../model.ts"
import { formatResourceId } from "../model.ts"
import { CurrentBrakes } from "./brakes.ts"

/**
 * Further ids of these principals, by their own as `user:U0123`; none where nothing is protected, or where the system has one id for each.
 * The connector is asked once for each principal of whom they are not `known`, by the id that was given.
 */
export const guardedAliases = Effect.fn("Brakes.aliases")(function* <R>(
  { provisioning }: Pick<Connector<R>, "provisioning">,
  principals: ReadonlyArray<ResourceId>,
  known: ReadonlyMap<string, ReadonlyArray<string>> = new Map(),
): Effect.fn.Return<ReadonlyMap<string, ReadonlyArray<ResourceId>>, ConnectorError, R> {
  const { protected: guarded } = (yield* CurrentBrakes).brakes
  const found = new Map<string, ReadonlyArray<ResourceId>>()
  if (guarded === undefined || provisioning?.aliasesOf === undefined) return found
  for (const principal of principals) {
    const id = formatResourceId(principal)
    if (found.has(id)) continue
    const aliases = known.get(principal.resource) ?? (yield* provisioning.aliasesOf(principal))
    found.set(
      id,
      aliases.map((resource) => ({ ...principal, resource })),
    )
  }
  return found
})
