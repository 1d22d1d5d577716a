// The packages for npm: the very tarballs that are published, each checked as the script `packcheck` of its package says.
import { execFileSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { settleNpmTarball } from "../packaging/npmTarball.ts"
import type { Part } from "../Part.ts"
import { environmentOf, repository } from "../Release.ts"

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly scripts?: Readonly<Record<string, string>>
}

/** A package that is published. */
export interface PublicPackage {
  /** Its folder, from the root of the repository. */
  readonly folder: string
  readonly name: string
  /** The file of its tarball in a release. */
  readonly tarball: string
  /** The commands that check a tarball, whose path is `dist/pack.tgz` in them. */
  readonly checks: ReadonlyArray<string>
}

/** The packages that are published, by their folders. */
export const publicPackages = (): ReadonlyArray<PublicPackage> =>
  globSync(["apps/*/package.json", "packages/*/*/package.json"], { cwd: repository })
    .toSorted()
    .flatMap((path) => {
      const manifest: Manifest = JSON.parse(readFileSync(join(repository, path), "utf8"))
      if (manifest.private === true) return []
      const [, ...checks] = (manifest.scripts?.["packcheck"] ?? "").split(" && ")
      if (checks.length === 0) throw new Error(`${path} has no script packcheck, with which its tarball is checked.`)
      const tarball = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`
      return [{ folder: dirname(path), name: manifest.name, tarball, checks }]
    })

export const npm: Part = {
  name: "npm",
  about: "the tarballs of the packages for npm",
  after: ["bundles"],
  make: async (release) => {
    const env = environmentOf(release)
    const run = (cwd: string, program: string, ...args: ReadonlyArray<string>) =>
      execFileSync(program, args, { env, cwd, stdio: ["ignore", "ignore", "inherit"] })
    // The bundles of the apps are made before, with what they say of the commit.
    run(repository, "turbo", "run", "build", "--filter=./packages/**")
    return publicPackages().map(({ folder, tarball, checks }) => {
      const cwd = join(repository, folder)
      const path = join(release.folder, tarball)
      run(cwd, "pnpm", "pack", "--out", path)
      settleNpmTarball(path, { repository: release.names.repository, folder, committed: release.committed })
      for (const check of checks) {
        const [program = "", ...args] = check.split(" ").map((word) => (word === "dist/pack.tgz" ? path : word))
        run(cwd, program, ...args)
      }
      return tarball
    })
  },
}
