// The files of a release: a release of the repository's host, with its tag, made by `gh`. It stays a draft until every file is there.
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { isSignature } from "../checksums.ts"
import { Unmade } from "../Part.ts"
import type { Release } from "../Release.ts"
import type { Step } from "./Step.ts"
import { run, tried } from "./Step.ts"

interface Shown {
  readonly isDraft: boolean
  readonly assets: ReadonlyArray<{
    readonly name: string
    readonly size: number
    /** `uploaded` once it is whole: an upload that was broken off leaves its name behind. */
    readonly state: string
    /** `sha256:` and 64 hex digits, of files that the host has hashed. */
    readonly digest?: string | null
  }>
}

/** The steps that upload, and the one that shows the release to everybody, which comes after all others. */
export const fileSteps = (
  release: Pick<Release, "version" | "commit" | "folder">,
  notes: string,
): { readonly upload: Step; readonly show: Step } => {
  const tag = `v${release.version}`
  const shown = async (): Promise<Shown | undefined> => {
    const { ok, stdout } = await tried("gh", ["release", "view", tag, "--json", "isDraft,assets"])
    return ok ? JSON.parse(stdout) : undefined
  }
  const missing = (found: Shown | undefined) => {
    const whole = new Map(
      found?.assets.filter(({ state }) => state === "uploaded").map((asset) => [asset.name, asset] as const),
    )
    return readdirSync(release.folder, { withFileTypes: true }).flatMap((it) => {
      const path = join(release.folder, it.name)
      const there = whole.get(it.name)
      if (it.isFile() && there === undefined) return [path]
      // Two signatures of the same content are never alike; the one that is there holds for it too.
      if (there === undefined || isSignature(it.name)) return []
      const digest = there.digest ?? undefined
      if (there.size === statSync(path).size && (digest === undefined || digest === digestOf(path))) return []
      throw new Unmade(`${tag} has ${it.name} with other content: make a new version, or delete a draft of it first.`)
    })
  }
  return {
    upload: {
      name: `files of ${tag}`,
      isDone: async () => {
        const found = await shown()
        return found !== undefined && missing(found).length === 0
      },
      run: async () => {
        const found = await shown()
        if (found === undefined) {
          const args = [
            "--draft",
            "--target",
            release.commit,
            "--title",
            `Rollcall ${release.version}`,
            "--notes-file",
            "-",
          ]
          await run("gh", ["release", "create", tag, ...args], { input: notes })
        }
        // What was broken off is there by its name, and makes way.
        for (const file of missing(found)) await run("gh", ["release", "upload", tag, file, "--clobber"])
      },
    },
    show: {
      name: `release ${tag}`,
      isDone: async () => (await shown())?.isDraft === false,
      run: async () => {
        await run("gh", ["release", "edit", tag, "--draft=false"])
      },
    },
  }
}

const digestOf = (path: string): string => `sha256:${createHash("sha256").update(readFileSync(path)).digest("hex")}`
