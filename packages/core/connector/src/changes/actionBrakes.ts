// What the brakes are asked about where an action takes access.
import { Effect } from "effect"
import type { Action, ActionValues } from "../Action.ts"
import type { Connector, Tenant } from "../Connector.ts"
import type { ResourceId } from "../model.ts"
import { formatResourceId } from "../model.ts"
import type { BrakedRequest } from "./brakes.ts"
import { actionsTakingAccess, checkBrakes, trippedBrakes } from "./brakes.ts"
import { guardedAliases } from "./guardedAliases.ts"

/** Fails with `Braked` where the runs trip a brake. */
export const checkTakenAccess = <R>(...of: Parameters<typeof brakesOn<R>>) =>
  Effect.flatMap(brakesOn(...of), checkBrakes)

/** The brakes that the runs trip: an account may be protected under any of its ids. */
export const brakesOn = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  action: Action<R>,
  tenant: Tenant,
  all: ReadonlyArray<ActionValues>,
  known?: ReadonlyMap<string, ReadonlyArray<string>>,
) {
  const aliases = yield* guardedAliases(connector, accountsOf(connector, action, all), known)
  const disabledAs = [...aliases].flatMap(([, others]) => others.map((id) => formatResourceId(id)))
  return yield* trippedBrakes({ ...takenBy(connector, action, tenant, all), disabledAs })
})

/** The accounts that the runs take access from. */
const accountsOf = <R>(
  { provisioning }: Connector<R>,
  { takesAccess }: Action<R>,
  all: ReadonlyArray<ActionValues>,
): ReadonlyArray<ResourceId> => {
  const [resourceType = "user"] = provisioning?.principalTypes ?? []
  return takesAccess === undefined ? [] : all.map((values) => ({ resourceType, resource: takesAccess.from(values) }))
}

/** What the brakes are asked about. */
export const takenBy = <R>(
  connector: Connector<R>,
  action: Action<R>,
  tenant: Tenant,
  all: ReadonlyArray<ActionValues>,
): BrakedRequest => ({
  tenant: tenant.id,
  changes: [],
  takingActions: actionsTakingAccess(connector),
  disabled: accountsOf(connector, action, all).map(formatResourceId),
})
