// The bundled apps, as people get them.
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

/** Builds the command from the sources as they are at the first call, and names the file to run. */
export const bundledCommand = (): string => bundled("cli")

/** The same of the worker. */
export const bundledWorker = (): string => bundled("worker")

const built = new Set<string>()

const bundled = (app: "cli" | "worker"): string => {
  const folder = fileURLToPath(new URL(`../../../apps/${app}/`, import.meta.url))
  if (!built.has(app)) execFileSync("pnpm", ["--dir", folder, "run", "build"], { stdio: "pipe" })
  built.add(app)
  return `${folder}dist/main.mjs`
}
