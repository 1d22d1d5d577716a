import { Effect } from "effect"
import { type Connector, entitlementId, grantOf } from "@rollcall/connector"

const people = ["ada", "bob"]
const person = (resource: string) => ({ resourceType: "person", resource })
const red = { resourceType: "team", resource: "red" }

export const tiny: Connector = {
  id: "tiny",
  displayName: "Tiny",
  resourceTypes: [
    { id: "person", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "team", displayName: "Team", traits: ["group"], capabilities: ["sync"], permissions: [] },
  ],
  identify: Effect.succeed({ id: "T1", displayName: "Tiny Inc." }),
  steps: [
    {
      id: "teams",
      title: "teams",
      produces: ["team"],
      scopes: [],
      page: () =>
        Effect.succeed({
          resources: [{ id: red, displayName: "Red" }],
          entitlements: [
            {
              id: entitlementId(red, "member"),
              resource: red,
              slug: "member",
              displayName: "Red member",
              description: "Is in the team Red",
              purpose: "assignment",
              grantableTo: ["person"],
            },
          ],
        }),
    },
    {
      id: "people",
      title: "people and their teams",
      produces: ["person", "team"],
      scopes: [],
      // One person a page; the cursor says which.
      page: ({ cursor = "0" }) => {
        const index = Number(cursor)
        const found = people.slice(index, index + 1)
        return Effect.succeed({
          resources: found.map((name) => ({ id: person(name), displayName: name })),
          grants: found.map((name) => grantOf(red, "member", person(name))),
          ...(index + 1 < people.length ? { next: String(index + 1) } : {}),
        })
      },
    },
  ],
}
