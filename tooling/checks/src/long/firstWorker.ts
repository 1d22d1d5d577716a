// The worker of the first release that shared a database, built from the history. It is kept for the next run.
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, rmSync } from "node:fs"
import { homedir } from "node:os"
import { delimiter, join } from "node:path"

/** Its commit. */
const commit = "941339a8c8bb66fd9a5980b77e00026183cecfec"

/** The file to run; `undefined` where the history of this clone does not reach so far back. */
export const firstWorker = (root: string): string | undefined => {
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "rollcall", "first-worker", commit)
  const program = join(folder, "apps", "worker", "dist", "main.mjs")
  if (existsSync(program)) return program
  if (spawnSync("git", ["-C", root, "cat-file", "-e", `${commit}^{commit}`], { stdio: "ignore" }).status !== 0) {
    return undefined
  }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const archive = execFileSync("git", ["-C", root, "archive", commit], { maxBuffer: 1024 ** 3 })
  execFileSync("tar", ["-x", "-C", folder], { input: archive })
  const run = (cwd: string, file: string, ...args: ReadonlyArray<string>) =>
    execFileSync(file, args, {
      cwd,
      stdio: "inherit",
      env: { ...process.env, PATH: [join(folder, "node_modules", ".bin"), process.env["PATH"]].join(delimiter) },
    })
  run(folder, "npx", "-y", "pnpm@12.21.0", "install", "--frozen-lockfile", "--prefer-offline")
  run(join(folder, "apps", "worker"), "node", "../../tooling/checks/src/bundle/main.ts", "dist")
  return program
}
