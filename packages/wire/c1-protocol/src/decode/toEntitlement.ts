// A stored entitlement in the terms of the core model.
import type { Entitlement } from "@rollcall/connector"
import { Entitlement_PurposeValue } from "../generated/c1/connector/v2/entitlement_pb.ts"
import type { RecordMessage } from "./decodeRecord.ts"
import { toResourceId } from "./toResource.ts"

const purposes: ReadonlyMap<number, Entitlement["purpose"]> = new Map([
  [Entitlement_PurposeValue.ASSIGNMENT, "assignment"],
  [Entitlement_PurposeValue.PERMISSION, "permission"],
  [Entitlement_PurposeValue.OWNERSHIP, "ownership"],
])

/** The entitlement; one without a purpose counts as an assignment. */
export const toEntitlement = (message: RecordMessage<"entitlement">): Entitlement => ({
  id: message.id,
  resource: toResourceId(message.resource?.id),
  slug: message.slug,
  displayName: message.displayName,
  description: message.description,
  purpose: purposes.get(message.purpose) ?? "assignment",
  grantableTo: message.grantableTo.map((type) => type.id),
})
