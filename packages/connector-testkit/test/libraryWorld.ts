// A world for connectors of the library: four readers, one a page, and two shelves.
import { Layer } from "effect"
import type { ConnectorWorld } from "../src/index.ts"
import { Library } from "./library.ts"

const allScopes = ["readers:read", "names:read", "shelves:read"]

/** A connector of the library, in a library with these readers. */
export const libraryWorld = (
  connector: ConnectorWorld<Library>["connector"],
  readers: ReadonlyArray<string> = ["ada", "bob", "eve", "kim"],
): ConnectorWorld<Library> => {
  const world = (scopes: ReadonlyArray<string>) =>
    Layer.succeed(Library, { readers, shelves: ["maps", "poems"], scopes })
  return {
    name: "Library",
    connector,
    world: world(allScopes),
    worldWithout: (scope) => world(allScopes.filter((held) => held !== scope)),
  }
}
