// What is released: one version of one commit. Every part of a release takes version, commit and times from here, never from the clock, so
// that the same commit gives the same bytes.
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { PublicNames } from "./publicNames.ts"
import { readPublicNames } from "./publicNames.ts"

/** The root of the repository. */
export const repository = fileURLToPath(new URL("../../../", import.meta.url))

export interface Release {
  /** `1.2.3`: that of @rollcall/cli, which all published packages share. */
  readonly version: string
  /** The commit, 40 hex digits. */
  readonly commit: string
  /** When it was committed, in whole seconds since 1970: what archives and papers say of time. */
  readonly committed: number
  /** Whether the working tree differs from the commit; such a release can be tried and not published. */
  readonly dirty: boolean
  readonly names: PublicNames
  /** The folder of what is handed out, `dist/release` as a rule. Nothing but files of the release stands in it. */
  readonly folder: string
  /** A folder for work, which stays between runs. Another part finds what is left in it by the same name. */
  readonly work: (name: string) => string
  readonly say: (line: string) => void
}

/** The version of this checkout. */
export const releaseVersion = (): string => {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(join(repository, "apps/cli/package.json"), "utf8"),
  )
  return manifest.version
}

/** The release of this checkout. */
export const releaseOf = (folder: string, say: (line: string) => void): Release => {
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", args, { cwd: repository, encoding: "utf8" }).trim()
  mkdirSync(folder, { recursive: true })
  return {
    version: releaseVersion(),
    commit: git("rev-parse", "HEAD"),
    committed: Number(git("show", "-s", "--format=%ct", "HEAD")),
    dirty: git("status", "--porcelain") !== "",
    names: readPublicNames(join(repository, "release.json")),
    folder,
    work: (name) => {
      const made = join(`${folder}-work`, name)
      mkdirSync(made, { recursive: true })
      return made
    },
    say,
  }
}

/** An empty folder for work, in place of one that was left. */
export const emptyWork = (release: Release, name: string): string => {
  rmSync(release.work(name), { recursive: true, force: true })
  return release.work(name)
}

/** The date of the commit, `2026-11-30`. */
export const dateOf = ({ committed }: Release): string => new Date(committed * 1000).toISOString().slice(0, 10)

/** What programs that make packages are told, so that they write the time of the commit and our version. */
export const environmentOf = ({ commit, committed }: Release): NodeJS.ProcessEnv => ({
  ...process.env,
  ROLLCALL_COMMIT: commit,
  ROLLCALL_COMMIT_DATE: new Date(committed * 1000).toISOString(),
  SOURCE_DATE_EPOCH: String(committed),
  TURBO_TELEMETRY_DISABLED: "1",
  TZ: "UTC",
})
