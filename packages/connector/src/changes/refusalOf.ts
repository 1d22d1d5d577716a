// Which changes a connector cannot carry out whatever the system says.
import type { Connector } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"
import type { Change } from "./Change.ts"

/** Why the change is refused; absent where it may be tried. */
export const refusalOf = <R>(
  { displayName, provisioning, resourceTypes }: Connector<R>,
  { entitlement, principal }: Change,
): ConnectorError | undefined => {
  const grantable = resourceTypes.filter((type) => type.capabilities.includes("provision"))
  const named = grantable.map((type) => `${type.displayName} (${type.id})`).join(", ")
  if (provisioning === undefined || grantable.length === 0) {
    return refused(`${displayName} cannot grant or revoke anything.`, "`rollcall capabilities` shows what it can do.")
  }
  if (!grantable.some((type) => type.id === entitlement.resource.resourceType)) {
    return refused(`${entitlement.id} cannot be granted or revoked.`, `What can be is membership of: ${named}.`)
  }
  if (!provisioning.principalTypes.includes(principal.resourceType)) {
    return refused(
      `A ${principal.resourceType} cannot hold ${entitlement.id}.`,
      `It can be held by: ${provisioning.principalTypes.join(", ")}.`,
    )
  }
  return undefined
}

const refused = (message: string, hint: string) => new ConnectorError({ reason: "Refused", message, hint })
