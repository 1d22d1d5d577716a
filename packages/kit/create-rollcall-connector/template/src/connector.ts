// What is synced, in which steps, and what each record of a list gives. A step never loops or retries: it is asked for a page.
import { type JsonApi, jsonApi } from "@rollcall/api-client"
import { defineConnector, entitlementOf, grantOf } from "@rollcall/connector"
import { Schema } from "effect"

const Named = Schema.Struct({ id: Schema.String, displayName: Schema.String })
const User = Schema.Struct({ ...Named.fields, email: Schema.String })
const Group = Schema.Struct({ ...Named.fields, members: Schema.Array(Schema.String) })

const userId = (resource: string) => ({ resourceType: "user", resource })
const groupId = (resource: string) => ({ resourceType: "group", resource })

export const connector = defineConnector<JsonApi>({
  id: "my-system",
  displayName: "My System",
  // Whose data the token opens. A sync is resumed only for the same one.
  identify: jsonApi.get("/me", Named),
  resourceTypes: [
    { id: "user", traits: ["user"] },
    { id: "group", traits: ["group"] },
  ],
  steps: [
    {
      id: "users",
      produces: ["user"],
      page: jsonApi.list("/users", User, ({ id, displayName, email }) => ({
        resources: [{ id: userId(id), displayName, account: { emails: [email] } }],
      })),
    },
    {
      id: "groups",
      produces: ["group"],
      page: jsonApi.list("/groups", Group, ({ id, displayName, members }) => ({
        resources: [{ id: groupId(id), displayName }],
        entitlements: [entitlementOf(groupId(id), "member", { displayName: "Member", grantableTo: ["user"] })],
        grants: members.map((member) => grantOf(groupId(id), "member", userId(member))),
      })),
    },
  ],
})
