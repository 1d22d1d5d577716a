// Makes a release again from a clone in another folder, with an installation of its own, and compares every hash.
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { differencesOf } from "./checksums.ts"
import type { Release } from "./Release.ts"
import { repository } from "./Release.ts"

/** What came out differently, one sentence each; empty where the second one has the same bytes. */
export const makeTwice = (release: Release, only: ReadonlyArray<string>): ReadonlyArray<string> => {
  const place = mkdtempSync(join(tmpdir(), "rollcall-again-"))
  const clone = join(place, "a-clone-with-a-longer-path")
  const again = join(place, "release")
  try {
    const run = (command: string, ...args: ReadonlyArray<string>) =>
      execFileSync(command, args, { cwd: clone, stdio: ["ignore", "inherit", "inherit"] })
    execFileSync("git", ["clone", "--quiet", "--no-local", repository, clone], { stdio: "inherit" })
    run("git", "checkout", "--quiet", "--detach", release.commit)
    run("pnpm", "install", "--frozen-lockfile", "--prefer-offline", "--silent")
    // pnpm puts the programs of that installation before those of this one.
    run("pnpm", "run", "release", "--dry-run", "--out", again, ...only.flatMap((it) => ["--only", it]))
    return differencesOf(release.folder, again)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
