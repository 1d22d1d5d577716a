// Tarballs for npm. pnpm publishes the very file that was checked; npm would pack the folder again, with the exports of development.
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Unmade } from "../Part.ts"
import { publicPackages } from "../parts/npm.ts"
import type { Release } from "../Release.ts"
import type { Step } from "./Step.ts"
import { run, tried } from "./Step.ts"

/** How tarballs are published. */
export interface Publishing {
  /** Says where a package was built. npm takes it from a workflow of CI alone. */
  readonly provenance: boolean
  /** Another registry than the one that npm and pnpm are set to. */
  readonly registry?: string
}

/** One step for each package. */
export const npmSteps = (release: Release, publishing: Publishing): ReadonlyArray<Step> =>
  publicPackages().map(({ name, tarball }) =>
    npmStep(join(release.folder, tarball), `${name}@${release.version}`, publishing),
  )

/** The step of one tarball, named as npm names it: `@rollcall/cli@1.2.3`. */
export const npmStep = (tarball: string, named: string, { provenance, registry }: Publishing): Step => {
  const place = registry === undefined ? [] : ["--registry", registry]
  const flags = ["--access", "public", "--no-git-checks", ...(provenance ? ["--provenance"] : [])]
  return {
    name: `npm ${named}`,
    isDone: async () => {
      const asked = ["view", named, "dist.integrity", "--json", "--prefer-online", ...place]
      const { ok, stdout, stderr } = await tried("npm", asked)
      if (!ok && !/E404/u.test(stdout + stderr))
        throw new Unmade(`npm does not say whether it has ${named}: ${stderr.trim()}`, 69)
      if (!ok || stdout.trim() === "") return false
      const ours = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`
      const theirs: unknown = JSON.parse(stdout)
      if (theirs !== ours) {
        throw new Unmade(
          `npm has ${named} with other content (${String(theirs)}): a version is published once. Make a new version.`,
        )
      }
      return true
    },
    run: async () => {
      await run("pnpm", ["publish", tarball, ...flags, ...place])
    },
  }
}
