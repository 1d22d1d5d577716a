// The SCIM calls that the simulator answers, as data: from verb and path to a stable name, which faults and counts use.
// https://docs.slack.dev/reference/scim-api
import type { ScimVersion } from "./schemas.ts"

/** Every operation's name. */
export const operationNames = [
  "scim.serviceProviderConfig",
  "scim.resourceTypes",
  "scim.schemas",
  "scim.users.list",
  "scim.users.get",
  "scim.users.create",
  "scim.users.replace",
  "scim.users.patch",
  "scim.users.delete",
  "scim.groups.list",
  "scim.groups.get",
  "scim.groups.create",
  "scim.groups.replace",
  "scim.groups.patch",
  "scim.groups.delete",
] as const
export type OperationName = (typeof operationNames)[number]

/** Whether an operation changes something. */
export const isWrite = (name: OperationName): boolean => /\.(create|replace|patch|delete)$/.test(name)

const onList: Readonly<Record<string, string>> = { GET: "list", POST: "create" }
const onOne: Readonly<Record<string, string>> = { GET: "get", PUT: "replace", PATCH: "patch", DELETE: "delete" }

export interface ScimPath {
  readonly version: ScimVersion
  /** The operation, or Slack's word for why there is none. */
  readonly operation: OperationName | "bad_endpoint" | "method_not_allowed" | "unsupported_version"
  /** What the call counts as, and what faults know it by: the operation, or `scim` where there is none. */
  readonly name: string
  /** The id in the path; empty without one. */
  readonly id: string
}

const named = (name: string): OperationName | undefined => operationNames.find((known) => known === name)

/** Endpoints that describe the service. The plural `ServiceProviderConfigs` is v1's, and works on v2 too. */
const described = (version: ScimVersion, endpoint: string, id: string): OperationName | undefined => {
  if (/^ServiceProviderConfigs?$/.test(endpoint) && id === "") return "scim.serviceProviderConfig"
  if (endpoint === "ResourceTypes" && version === "v2" && id === "") return "scim.resourceTypes"
  if (endpoint === "Schemas" && (/^(Users|Groups)$/.test(id) || (version === "v2" && id === ""))) return "scim.schemas"
  return undefined
}

const operationOf = (
  method: string,
  version: ScimVersion,
  [endpoint = "", id = "", ...more]: ReadonlyArray<string>,
): ScimPath["operation"] => {
  if (more.length > 0) return "bad_endpoint"
  const about = described(version, endpoint, id)
  if (about !== undefined) return method === "GET" ? about : "method_not_allowed"
  if (endpoint !== "Users" && endpoint !== "Groups") return "bad_endpoint"
  const verb = (id === "" ? onList : onOne)[method]
  return named(`scim.${endpoint.toLowerCase()}.${verb}`) ?? "method_not_allowed"
}

/** Reads `/scim/v2/Users/U…`. */
export const readPath = (method: string, path: string): ScimPath => {
  const [, , version = "", ...rest] = path.replace(/\/$/, "").split("/")
  if (version !== "v1" && version !== "v2") {
    return { version: "v2", operation: "unsupported_version", name: "scim", id: "" }
  }
  const operation = operationOf(method, version, rest)
  return { version, operation, name: operation.startsWith("scim.") ? operation : "scim", id: rest[1] ?? "" }
}
