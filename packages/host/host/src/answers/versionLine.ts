// What `--version` says: the program, its version, the commit that it was built from and when that was made, and the Node that runs it.
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** The commit of a release, which its build puts here (tooling/checks/src/bundle). Nothing is put where it is not known. */
declare const ROLLCALL_COMMIT: { readonly id: string; readonly day: string } | undefined

/** The line, such as `rollcall 0.1.0 (abc1234, 2026-11-30), Node v26.10.0`. */
export const versionLine = (name: string, version: string): string => {
  const source = typeof ROLLCALL_COMMIT === "undefined" ? ofClone() : `${ROLLCALL_COMMIT.id}, ${ROLLCALL_COMMIT.day}`
  return `${name} ${version}${source === undefined ? "" : ` (${source})`}, Node ${process.version}`
}

/** Of a clone: the commit that is checked out, as git says it. A copy of a clone without its `.git` does not say which it is. */
const ofClone = (): string | undefined => {
  const root = rootOf(dirname(fileURLToPath(import.meta.url)))
  if (root === undefined) return undefined
  const args = ["--git-dir", join(root, ".git"), "log", "-1", "--format=%h, %cs", "--no-show-signature"]
  const { spawnSync } = process.getBuiltinModule("node:child_process")
  const { stdout, status } = spawnSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
  const said = status === 0 ? stdout.trim() : ""
  return /^[0-9a-f]+, \d{4}-\d\d-\d\d$/u.test(said) ? said : "from a clone"
}

/** The folder of the clone that this file is in, where it is in one. */
const rootOf = (folder: string): string | undefined => {
  if (existsSync(join(folder, "bin", "rollcall-worker"))) return folder
  return dirname(folder) === folder ? undefined : rootOf(dirname(folder))
}
