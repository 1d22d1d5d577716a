// What the service says about itself: ServiceProviderConfig, ResourceTypes, Schemas. Their shapes are recorded ones; v2's
// config denies filters although they work, as Slack's does. https://docs.slack.dev/reference/scim-api
import { refused, type ScimAnswer, type ScimCall } from "./ScimCall.ts"
import { urns } from "./schemas.ts"

const found = (body: object): ScimAnswer => ({ ok: true, status: 200, body: JSON.stringify(body) })

export const serviceProviderConfig = ({ version }: ScimCall): ScimAnswer =>
  found({
    authenticationSchemes: [
      {
        type: "oauth2",
        name: "OAuth Bearer Token",
        description: "Authentication scheme using the OAuth Bearer Token standard",
        specUrl: "http://tools.ietf.org/html/rfc6750",
        primary: true,
      },
    ],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: version === "v1", maxResults: 1000 },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    xmlDataFormat: { supported: false },
  })

const resourceType = (name: "User" | "Group", schema: string, extensions: ReadonlyArray<string>) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
  id: name,
  name,
  endpoint: `/${name}s`,
  description: `${name}s of the workspace`,
  schema,
  meta: { location: `https://api.slack.com/scim/v2/ResourceTypes/${name}`, resourceType: "ResourceType" },
  schemaExtensions: extensions.map((extension) => ({ schema: extension, required: false })),
})

export const resourceTypes = (): ScimAnswer =>
  found({
    schemas: [urns.v2.list],
    Resources: [
      resourceType("User", urns.v2.user, [urns.v2.enterprise, urns.v2.guest, urns.v2.profile]),
      resourceType("Group", urns.v2.group, []),
    ],
  })

const attribute = (name: string, type: string, multiValued = false) => ({ name, type, multiValued, required: false })

/** The attributes that this simulator's resources hold, apart from those of the extensions. */
const schemaOf = (call: ScimCall, endpoint: "Users" | "Groups") => {
  const isUsers = endpoint === "Users"
  const texts = isUsers ? ["userName", "nickName", "displayName", "profileUrl", "title", "timezone"] : ["displayName"]
  const lists = isUsers ? ["emails", "photos", "groups", "phoneNumbers", "roles"] : ["members"]
  return {
    id: urns[call.version][isUsers ? "user" : "group"],
    name: isUsers ? "User" : "Group",
    description: `${isUsers ? "User" : "Group"} Account`,
    attributes: [
      ...texts.map((name) => attribute(name, "string")),
      ...(isUsers ? [attribute("active", "boolean"), attribute("name", "complex")] : []),
      ...lists.map((name) => attribute(name, "complex", true)),
    ],
  }
}

export const schemas = (call: ScimCall): ScimAnswer => {
  if (call.id === "Users" || call.id === "Groups") return found(schemaOf(call, call.id))
  if (call.id !== "") return refused("bad_endpoint")
  return found({ schemas: [urns.v2.list], Resources: [schemaOf(call, "Users"), schemaOf(call, "Groups")] })
}
