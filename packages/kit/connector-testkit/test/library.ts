// The smallest connector that has everything: a library with readers and shelves, held in two arrays.
import type { Connector, EntitlementReference, Gap, ResourceId } from "@rollcall/connector"
import { ConnectorError, entitlementOf, forEachResource, grantOf } from "@rollcall/connector"
import { Context, Effect } from "effect"

/** The books of the library, and what the card that reads them allows. */
export class Library extends Context.Service<
  Library,
  {
    readonly readers: ReadonlyArray<string>
    /** Who has a key, by shelf. */
    readonly keys: ReadonlyMap<string, Set<string>>
    /** Who keeps a shelf, by shelf: nobody who has a key to it. */
    readonly keepers: ReadonlyMap<string, Set<string>>
    /** Names of shelves that are locked. */
    readonly locked: Set<string>
    /** Numbers of orders, by title. */
    readonly orders: Map<string, string>
    /** Titles by shelf. */
    readonly books: ReadonlyMap<string, ReadonlyArray<string>>
    readonly scopes: ReadonlyArray<string>
  }
>()("@rollcall/connector-testkit/test/Library") {}

export const reader = (resource: string) => ({ resourceType: "reader", resource })
export const shelf = (resource: string) => ({ resourceType: "shelf", resource })

const refused = (scope: string) =>
  new ConnectorError({
    reason: { _tag: "Refused", by: "scope", missingScopes: [scope] },
    message: `The library does not let this card use ${scope}.`,
    hint: `Ask the desk for ${scope}.`,
  })

export const noNames: Gap = {
  resourceType: "reader",
  missing: "names of readers",
  reason: "scope",
  explanation: "The card lacks names:read.",
  missingScopes: ["names:read"],
}

export const library: Connector<Library> = {
  id: "library",
  displayName: "Library",
  resourceTypes: [
    { id: "reader", displayName: "Reader", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "book", displayName: "Book", traits: [], capabilities: ["sync"], permissions: [] },
    { id: "shelf", displayName: "Shelf", traits: ["group"], capabilities: ["sync", "provision"], permissions: [] },
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
        return {
          resources: [hasNames ? { id, displayName: `Reader ${id.resource}` } : { id }],
          ...(index + 1 < readers.length ? { next: String(index + 1) } : {}),
          gaps: hasNames ? [] : [noNames],
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
        const { keys, keepers, scopes } = yield* Library
        if (!scopes.includes("shelves:read")) return yield* refused("shelves:read")
        const shelves = [...keys.keys()]
        return {
          resources: shelves.map((name) => ({ id: shelf(name), displayName: name })),
          entitlements: shelves.flatMap((name) => [
            entitlementOf(shelf(name), "key", { displayName: `Key to ${name}`, grantableTo: ["reader"] }),
            entitlementOf(shelf(name), "keeper", { displayName: `Keeper of ${name}`, grantableTo: ["reader"] }),
          ]),
          grants: [
            ...[...keys].flatMap(([name, readers]) =>
              [...readers].map((id) => grantOf(shelf(name), "key", reader(id))),
            ),
            ...[...keepers].flatMap(([name, readers]) =>
              [...readers].map((id) => grantOf(shelf(name), "keeper", reader(id))),
            ),
          ],
        }
      }),
    },
    {
      id: "books",
      title: "books",
      produces: ["book"],
      after: ["shelves"],
      scopes: [],
      // One book a page; a shelf without books takes one call as well.
      ...forEachResource("shelf", ({ parent, cursor = "0" }) =>
        Library.use(({ books }) => {
          const titles = books.get(parent.id.resource) ?? []
          const index = Number(cursor)
          return Effect.succeed({
            resources: titles.slice(index, index + 1).map((title) => ({
              id: { resourceType: "book", resource: title },
              displayName: title,
              parent: parent.id,
            })),
            ...(index + 1 < titles.length ? { next: String(index + 1) } : {}),
          })
        }),
      ),
    },
  ],
  quick: { steps: ["shelves"], lacks: [] },
  provisioning: {
    principalTypes: ["reader"],
    slugs: { shelf: ["key", "keeper"] },
    holders: (entitlement) => Effect.map(listOf(entitlement), (readers) => [...readers].map(reader)),
    // A keeper has no key: who holds one of the two must lose it before the other is granted.
    grant: (entitlement, principal) =>
      Effect.gen(function* () {
        const slug = entitlement.slug === "key" ? "keeper" : "key"
        const others = yield* listOf({ ...entitlement, slug })
        if (others.has(principal.resource)) return yield* holdsTheOther(principal, slug)
        const readers = yield* listOf(entitlement)
        readers.add(principal.resource)
        return {}
      }),
    revoke: (entitlement, principal) =>
      Effect.map(listOf(entitlement), (readers) => {
        readers.delete(principal.resource)
        return {}
      }),
    findPrincipals: (names) => Effect.succeed(new Map(names.map((name) => [name, reader(name)]))),
  },
  actions: [
    {
      name: "lock_shelf",
      displayName: "Lock Shelf",
      description: "Locks a shelf",
      kind: "accountDisable",
      arguments: [{ name: "shelf", displayName: "Shelf", description: "The shelf to lock", type: "text" }],
      returns: [{ name: "success", displayName: "Success", description: "Whether it is locked", type: "boolean" }],
      isDone: ({ shelf: name }) => Library.use(({ locked }) => Effect.succeed(locked.has(String(name)))),
      run: ({ shelf: name }) => Library.use(({ locked }) => Effect.sync(() => void locked.add(String(name)))),
      result: () => ({ success: true }),
    },
    {
      name: "order_book",
      displayName: "Order Book",
      description: "Orders a book",
      kind: "resourceCreate",
      resourceType: "book",
      arguments: [{ name: "title", displayName: "Title", description: "Its title", type: "text" }],
      returns: [{ name: "order", displayName: "Order", description: "The number of the order", type: "text" }],
      isDone: ({ title }) =>
        Library.use(({ orders }) =>
          Effect.sync(() => {
            const order = orders.get(String(title))
            return order === undefined ? false : { order }
          }),
        ),
      run: ({ title }) =>
        Library.use(({ orders }) => Effect.sync(() => void orders.set(String(title), `O${orders.size + 1}`))),
      result: (_, { order = "" }) => ({ order }),
    },
  ],
}

/** Who holds an entitlement of a shelf. */
export const listOf = ({ resource: { resource }, slug }: Pick<EntitlementReference, "resource" | "slug">) =>
  Effect.gen(function* () {
    const { keys, keepers } = yield* Library
    return (slug === "key" ? keys : keepers).get(resource) ?? (yield* refused(`the shelf ${resource}`))
  })

const holdsTheOther = ({ resource }: ResourceId, slug: string) =>
  new ConnectorError({
    reason: { _tag: "Refused", by: "settings" },
    message: `${resource} is a ${slug} of the shelf.`,
    hint: "Revoke that first.",
  })
