// The worker as it is published: one program of few files.
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const app = fileURLToPath(new URL("..", import.meta.url))

/** Bundles the worker into a folder, with the command of its package, and gives the folder. */
export const bundledWorker = (folder: string): string => {
  const { scripts }: { scripts: { build: string } } = JSON.parse(readFileSync(join(app, "package.json"), "utf8"))
  const [, ...args] = scripts.build.split(" ").map((part) => (part === "dist" ? folder : part))
  execFileSync(process.execPath, args, { cwd: app, stdio: ["ignore", "ignore", "pipe"] })
  return folder
}
