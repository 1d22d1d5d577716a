// A world for connectors of the library: four readers, one a page, and two shelves.
import { Layer } from "effect"
import type { ConnectorWorld } from "../src/index.ts"
import { Library, reader } from "./library.ts"

const allScopes = ["readers:read", "names:read", "shelves:read"]

/** A connector of the library, in a library with these readers. */
export const libraryWorld = (
  connector: ConnectorWorld<Library>["connector"],
  readers: ReadonlyArray<string> = ["ada", "bob", "eve", "kim"],
): ConnectorWorld<Library> => {
  const world = (scopes: ReadonlyArray<string>) =>
    Layer.sync(Library, () => ({
      readers,
      keys: new Map(["maps", "poems"].map((shelf) => [shelf, new Set(readers)])),
      keepers: new Map(["maps", "poems"].map((shelf) => [shelf, new Set(["max"])])),
      locked: new Set<string>(),
      orders: new Map<string, string>(),
      books: new Map([["poems", ["Odes", "Sonnets", "Elegies"]]]),
      scopes,
    }))
  return {
    name: "Library",
    connector,
    world: world(allScopes),
    worldWithout: (scope) => world(allScopes.filter((held) => held !== scope)),
    grantable: ["key", "keeper"].map((slug) => ({ entitlement: `shelf:maps:${slug}`, principal: reader("zoe") })),
    actions: [
      { name: "lock_shelf", values: { shelf: "maps" } },
      { name: "order_book", values: { title: "Ballads" } },
    ],
  }
}
