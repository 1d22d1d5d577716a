// The contract suite on the smallest connector there is: a library with readers and shelves, held in two arrays.
import type { Connector, Resource } from "@rollcall/connector"
import { ConnectorError, entitlementId, grantOf } from "@rollcall/connector"
import { Context, Effect, Layer } from "effect"
import { connectorContract } from "../src/index.ts"

class Library extends Context.Service<
  Library,
  {
    readonly readers: ReadonlyArray<string>
    readonly shelves: ReadonlyArray<string>
    readonly scopes: ReadonlyArray<string>
  }
>()("@rollcall/connector-testkit/test/Library") {}

const reader = (resource: string) => ({ resourceType: "reader", resource })
const shelf = (resource: string) => ({ resourceType: "shelf", resource })

const refused = (scope: string) =>
  new ConnectorError({
    reason: "Refused",
    message: `The library does not let this card use ${scope}.`,
    hint: `Ask the desk for ${scope}.`,
    missingScopes: [scope],
  })

const library: Connector<Library> = {
  id: "library",
  displayName: "Library",
  fields: [],
  resourceTypes: [
    { id: "reader", displayName: "Reader", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "shelf", displayName: "Shelf", traits: ["group"], capabilities: ["sync"], permissions: [] },
  ],
  identify: Effect.succeed({ id: "L1", displayName: "Library" }),
  steps: [
    {
      id: "readers",
      title: "readers",
      produces: ["reader"],
      scopes: [
        { scope: "readers:read", purpose: "the list of readers", without: "everything", required: true },
        { scope: "names:read", purpose: "names of readers", without: "names of readers", required: false },
      ],
      page: Effect.fnUntraced(function* ({ cursor = "0" }) {
        const { readers, scopes } = yield* Library
        if (!scopes.includes("readers:read")) return yield* refused("readers:read")
        const index = Number(cursor)
        const id = reader(readers[index] ?? "")
        const hasNames = scopes.includes("names:read")
        const named: Resource = hasNames ? { id, displayName: `Reader ${id.resource}` } : { id }
        return {
          resources: [named],
          ...(index + 1 < readers.length ? { next: String(index + 1) } : {}),
          ...(hasNames
            ? {}
            : {
                gaps: [
                  {
                    resourceType: "reader",
                    missing: "names of readers",
                    reason: "scope" as const,
                    explanation: "The card lacks names:read.",
                    missingScopes: ["names:read"],
                  },
                ],
              }),
        }
      }),
    },
    {
      id: "shelves",
      title: "shelves",
      produces: ["shelf"],
      optional: true,
      scopes: [{ scope: "shelves:read", purpose: "the shelves", without: "shelves and their keys", required: false }],
      page: Effect.fnUntraced(function* () {
        const { readers, shelves, scopes } = yield* Library
        if (!scopes.includes("shelves:read")) return yield* refused("shelves:read")
        return {
          resources: shelves.map((name) => ({ id: shelf(name), displayName: name })),
          entitlements: shelves.map((name) => ({
            id: entitlementId(shelf(name), "key"),
            resource: shelf(name),
            slug: "key",
            displayName: `Key to ${name}`,
            description: `Opens ${name}`,
            purpose: "assignment" as const,
            grantableTo: ["reader"],
          })),
          grants: shelves.flatMap((name) => readers.map((id) => grantOf(shelf(name), "key", reader(id)))),
        }
      }),
    },
  ],
}

const scopes = library.steps.flatMap((step) => step.scopes.map((need) => need.scope))
const books = { readers: ["ada", "bob", "eve", "kim"], shelves: ["maps", "poems"] }

connectorContract({
  name: "Library",
  connector: library,
  world: Layer.succeed(Library, { ...books, scopes }),
  worldWithout: (scope) => Layer.succeed(Library, { ...books, scopes: scopes.filter((held) => held !== scope) }),
})
