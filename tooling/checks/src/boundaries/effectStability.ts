// Says whether a module of Effect is stable, from the `@stability` tag that heads each of its sources: the paths alone
// no longer tell since 4.0, and the tags come with the version that is installed.
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import type { Import } from "./importsOf.ts"

const sources = join(dirname(createRequire(import.meta.url).resolve("effect/package.json")), "src")

/** The modules that an import takes and that are not stable, such as `effect/FileSystem` for `{ FileSystem }`. */
export const unstableModules = ({ specifier, names }: Import): ReadonlyArray<string> => {
  if (specifier.startsWith("@effect/platform-node")) return [specifier]
  if (specifier.endsWith("/package.json") || (specifier !== "effect" && !specifier.startsWith("effect/"))) return []
  const module = specifier.slice("effect".length)
  const candidates = names.map((name) => `${module}/${name}`).filter((path) => existsSync(join(sources, `${path}.ts`)))
  return (candidates.length === 0 ? [module] : candidates)
    .filter((path) => stability(path) !== "stable")
    .map((path) => `effect${path}`)
}

const stability = (module: string): string | undefined => {
  const file = [`${module}.ts`, `${module}/index.ts`].map((path) => join(sources, path)).find(existsSync)
  return file === undefined ? undefined : /@stability (\w+)/.exec(readFileSync(file, "utf8"))?.[1]
}
