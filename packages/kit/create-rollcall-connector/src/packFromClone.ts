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
  const names = folders.map((folder) => {
    const { name }: { readonly name: string } = JSON.parse(readFileSync(join(clone, folder, "package.json"), "utf8"))
    return name
  })
  const { packageManager }: { readonly packageManager: string } = JSON.parse(
    readFileSync(join(clone, "package.json"), "utf8"),
  )
  const filters = names.map((name) => `--filter=${name}`)
  const pnpm = (...args: ReadonlyArray<string>) =>
    execFileSync("npx", ["-y", packageManager, "--silent", ...args], {
      cwd: clone,
      stdio: ["ignore", "ignore", "inherit"],
    })
  pnpm("exec", "turbo", "run", "build", "--output-logs=errors-only", ...filters)
  pnpm("--recursive", ...filters, "pack", "--out", join(vendor, "%s.tgz"))
  return Object.fromEntries(names.map((name) => [name, `file:vendor/${name.replace("@", "").replace("/", "-")}.tgz`]))
}
