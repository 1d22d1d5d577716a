// Builds and packs the packages of a clone that a connector needs, in place of published ones.
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** The apps, and the packages that a connector needs with what these need. */
const folders = [
  "apps/cli",
  "apps/worker",
  "packages/clients/api-client",
  "packages/clients/resilience",
  "packages/core/config",
  "packages/core/connector",
  "packages/kit/connector-testkit",
  "packages/module/connector-module",
]

/** Packs them into a folder. Gives, by name, what stands for each in the package.json beside that folder. */
export const packFromClone = (clone: string, vendor: string): Readonly<Record<string, string>> => {
  mkdirSync(vendor, { recursive: true })
  const manifests = folders.map((folder) => {
    const manifest: { readonly name: string; readonly packageManager?: string } = JSON.parse(
      readFileSync(join(clone, folder, "package.json"), "utf8"),
    )
    return { folder, name: manifest.name }
  })
  const { packageManager }: { readonly packageManager: string } = JSON.parse(
    readFileSync(join(clone, "package.json"), "utf8"),
  )
  const pnpm = (cwd: string, ...args: ReadonlyArray<string>) =>
    execFileSync("npx", ["-y", packageManager, "--silent", ...args], { cwd, stdio: ["ignore", "ignore", "inherit"] })
  pnpm(
    clone,
    "exec",
    "turbo",
    "run",
    "build",
    "--output-logs=errors-only",
    ...manifests.map(({ name }) => `--filter=${name}`),
  )
  return Object.fromEntries(
    manifests.map(({ folder, name }) => {
      const file = `${name.replace("@", "").replace("/", "-")}.tgz`
      pnpm(join(clone, folder), "pack", "--out", join(vendor, file))
      return [name, `file:vendor/${file}`]
    }),
  )
}
