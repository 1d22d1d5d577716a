// The Node of each platform, which binaries and images are made of: one version, as npm has it. `nodes.json` pins what is fetched by its
// SHA-512. One that the workspace has installed is taken from there: pnpm has held it to the same hash.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "./cacheFolder.ts"
import nodes from "./nodes.json" with { type: "json" }
import { Unmade } from "./Part.ts"
import { repository } from "./Release.ts"

/** A platform that Rollcall is made for, by the names of Node's own downloads. */
export type Platform = keyof typeof nodes.packages

/** The version of the Node that binaries and images hold, such as `26.10.0`. */
export const nodeVersion: string = nodes.version

/** The npm packages that Node comes from, by platform, with the SHA-512 of each. */
export const nodePackages = nodes.packages

/** The folder of the Node of a platform, as npm has it: `bin/node` (`bin/node.exe`), `LICENSE` and more. Nobody writes into it. */
export const fetchNode = (platform: Platform): string => {
  const { name, integrity } = nodes.packages[platform]
  const installed = join(repository, "node_modules", name)
  if (versionIn(installed) === nodes.version) return installed
  const folder = join(cacheFolder("nodes"), `${name}-${nodes.version}`)
  if (existsSync(folder)) return folder
  // Moved into place when it is whole, so that another process never finds a part of it.
  const made = mkdtempSync(`${folder}.`)
  try {
    const archive = join(made, pack(`${name}@${nodes.version}`, made))
    const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`
    if (found !== integrity) {
      throw new Unmade(
        `${name} ${nodes.version} has the hash ${found}, and tooling/release/src/nodes.json expects ${integrity}.`,
      )
    }
    mkdirSync(join(made, "node"))
    execFileSync("tar", ["-xzf", archive, "-C", join(made, "node"), "--strip-components=1"])
    if (!existsSync(folder)) renameSync(join(made, "node"), folder)
    return folder
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

const versionIn = (folder: string): string | undefined => {
  const manifest = join(folder, "package.json")
  if (!existsSync(manifest)) return undefined
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, "utf8"))
  return version
}

const pack = (what: string, into: string): string => {
  try {
    execFileSync("npm", ["pack", "--silent", "--pack-destination", into, what], { cwd: into, stdio: "pipe" })
  } catch (cause) {
    throw new Unmade(`npm could not fetch ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, 69)
  }
  const [archive] = readdirSync(into)
  if (archive === undefined) throw new Unmade(`npm fetched no file for ${what}.`, 69)
  return archive
}
