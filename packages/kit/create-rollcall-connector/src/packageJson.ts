// The package.json of a new connector. Its versions are those that this package was made with.
import { readFileSync } from "node:fs"
import { findPackageJSON } from "node:module"
import { fileURLToPath } from "node:url"

interface Manifest {
  readonly version: string
  readonly devDependencies: Readonly<Record<string, string>>
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, "utf8"))
const own = read(fileURLToPath(new URL("../package.json", import.meta.url)))

/** Ours share one version. Of others, the version that this package was made with; in a clone, where the catalog of the workspace has it, what is installed. */
const versionOf = (name: string): string => {
  if (name.startsWith("@rollcall/")) return own.version
  const declared = own.devDependencies[name]
  const installed = declared === "catalog:" ? findPackageJSON(name, import.meta.url) : undefined
  return installed === undefined ? (declared ?? "latest") : read(installed).version
}

const needed = ["@rollcall/api-client", "@rollcall/connector", "@rollcall/connector-module"]
const neededToDevelop = [
  "@effect/vitest",
  "@rollcall/cli",
  "@rollcall/connector-testkit",
  "@rollcall/worker",
  "@types/node",
  "effect",
  "typescript",
  "vitest",
]

/** The manifest of a connector; `packed` are packages to take from files, by name. */
export const packageJson = (id: string, packed: Readonly<Record<string, string>>): object => {
  const pick = (names: ReadonlyArray<string>) =>
    Object.fromEntries(names.map((name) => [name, packed[name] ?? versionOf(name)]))
  // What the packed ones need of each other is taken from files, too.
  const further = Object.keys(packed).filter((name) => !needed.includes(name) && !neededToDevelop.includes(name))
  return {
    name: `rollcall-connector-${id}`,
    version: "0.1.0",
    description: `A Rollcall connector.`,
    license: "UNLICENSED",
    private: true,
    type: "module",
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    files: ["dist"],
    scripts: {
      build: "tsc -p tsconfig.build.json",
      typecheck: "tsc --noEmit",
      test: "vitest run",
    },
    dependencies: pick(needed),
    devDependencies: pick([...neededToDevelop, ...further].toSorted()),
    // The host's own copy is used; this says which will do.
    peerDependencies: { effect: "^4.1.0" },
    engines: { node: ">=22.19" },
  }
}
