// The connector: what it syncs, in which steps, and what each record of a list gives.
import { type JsonApi, jsonApi } from "@rollcall/api-client"
import { defineConnector, entitlementOf, forEachResource, grantOf } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { actions, Member, Named, provisioning, User, userId } from "./changes.ts"

const Token = Schema.Struct({ ...Named.fields, user: Schema.String, scopes: Schema.Array(Schema.String) })

const organizationId = (resource: string) => ({ resourceType: "organization", resource })
const teamId = (resource: string) => ({ resourceType: "team", resource })

export const forge = defineConnector<JsonApi>({
  id: "forge",
  displayName: "Forge",
  resourceTypes: [
    { id: "user", traits: ["user"] },
    { id: "organization", displayName: "Organisation" },
    { id: "team", traits: ["group"], capabilities: ["sync", "provision"] },
  ],
  identify: Effect.map(jsonApi.get("/token", Token), (it) => ({ ...it, displayName: it.name, actor: it.user })),
  steps: [
    {
      id: "users",
      produces: ["user"],
      scopes: [{ scope: "users:read", purpose: "users", without: "everything", required: true }],
      page: jsonApi.list("/users", User, ({ id, name, email, active }) => ({
        resources: [
          {
            id: userId(id),
            displayName: name,
            status: active ? "enabled" : "disabled",
            account: { emails: [email] },
          },
        ],
      })),
    },
    {
      id: "organizations",
      title: "organisations",
      produces: ["organization"],
      scopes: [{ scope: "organizations:read", purpose: "organisations", without: "everything", required: true }],
      page: jsonApi.list("/organizations", Named, ({ id, name }) => ({
        resources: [{ id: organizationId(id), displayName: name }],
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
      ...forEachResource("team", ({ parent, cursor }) =>
        jsonApi.page(cursor ?? ["teams", parent.id.resource, "members"], Member, (members) => ({
          grants: members.map(({ user }) => grantOf(parent.id, "member", userId(user))),
        })),
      ),
    },
  ],
  provisioning,
  actions,
})
