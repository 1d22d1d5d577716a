// The command as it is published: one bundle, built from the sources as they are. It starts several times faster than
// the sources, which matters where tests start it a hundred times.
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const app = fileURLToPath(new URL("../../", import.meta.url))

let built: string | undefined

/** The bundle, built once for a test file with the app's own build script; the file to run. */
export const bundledCommand = (): string => (built ??= build())

const build = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-bundle-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  const { scripts }: { scripts: { build: string } } = JSON.parse(readFileSync(join(app, "package.json"), "utf8"))
  const [, ...args] = scripts.build.split(" ").map((part) => (part === "dist" ? folder : part))
  execFileSync(process.execPath, args, { cwd: app, stdio: ["ignore", "ignore", "pipe"] })
  return join(folder, "main.mjs")
}
