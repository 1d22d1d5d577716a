// What is refused without asking the system: what a connector cannot do at all, and changes that cannot be.
import type { Connector } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"
import type { Change } from "./Change.ts"

/** The refusal of a connector that cannot do something, which completes "… cannot". */
export const cannot = ({ displayName }: Pick<Connector, "displayName">, what: string): ConnectorError =>
  new ConnectorError({
    reason: "Refused",
    message: `${displayName} cannot ${what}.`,
    hint: "Its capabilities say what it can do.",
  })

/** The refusal of a connector that only reads. */
export const cannotChange = (connector: Pick<Connector, "displayName">): ConnectorError =>
  cannot(connector, "grant or revoke anything")

/** Why the change is refused; absent where it may be tried. What names nothing that can be granted is misuse. */
export const refusalOf = <R>(
  connector: Connector<R>,
  { entitlement, principal }: Change,
): ConnectorError | undefined => {
  const { provisioning, resourceTypes } = connector
  const grantable = resourceTypes.filter((type) => type.capabilities.includes("provision"))
  if (provisioning === undefined || grantable.length === 0) return cannotChange(connector)
  if (!grantable.some((type) => type.id === entitlement.resource.resourceType)) {
    const named = grantable.map((type) => `${type.displayName} (${type.id})`).join(", ")
    return misuse(`${entitlement.id} cannot be granted or revoked.`, `What can be is membership of: ${named}.`)
  }
  const { principalTypes, principalIds = /\S/u } = provisioning
  if (!principalTypes.includes(principal.resourceType)) {
    return new ConnectorError({
      reason: "Refused",
      message: `A ${principal.resourceType} cannot hold ${entitlement.id}.`,
      hint: `It can be held by: ${principalTypes.join(", ")}.`,
    })
  }
  if (!principalIds.test(principal.resource)) {
    return misuse(
      `"${principal.resource}" is no id of a ${principal.resourceType}.`,
      "Give its id, as a sync shows it.",
    )
  }
  return undefined
}

const misuse = (message: string, hint: string) => new ConnectorError({ reason: "BadRequest", message, hint })
