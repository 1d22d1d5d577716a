// Packages of npm that a release is made of or tried with, and nobody installs: each is fetched once per machine, as the version and with the
// SHA-512 that `nodes.json` pins, and nothing of it is run by that.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "../cacheFolder.ts"
import { Unmade } from "../Part.ts"

/** A package by version and hash. */
export interface PinnedPackage {
  readonly name: string
  readonly version: string
  readonly integrity: string
}

/** The folder of its files in the cache. Nobody writes into it. */
export const fetchPackage = ({ name, version, integrity }: PinnedPackage): string => {
  const folder = join(cacheFolder("nodes"), `${name}-${version}`)
  if (existsSync(folder)) return folder
  // Moved into place when it is whole, so that another process never finds a part of it.
  const made = mkdtempSync(`${folder}.`)
  try {
    const archive = join(made, pack(`${name}@${version}`, made))
    const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`
    if (found !== integrity) {
      throw new Unmade(
        `${name} ${version} has the hash ${found}, and tooling/release/src/nodes.json expects ${integrity}.`,
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
