// The build context of the worker's image: all that goes in, and the Containerfile that says how.
import { execFileSync } from "node:child_process"
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { writeRootFiles } from "./rootFiles.ts"

const repository = fileURLToPath(new URL("../../../../", import.meta.url))
const worker = join(repository, "apps/worker")

/** What the image's labels say. */
export interface ImageLabels {
  readonly version: string
  /** The commit; empty where the sources are in no git repository, with `-dirty` where they differ from it. */
  readonly revision: string
}

/** The machine, as far as the image takes after it. */
type Machine = Pick<NodeJS.Process, "platform" | "arch" | "version">

/** Why no image can be prepared here, or `undefined`. */
export const imageRefusal = ({ platform, arch, version }: Machine = process): string | undefined => {
  if (platform !== "linux") {
    return `An image takes Node and its libraries from the machine that prepares it, and this one runs ${platform}. Run the command on Linux, or in a container with Node.`
  }
  const { packageManager, optionalDependencies } = readJson(join(repository, "package.json"))
  const pinned = optionalDependencies?.[`node-linux-${arch}`]
  if (pinned === undefined) return `The lockfile has no Node for Linux on ${arch}. Run the command on x64 or arm64.`
  if (version === `v${pinned}`) return undefined
  return `The lockfile has Node v${pinned}, and this is ${version}. Run it with: npx -y ${packageManager} image`
}

/** Bundles the worker and lays out the context in this folder, whose content it replaces. */
export const prepareImage = (folder: string): ImageLabels => {
  execFileSync("pnpm", ["--dir", worker, "run", "build"], { stdio: ["ignore", "ignore", "inherit"] })
  rmSync(folder, { recursive: true, force: true })
  const root = join(folder, "root")
  writeRootFiles(root)
  cpSync(join(worker, "dist"), join(root, "opt/rollcall"), {
    recursive: true,
    filter: (path) => !/\.(?:map|tgz)$/.test(path),
  })
  copyFileSync(join(repository, "LICENSE"), join(root, "opt/rollcall/LICENSE"))
  mkdirSync(join(folder, "work"))
  // Copied as root's, so that the folder above the work folder is not made along with it, as its user's.
  mkdirSync(join(root, "var/lib"), { recursive: true })
  const labels = { version: String(readJson(join(worker, "package.json")).version), revision: revisionOf(repository) }
  const containerfile = readFileSync(join(repository, "deploy/image/Containerfile"), "utf8")
    .replace(/^ARG VERSION$/m, `ARG VERSION=${labels.version}`)
    .replace(/^ARG REVISION$/m, `ARG REVISION=${labels.revision}`)
  writeFileSync(join(folder, "Containerfile"), containerfile)
  return labels
}

interface Manifest {
  readonly version?: string
  readonly packageManager?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const readJson = (path: string): Manifest => JSON.parse(readFileSync(path, "utf8"))

const revisionOf = (folder: string): string => {
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
  try {
    return `${git("rev-parse", "HEAD")}${git("status", "--porcelain") === "" ? "" : "-dirty"}`
  } catch {
    return ""
  }
}
