// A grant or revocation that C1 asks for, in the terms of the core. C1 sends whole entitlements and principals; what
// counts are their ids.
import { durationMs } from "@bufbuild/protobuf/wkt"
import type { Change } from "@rollcall/connector"
import { parseEntitlementId } from "@rollcall/connector"
import { MalformedMessage } from "../decode/decodeRecord.ts"
import { toResourceId } from "../decode/toResource.ts"
import { idProblem, resourceIdProblem } from "../encode/Encoding.ts"
import type { Entitlement } from "../generated/c1/connector/v2/entitlement_pb.ts"
import type { Resource } from "../generated/c1/connector/v2/resource_pb.ts"
import type { Task_GrantTask, Task_RevokeTask } from "../generated/c1/connectorapi/baton/v1/baton_pb.ts"

/** What a grant task asks for, but for how long: `grantMillisOf`. */
export const grantTaskToChange = ({ entitlement, principal }: Task_GrantTask): Change | MalformedMessage =>
  toChange(entitlement, principal)

/** For how long a grant is asked for, in milliseconds, after which C1 revokes it; `undefined`: without an end. */
export const grantMillisOf = ({ duration }: Pick<Task_GrantTask, "duration">): number | undefined => {
  const millis = duration === undefined ? 0 : durationMs(duration)
  return millis > 0 ? millis : undefined
}

/**
 * What a revoke task asks for. The grant's id is not looked at: where C1 knows only who holds what, it sends
 * `🧸_UNKNOWN_GRANT_ID`.
 */
export const revokeTaskToChange = ({ grant }: Task_RevokeTask): Change | MalformedMessage =>
  toChange(grant?.entitlement, grant?.principal)

const toChange = (entitlement: Entitlement | undefined, principal: Resource | undefined): Change | MalformedMessage => {
  const id = entitlement?.id ?? ""
  const parsed = parseEntitlementId(id)
  const resource = entitlement?.resource?.id === undefined ? parsed?.resource : toResourceId(entitlement.resource.id)
  const slug = entitlement?.slug === "" ? parsed?.slug : entitlement?.slug
  const holder = toResourceId(principal?.id)
  const problem =
    idProblem("the entitlement", id) ??
    (resource === undefined ? "the entitlement has no resource" : resourceIdProblem("its resource", resource)) ??
    (slug === undefined ? "the entitlement has no slug" : idProblem("the slug", slug)) ??
    resourceIdProblem("the principal", holder)
  return problem !== undefined || resource === undefined || slug === undefined
    ? new MalformedMessage(problem)
    : { entitlement: { id, resource, slug }, principal: holder }
}
