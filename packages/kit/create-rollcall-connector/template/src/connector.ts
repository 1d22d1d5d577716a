// What is synced, in which steps, and what each step makes of a page. A step never loops or retries: it is asked for a page.
import { type JsonApi, jsonApi } from "@rollcall/api-client"
import { type Connector, entitlementOf, grantOf } from "@rollcall/connector"
import { Effect, Schema } from "effect"

const Me = Schema.Struct({ id: Schema.String, name: Schema.String })
const User = Schema.Struct({ id: Schema.String, name: Schema.String, email: Schema.String })
const Group = Schema.Struct({ id: Schema.String, name: Schema.String, members: Schema.Array(Schema.String) })

const userId = (resource: string) => ({ resourceType: "user", resource })
const groupId = (resource: string) => ({ resourceType: "group", resource })

export const connector: Connector<JsonApi> = {
  id: "my-system",
  displayName: "My System",
  fields: [],
  resourceTypes: [
    { id: "user", displayName: "User", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "group", displayName: "Group", traits: ["group"], capabilities: ["sync"], permissions: [] },
  ],
  identify: Effect.map(jsonApi.get("/me", Me), ({ id, name }) => ({ id, displayName: name })),
  steps: [
    {
      id: "users",
      title: "users",
      produces: ["user"],
      scopes: [],
      page: ({ cursor = "/users" }) =>
        jsonApi.page(cursor, User, (users) => ({
          resources: users.map(({ id, name, email }) => ({
            id: userId(id),
            displayName: name,
            account: { emails: [email] },
          })),
        })),
    },
    {
      id: "groups",
      title: "groups and their members",
      produces: ["group"],
      scopes: [],
      page: ({ cursor = "/groups" }) =>
        jsonApi.page(cursor, Group, (groups) => ({
          resources: groups.map(({ id, name }) => ({ id: groupId(id), displayName: name })),
          entitlements: groups.map(({ id, name }) =>
            entitlementOf(groupId(id), "member", { displayName: `Member of ${name}`, grantableTo: ["user"] }),
          ),
          grants: groups.flatMap(({ id, members }) =>
            members.map((member) => grantOf(groupId(id), "member", userId(member))),
          ),
        })),
    },
  ],
}
