// Vitest's global setup: a server on the loopback interface that answers with the path of an app's bundle, or of that of a program of
// tests. It builds an app with the app's own build script when the first test file asks, so a run that starts no app builds nothing, and
// a run whose test files start an app a hundred times builds it once.
import { execFile } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { TestProject } from "vitest/node"
import { bundleProgram } from "./bundleProgram.ts"

declare module "vitest" {
  interface ProvidedContext {
    /** Where `bundled` asks for a bundle. */
    readonly bundles: string
  }
}

const build = async (app: string, folder: string): Promise<string> => {
  const cwd = fileURLToPath(new URL(`../../../../apps/${app}/`, import.meta.url))
  const { scripts }: { scripts: { build: string } } = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"))
  const [, ...args] = scripts.build.split(" ").map((part) => (part === "dist" ? folder : part))
  await promisify(execFile)(process.execPath, args, { cwd })
  return join(folder, "main.mjs")
}

export default async (project: TestProject): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-bundles-"))
  // What tests start keeps nothing in the folders of whoever runs them, and takes no settings from there.
  process.env["XDG_STATE_HOME"] = join(folder, "state")
  process.env["XDG_CONFIG_HOME"] = join(folder, "config")
  const builds = new Map<string, Promise<string>>()
  const built = (name: string): Promise<string> => {
    const target = join(folder, String(builds.size))
    const begun = builds.get(name) ?? (name.endsWith(".ts") ? bundleProgram(name, target) : build(name, target))
    builds.set(name, begun)
    return begun
  }
  // In watch mode the sources have changed since.
  project.onTestsRerun(() => builds.clear())

  const server = createServer((request, response) => {
    built(decodeURIComponent((request.url ?? "").slice(1))).then(
      (path) => response.end(path),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  if (typeof address !== "object" || address === null) throw new Error("The server of bundles has no port.")
  project.provide("bundles", `http://127.0.0.1:${address.port}/`)
  return () => {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  }
}
