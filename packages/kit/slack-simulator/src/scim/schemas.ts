// The schema URNs of SCIM v1 and v2, and resources turned from one version into the other. Inside, everything is in the
// words of v2. https://docs.slack.dev/reference/scim-api
import { type JsonObject, objectOf, objectsIn, textOf } from "./json.ts"

export type ScimVersion = "v1" | "v2"

/** What each version calls a schema, a list and an extension. */
export const urns = {
  v1: {
    user: "urn:scim:schemas:core:1.0",
    group: "urn:scim:schemas:core:1.0",
    list: "urn:scim:schemas:core:1.0",
    enterprise: "urn:scim:schemas:extension:enterprise:1.0",
    guest: "urn:scim:schemas:extension:slack:guest:1.0",
    profile: "urn:scim:schemas:extension:slack:profile:1.0",
  },
  v2: {
    user: "urn:ietf:params:scim:schemas:core:2.0:User",
    group: "urn:ietf:params:scim:schemas:core:2.0:Group",
    list: "urn:ietf:params:scim:api:messages:2.0:ListResponse",
    enterprise: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    guest: "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User",
    profile: "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User",
  },
} as const

/** Where Slack says that a resource is. */
export const locationOf = (version: ScimVersion, endpoint: "Users" | "Groups", id: string): string =>
  `https://api.slack.com/scim/${version}/${endpoint}/${id}`

const extensions = ["enterprise", "guest", "profile"] as const
const toVersion1 = new Map<string, string>([
  [urns.v2.user, urns.v1.user],
  [urns.v2.group, urns.v1.group],
  ...extensions.map((name) => [urns.v2[name], urns.v1[name]] as const),
])
const toVersion2 = new Map<string, string>(extensions.map((name) => [urns.v1[name], urns.v2[name]]))

const renamed = (resource: JsonObject, names: ReadonlyMap<string, string>): JsonObject =>
  Object.fromEntries(Object.entries(resource).map(([key, value]) => [names.get(key) ?? key, value]))

/** A resource as the version shows it: only schemas, extension keys and its own location differ. */
export const resourceIn = (version: ScimVersion, resource: JsonObject): JsonObject => {
  if (version === "v2") return resource
  const { schemas } = resource
  const meta = objectOf(resource["meta"])
  const { location } = meta
  return {
    ...renamed(resource, toVersion1),
    ...(Array.isArray(schemas)
      ? { schemas: schemas.map((urn) => (typeof urn === "string" ? (toVersion1.get(urn) ?? urn) : urn)) }
      : {}),
    ...(typeof location === "string"
      ? { meta: { ...meta, location: location.replace("/scim/v2/", "/scim/v1/") } }
      : {}),
  }
}

/** What a request of either version says, with its extensions under the names of v2. */
export const resourceFrom = (resource: JsonObject): JsonObject => renamed(resource, toVersion2)

/** The path of a PATCH or the name of an attribute, its extension under the name of v2. */
export const pathFrom = (path: string): string => {
  for (const [old, name] of toVersion2) {
    if (path.toLowerCase().startsWith(old.toLowerCase())) return `${name}${path.slice(old.length).replace(/^\./, ":")}`
  }
  return path
}

/** The `value` of each element of a multi-valued attribute. */
export const valuesIn = (list: unknown): ReadonlyArray<string> =>
  objectsIn(list).flatMap(({ value }) => (typeof value === "string" ? [value] : []))

/** The address marked as primary, else the first; may be empty. */
export const primaryEmail = ({ emails }: JsonObject): string => {
  const listed = objectsIn(emails)
  return textOf((listed.find(({ primary }) => primary === true) ?? listed[0])?.["value"])
}
