// The bundled apps, as people get them: of the sources as they are, or of any commit.
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../../", import.meta.url))

/** Builds the command from the sources as they are at the first call, and names the file to run. */
export const bundledCommand = (): string => bundled("cli")

/** The same of the worker. */
export const bundledWorker = (): string => bundled("worker")

const built = new Set<string>()

const bundled = (app: "cli" | "worker"): string => {
  const folder = join(root, "apps", app)
  if (!built.has(app)) execFileSync("pnpm", ["--dir", folder, "run", "build"], { stdio: "pipe" })
  built.add(app)
  return join(folder, "dist", "main.mjs")
}

/** Where the two apps of a commit are. */
export interface Bundles {
  readonly cli: string
  readonly worker: string
}

/** Builds both apps of a commit, with the libraries of its own lockfile, and keeps them in `dist/bench` for the next time. */
export const bundlesOf = (reference: string): Bundles => {
  const commit = git("rev-parse", "--verify", `${reference}^{commit}`).toString().trim()
  const kept = join(root, "dist", "bench", commit)
  const bundles = { cli: join(kept, "cli", "main.mjs"), worker: join(kept, "worker", "main.mjs") }
  if (existsSync(kept)) return bundles
  const sources = `${kept}.sources`
  const aside = `${kept}.aside`
  rmSync(sources, { recursive: true, force: true })
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(sources, { recursive: true })
  execFileSync("tar", ["-x", "-C", sources], { input: git("archive", commit), stdio: ["pipe", "pipe", "inherit"] })
  execFileSync("pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], { cwd: sources, stdio: "pipe" })
  const script = join(sources, "tooling", "checks", "src", "bundle", "main.ts")
  for (const app of ["cli", "worker"]) {
    execFileSync(process.execPath, [script, join(aside, app)], { cwd: join(sources, "apps", app), stdio: "pipe" })
  }
  renameSync(aside, kept)
  rmSync(sources, { recursive: true })
  return bundles
}

const git = (...args: ReadonlyArray<string>): Buffer =>
  execFileSync("git", args, { cwd: root, maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] })
