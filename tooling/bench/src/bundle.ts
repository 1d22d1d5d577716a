// The bundled apps, as people get them.
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

/** Builds the command from the sources as they are now, and names the file to run. */
export const bundledCommand = (): string => bundled("cli")

/** Builds the worker from the sources as they are now, and names the file to run. */
export const bundledWorker = (): string => bundled("worker")

const bundled = (app: "cli" | "worker"): string => {
  const folder = fileURLToPath(new URL(`../../../apps/${app}/`, import.meta.url))
  execFileSync("pnpm", ["--dir", folder, "run", "build"], { stdio: ["ignore", "ignore", "inherit"] })
  return `${folder}dist/main.mjs`
}
