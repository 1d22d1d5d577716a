// A stored grant in the terms of the core model.
import type { Grant } from "@rollcall/connector"
import { GrantImmutableSchema } from "../generated/c1/connector/v2/annotation_pb.ts"
import { findAnnotation } from "./annotations.ts"
import type { RecordMessage } from "./decodeRecord.ts"
import { toResourceId } from "./toResource.ts"

/** The grant, with ids in place of the messages that it embeds. */
export const toGrant = (message: RecordMessage<"grant">): Grant => ({
  id: message.id,
  entitlement: message.entitlement?.id ?? "",
  resource: toResourceId(message.entitlement?.resource?.id),
  principal: toResourceId(message.principal?.id),
  ...(findAnnotation(message.annotations, GrantImmutableSchema) === undefined ? {} : { immutable: true }),
})
