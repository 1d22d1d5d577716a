// The bundled command, as people get it.
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const cli = fileURLToPath(new URL("../../../apps/cli/", import.meta.url))

/** Builds the command from the sources as they are now, and names the file to run. */
export const bundledCommand = (): string => {
  execFileSync("pnpm", ["--dir", cli, "run", "build"], { stdio: ["ignore", "ignore", "inherit"] })
  return `${cli}dist/main.mjs`
}
