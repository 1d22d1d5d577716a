// The Node of each platform, which binaries and images are made of: one version, as npm has it. `nodes.json` pins what is fetched by its
// SHA-512. One that the workspace has installed is taken from there: pnpm has held it to the same hash.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import nodes from "./nodes.json" with { type: "json" }
import { repository } from "./Release.ts"
import { fetchPackage } from "./tools/fetchPackage.ts"

/** A platform that Rollcall is made for, by the names of Node's own downloads. */
export type Platform = keyof typeof nodes.packages

/** The version of the Node that binaries and images hold, such as `26.10.0`. */
export const nodeVersion: string = nodes.version

/** The npm packages that Node comes from, by platform, with the SHA-512 of each. */
export const nodePackages = nodes.packages

/** What packages are tried with besides: older Nodes for this kind of machine, and npm, which Node's packages have none of. */
export const { olderNodes, npm } = nodes

/** The folder of the Node of a platform, as npm has it: `bin/node` (`bin/node.exe`), `LICENSE` and more. Nobody writes into it. */
export const fetchNode = (platform: Platform): string => {
  const { name, integrity } = nodes.packages[platform]
  const installed = join(repository, "node_modules", name)
  if (versionIn(installed) === nodes.version) return installed
  return fetchPackage({ name, version: nodes.version, integrity })
}

const versionIn = (folder: string): string | undefined => {
  const manifest = join(folder, "package.json")
  if (!existsSync(manifest)) return undefined
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, "utf8"))
  return version
}
