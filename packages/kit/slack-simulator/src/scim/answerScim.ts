// A SCIM call from request to reply, in Slack's order: whose token is it, has the plan SCIM, is it too soon, is the object
// still being written, and then the operation's own answer. Faults stand before all that.
import { Clock, Effect } from "effect"
import type { FaultKind } from "../faults/Fault.ts"
import type { FaultPlan } from "../faults/FaultPlan.ts"
import { spoilReply } from "../faults/faultReply.ts"
import { scimReplyOfFault } from "./scimFaultReply.ts"
import { jsonReply, type SimulatorReply, type SimulatorRequest } from "../http/exchange.ts"
import type { ScimLimits } from "./scimLimits.ts"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import { spoilerFrom } from "../webApi/PageSpoiler.ts"
import { killTokens, type Tokens } from "../webApi/tokens.ts"
import { resourceTypes, schemas, serviceProviderConfig } from "./discovery.ts"
import { createGroup, deleteGroup, getGroup, listGroups, patchGroup, replaceGroup } from "./groups.ts"
import { isObject, type JsonObject } from "./json.ts"
import { changeList } from "./listChanges.ts"
import { isWrite, type OperationName, type ScimPath } from "./operations.ts"
import type { ScimAnswer, ScimCall } from "./ScimCall.ts"
import { scimError, type ScimErrorCode } from "./scimError.ts"
import { resourceFrom } from "./schemas.ts"
import { createUser, deleteUser, getUser, listUsers, patchUser, replaceUser } from "./users.ts"
import type { Accounts } from "./writes/Accounts.ts"
import type { Groups } from "./writes/Groups.ts"
import type { WriteLocks } from "./writes/WriteLocks.ts"

/** All that the SCIM side of a simulated Slack remembers between calls. */
export interface ScimApi {
  readonly settings: SimulatorSettings
  readonly tokens: Tokens
  readonly faults: FaultPlan
  readonly limits: ScimLimits
  readonly accounts: Accounts
  readonly groups: Groups
  readonly locks: WriteLocks
}

const answers: Readonly<Record<OperationName, (call: ScimCall) => ScimAnswer>> = {
  "scim.serviceProviderConfig": serviceProviderConfig,
  "scim.resourceTypes": resourceTypes,
  "scim.schemas": schemas,
  "scim.users.list": listUsers,
  "scim.users.get": getUser,
  "scim.users.create": createUser,
  "scim.users.replace": replaceUser,
  "scim.users.patch": patchUser,
  "scim.users.delete": deleteUser,
  "scim.groups.list": listGroups,
  "scim.groups.get": getGroup,
  "scim.groups.create": createGroup,
  "scim.groups.replace": replaceGroup,
  "scim.groups.patch": patchGroup,
  "scim.groups.delete": deleteGroup,
}

/** Whether the caller may use SCIM at all. The service's description answers any token, even a made-up one. */
const refuseCaller = (
  { settings, tokens }: ScimApi,
  { version, operation }: ScimPath,
  authorization: string | undefined,
): ScimErrorCode | undefined => {
  const value = authorization === undefined ? "" : (/^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? "")
  if (value === "") return "missing_authentication"
  if (operation === "scim.serviceProviderConfig") return undefined
  const token = tokens.check(value)
  if (typeof token === "string") return "invalid_authentication"
  if (settings.plan === "pro") return "plus_teams_only"
  if (token.kind !== "user" || !token.scopes.includes("admin")) return "invalid_authentication"
  if (settings.enterprise === "workspace") return "non_org_teams_only"
  // Only v1 has been seen in use on GovSlack.
  return settings.gov && version === "v2" ? "unsupported_version" : undefined
}

/** The JSON object in the body; undefined when there is another thing. */
const readBody = (text: string): JsonObject | undefined => {
  try {
    const parsed: unknown = JSON.parse(text)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

const replyOf = (version: ScimPath["version"], answer: ScimAnswer): SimulatorReply => {
  if (!answer.ok) return scimError(version, answer.error)
  if (answer.status === 204) return { status: 204, headers: {}, body: "" }
  // Slack writes slashes in SCIM replies as `\/`.
  return jsonReply(answer.body.replaceAll("/", String.raw`\/`), {}, answer.status)
}

const answerSoundly = Effect.fnUntraced(function* (
  api: ScimApi,
  path: ScimPath,
  request: SimulatorRequest,
  query: URLSearchParams,
  faults: ReadonlyArray<FaultKind>,
) {
  const { version, operation, id } = path
  const { settings, accounts, groups } = api
  const stranger = refuseCaller(api, path, request.headers["authorization"])
  if (stranger !== undefined) return scimError(version, stranger)
  if (operation === "bad_endpoint" || operation === "method_not_allowed" || operation === "unsupported_version") {
    return scimError(version, operation)
  }
  const now = yield* Clock.currentTimeMillis
  const retryAfter = api.limits.retryAfter(operation, now)
  if (retryAfter > 0) return scimError(version, "too_many_requests", { "retry-after": String(retryAfter) })
  const needsBody = /\.(create|replace|patch)$/.test(operation)
  const body = needsBody ? readBody(request.body) : {}
  if (body === undefined) return scimError(version, "invalid_request_payload")
  const writes = isWrite(operation)
  if (writes && id !== "" && !api.locks.hold(id, now, now + settings.writeMillis)) {
    return scimError(version, "resource_locked")
  }
  const spoiler = spoilerFrom(faults)
  const call = { version, id, query, body: resourceFrom(body), settings, spoiler, accounts, groups, now }
  const answer = answers[operation](call)
  if (writes && settings.writeMillis > 0) yield* Effect.sleep(settings.writeMillis)
  return replyOf(version, answer)
})

/** Answers one call. Delays, and answers that never come, are part of the effect. */
export const answerScim = Effect.fnUntraced(function* (
  api: ScimApi,
  path: ScimPath,
  request: SimulatorRequest,
  query: URLSearchParams,
) {
  const faults = api.faults.next(path.name)
  for (const fault of faults) {
    if (fault.kind === "delay") yield* Effect.sleep(fault.millis)
    if (fault.kind === "never") return yield* Effect.never
    if (fault.kind === "listChanges") changeList(api, path.name, fault.change)
  }
  killTokens(api.tokens, faults)
  for (const fault of faults) {
    const reply = scimReplyOfFault(fault, path)
    if (reply !== undefined) return spoilReply(reply, faults)
  }
  return spoilReply(yield* answerSoundly(api, path, request, query, faults), faults)
})
