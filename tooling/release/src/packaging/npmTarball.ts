// A tarball for npm as it is published: what pnpm packed, with where it is from, and the time of the commit.
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { tarball } from "../binaries/archive.ts"

/** Where a package is from. */
export interface Origin {
  /** The address of the repository as `release.json` has it; of none that is known, nothing is written. */
  readonly repository: string | null
  /** The folder of the package in it. */
  readonly folder: string
  /** The time of the commit, in seconds since 1970. */
  readonly committed: number
}

/**
 * Packs a tarball again, in its place. Its manifest says where it is from: npm takes no provenance of a package that does not say the
 * repository whose workflow built it (https://docs.npmjs.com/generating-provenance-statements). All else stays: the
 * package that begins connectors reads its own.
 */
export const settleNpmTarball = (path: string, { repository, folder, committed }: Origin): void => {
  const work = mkdtempSync(join(tmpdir(), "rollcall-npm-"))
  try {
    execFileSync("tar", ["--extract", "--gzip", `--file=${path}`, `--directory=${work}`])
    const file = join(work, "package/package.json")
    const manifest: object = JSON.parse(readFileSync(file, "utf8"))
    const from = { type: "git", url: `git+${repository}.git`, directory: folder }
    const settled = repository === null ? manifest : { ...manifest, repository: from }
    writeFileSync(file, `${JSON.stringify(settled, undefined, 2)}\n`)
    tarball(join(work, "package"), path, committed)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
