// The files of a release: a release of the repository's host, with its tag, made by `gh`. It stays a draft until every file is there.
import { readdirSync } from "node:fs"
import { join } from "node:path"
import type { Release } from "../Release.ts"
import type { Step } from "./Step.ts"
import { run, tried } from "./Step.ts"

interface Shown {
  readonly isDraft: boolean
  readonly assets: ReadonlyArray<{ readonly name: string; readonly size: number }>
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
    const names = new Set(found?.assets.map(({ name }) => name))
    return readdirSync(release.folder, { withFileTypes: true }).flatMap((it) =>
      it.isFile() && !names.has(it.name) ? [join(release.folder, it.name)] : [],
    )
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
        for (const file of missing(found)) await run("gh", ["release", "upload", tag, file])
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
