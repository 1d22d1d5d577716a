// The writing side: who is in a team, one in, one out; and the action that disables a user.
import { type JsonApi, jsonApi } from "@rollcall/api-client"
import type { Action, ActionValues, Provisioning, ResourceId } from "@rollcall/connector"
import { Effect, Schema } from "effect"

export const Named = Schema.Struct({ id: Schema.String, name: Schema.String })
export const User = Schema.Struct({ ...Named.fields, email: Schema.String, active: Schema.Boolean })
export const Member = Schema.Struct({ user: Schema.String })
export const userId = (resource: string) => ({ resourceType: "user", resource })

const membersOf = (team: ResourceId, ...member: ReadonlyArray<string>) => ["teams", team.resource, "members", ...member]

export const provisioning: Provisioning<JsonApi> = {
  principalTypes: ["user"],
  slugs: { team: ["member"] },
  holders: ({ resource: team }) =>
    Effect.map(jsonApi.all(membersOf(team), Member), (members) => members.map(({ user }) => userId(user))),
  grant: ({ resource: team }, user) => Effect.as(jsonApi.put(membersOf(team, user.resource)), {}),
  revoke: ({ resource: team }, user) => Effect.as(jsonApi.delete(membersOf(team, user.resource)), {}),
  findPrincipals: Effect.fnUntraced(function* (names) {
    const users = yield* jsonApi.all("/users", User, { name: names })
    const found = users.map((user) => ({
      ...user,
      ...userId(user.id),
      displayName: user.name,
      isInactive: !user.active,
    }))
    return new Map(found.flatMap((user) => [user.id, user.email].map((name) => [name, user])))
  }),
}

const pathOf = ({ user_id: id }: ActionValues) => ["users", String(id)]

export const actions: ReadonlyArray<Action<JsonApi>> = [
  {
    name: "disable_user",
    displayName: "Disable User",
    description: "Disables a user of the forge.",
    kind: "accountDisable",
    arguments: [{ name: "user_id", displayName: "User", description: "Its id", type: "text", isPrincipal: true }],
    returns: [{ name: "success", displayName: "Success", description: "Whether it is disabled", type: "boolean" }],
    isDone: (values) => Effect.map(jsonApi.get(pathOf(values), User), ({ active }) => !active),
    run: (values) => jsonApi.patch(pathOf(values), { active: false }),
    takesAccess: { from: ({ user_id: id }) => String(id), ownIds: () => Effect.succeed([]) },
    result: () => ({ success: true }),
  },
]
