// The connector: what it syncs, in which steps, and what each step makes of a page.
import { type JsonApi, jsonApi } from "@rollcall/api-client"
import { type Connector, entitlementOf, forEachResource, grantOf } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { actions, Member, Named, provisioning, User, userId } from "./changes.ts"

const Token = Schema.Struct({ ...Named.fields, user: Schema.String, scopes: Schema.Array(Schema.String) })

const organizationId = (resource: string) => ({ resourceType: "organization", resource })
const teamId = (resource: string) => ({ resourceType: "team", resource })

export const forge: Connector<JsonApi> = {
  id: "forge",
  displayName: "Forge",
  fields: [],
  resourceTypes: [
    { id: "user", displayName: "User", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "organization", displayName: "Organisation", traits: [], capabilities: ["sync"], permissions: [] },
    { id: "team", displayName: "Team", traits: ["group"], capabilities: ["sync", "provision"], permissions: [] },
  ],
  identify: Effect.map(jsonApi.get("/token", Token), (it) => ({ ...it, displayName: it.name, actor: it.user })),
  steps: [
    {
      id: "users",
      title: "users",
      produces: ["user"],
      scopes: [{ scope: "users:read", purpose: "users", without: "everything", required: true }],
      page: ({ cursor = "/users" }) =>
        jsonApi.page(cursor, User, (users) => ({
          resources: users.map(({ id, name, email, active }) => ({
            id: userId(id),
            displayName: name,
            status: active ? "enabled" : "disabled",
            account: { emails: [email] },
          })),
        })),
    },
    {
      id: "organizations",
      title: "organisations",
      produces: ["organization"],
      scopes: [{ scope: "organizations:read", purpose: "organisations", without: "everything", required: true }],
      page: ({ cursor = "/organizations" }) =>
        jsonApi.page(cursor, Named, (found) => ({
          resources: found.map(({ id, name }) => ({ id: organizationId(id), displayName: name })),
        })),
    },
    {
      id: "teams",
      title: "teams of organisations",
      produces: ["team"],
      after: ["organizations"],
      optional: true,
      scopes: [{ scope: "teams:read", purpose: "teams", without: "teams and their members", required: false }],
      ...forEachResource("organization", ({ parent, cursor }) =>
        jsonApi.page(cursor ?? ["organizations", parent.id.resource, "teams"], Named, (teams) => ({
          resources: teams.map(({ id, name }) => ({ id: teamId(id), displayName: name, parent: parent.id })),
          entitlements: teams.map(({ id, name }) =>
            entitlementOf(teamId(id), "member", { displayName: `Member of ${name}`, grantableTo: ["user"] }),
          ),
        })),
      ),
    },
    {
      id: "members",
      title: "members of teams",
      produces: ["team"],
      after: ["teams"],
      scopes: [],
      ...forEachResource("team", ({ parent, cursor }) =>
        jsonApi.page(cursor ?? ["teams", parent.id.resource, "members"], Member, (members) => ({
          grants: members.map(({ user }) => grantOf(parent.id, "member", userId(user))),
        })),
      ),
    },
  ],
  provisioning,
  actions,
}
