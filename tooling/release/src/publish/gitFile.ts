// A file that stands in another git repository, such as the formula in a tap.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { Step } from "./Step.ts"
import { run } from "./Step.ts"

/** What is put where. */
export interface GitFile {
  /** How the step is named. */
  readonly name: string
  /** The address of the repository, as git takes it. */
  readonly repository: string
  /** The path of the file in it. */
  readonly path: string
  readonly content: string
  /** The subject of the commit. */
  readonly subject: string
}

/** Commits a file in place of the one that is there and pushes it; done where the file has this content. */
export const gitFileStep = ({ name, repository, path, content, subject }: GitFile): Step => {
  const inClone = async <A>(use: (folder: string) => A | Promise<A>): Promise<A> => {
    const folder = mkdtempSync(join(tmpdir(), "rollcall-publish-"))
    try {
      await run("git", ["clone", "--quiet", "--depth", "1", repository, folder])
      return await use(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return {
    name,
    isDone: async () =>
      inClone((folder) => existsSync(join(folder, path)) && readFileSync(join(folder, path), "utf8") === content),
    run: async () =>
      inClone(async (folder) => {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), content)
        await run("git", ["add", path], { cwd: folder })
        await run("git", ["commit", "--quiet", "--message", subject], { cwd: folder })
        await run("git", ["push", "--quiet", "origin", "HEAD"], { cwd: folder })
      }),
  }
}
