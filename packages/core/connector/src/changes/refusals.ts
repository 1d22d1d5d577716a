// What is refused without asking the system: what a connector cannot do at all, and changes that cannot be.
import type { Connector, FurtherCredential } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"
import { entitlementId } from "../model.ts"
import type { EntitlementReference, GrantableSlugs, Provisioning } from "../Provisioning.ts"
import type { Change } from "./Change.ts"

/** The refusal of a connector that cannot do something, which completes "… cannot". */
export const cannot = ({ displayName }: Pick<Connector, "displayName">, what: string): ConnectorError =>
  new ConnectorError({
    reason: { _tag: "Refused", by: "settings" },
    message: `${displayName} cannot ${what}.`,
    hint: "Its capabilities say what it can do.",
  })

/** The refusal of what needs a credential that the connector was opened without, which completes "… is missing, and …". */
const needsCredential = ({ name }: FurtherCredential, without: string): ConnectorError =>
  new ConnectorError({
    reason: { _tag: "Refused", by: "settings" },
    message: `${name.slice(0, 1).toUpperCase()}${name.slice(1)} is missing, and ${without}.`,
    hint: "Set it, and start again.",
  })

/** The refusal of a change of such a resource type, where a further credential would open it. */
export const lacksCredentialFor = (
  { furtherCredential }: Pick<Connector, "furtherCredential">,
  resourceType: string,
): ConnectorError | undefined =>
  furtherCredential?.provisions.includes(resourceType) === true
    ? needsCredential(
        furtherCredential,
        `without it nothing of the resource type ${resourceType} can be granted or revoked`,
      )
    : undefined

/** The refusal of an action of this name, where a further credential would open it. */
export const lacksCredentialToRun = (
  { furtherCredential }: Pick<Connector, "furtherCredential">,
  action: string,
): ConnectorError | undefined =>
  furtherCredential?.actions.includes(action) === true
    ? needsCredential(furtherCredential, `without it the action ${action} cannot be run`)
    : undefined

/** Whether the connector, as it was opened, can change who holds something. */
export const canChangeAnything = <R>(connector: Connector<R>): boolean =>
  connector.provisioning !== undefined &&
  connector.resourceTypes.some(
    ({ id, capabilities }) => capabilities.includes("provision") && lacksCredentialFor(connector, id) === undefined,
  )

/** The refusal of a connector that only reads. */
export const cannotChange = (connector: Pick<Connector, "displayName">): ConnectorError =>
  cannot(connector, "grant or revoke anything")

/** Why the change is refused; absent where it may be tried. What names nothing that can be granted is misuse. */
export const refusalOf = <R>(
  connector: Connector<R>,
  { entitlement, principal }: Change,
): ConnectorError | undefined => {
  const { provisioning, resourceTypes } = connector
  const lacksCredential = lacksCredentialFor(connector, entitlement.resource.resourceType)
  if (lacksCredential !== undefined) return lacksCredential
  const grantable = resourceTypes.filter((type) => type.capabilities.includes("provision"))
  if (provisioning === undefined || grantable.length === 0) return cannotChange(connector)
  if (!grantable.some((type) => type.id === entitlement.resource.resourceType)) {
    const named = grantable.map((type) => `${type.displayName} (${type.id})`).join(", ")
    return misuse(
      `${entitlement.id} cannot be granted or revoked.`,
      `These can be granted and revoked: membership of ${named}.`,
    )
  }
  const mistyped = notGrantable(provisioning, entitlement)
  if (mistyped !== undefined) return mistyped
  const { principalTypes, principalIds = /\S/u } = provisioning
  if (!principalTypes.includes(principal.resourceType)) {
    return new ConnectorError({
      reason: { _tag: "Refused", by: "settings" },
      message: `A ${principal.resourceType} cannot hold ${entitlement.id}.`,
      hint: `It can be held by: ${principalTypes.join(", ")}.`,
    })
  }
  if (!principalIds.test(principal.resource)) {
    return misuse(
      `"${principal.resource}" is not the id of a ${principal.resourceType}.`,
      "Give its id, as a sync shows it.",
    )
  }
  return undefined
}

/** The refusal of an entitlement that its resource does not have to be granted, by its slug; absent where it has it. */
export const notGrantable = (
  { slugs }: Pick<Provisioning, "slugs">,
  { id, resource, slug }: EntitlementReference,
): ConnectorError | undefined => {
  const known = slugs[resource.resourceType] ?? []
  if (isAmong(slug, known)) return undefined
  const hint =
    known instanceof RegExp
      ? `The last part of the id must match ${known.source}.`
      : `Entitlements of this ${resource.resourceType}: ${known.map((it) => entitlementId(resource, it)).join(", ")}.`
  return misuse(`There is no entitlement ${id} to grant or revoke.`, hint)
}

const isAmong = (slug: string, known: GrantableSlugs): boolean =>
  // From the beginning, also with the flags g and y.
  known instanceof RegExp
    ? new RegExp(known.source, known.flags.replaceAll(/[gy]/gu, "")).test(slug)
    : known.includes(slug)

const misuse = (message: string, hint: string) => new ConnectorError({ reason: { _tag: "BadRequest" }, message, hint })
