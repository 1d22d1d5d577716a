// Bundles the app of the current folder into the folder that is named, twice: `main.mjs` is what runs, lean and quick to start.
// `open/` is the same program with whole copies of what it shares with connectors of other teams, which only a run that is told
// to use such a connector loads. Next to each stand the licences of what is in it.
import type { Plugin } from "rolldown"
import { build } from "rolldown"
import { sharedEntries } from "@rollcall/host/shared"
import { rmSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { licencesFile, packageFolders, thirdParty } from "../licences/thirdParty.ts"

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error("Name the folder of the bundle.")

const licences: Plugin = {
  name: "third-party-licences",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((output) => (output.type === "chunk" ? output.moduleIds : []))
    const { text, faults } = thirdParty(packageFolders(modules))
    if (faults.length > 0) this.error(faults.join("\n"))
    this.emitFile({ type: "asset", fileName: licencesFile, source: text })
  },
}

const bundle = (dir: string, input: Readonly<Record<string, string>>, start: ReadonlySet<string> = new Set()) =>
  build({
    input,
    platform: "node",
    plugins: [licences],
    output: {
      dir,
      format: "esm",
      minify: true,
      sourcemap: true,
      entryFileNames: "[name].mjs",
      chunkFileNames: "[name]-[hash].mjs",
      // What every start loads is one file: each further one costs a millisecond.
      codeSplitting: { groups: [{ name: "start", test: (id) => start.has(id) }] },
    },
    logLevel: "warn",
  })

/**
 * The modules that are loaded whenever the app starts, and those of its commands, all of which help loads: those of its entry, of
 * each command, and of all that these import statically.
 */
const loadedAtStart = async (): Promise<ReadonlySet<string>> => {
  const { output } = await build({ input: { main: "src/main.ts" }, platform: "node", write: false, logLevel: "warn" })
  const chunks = new Map(output.flatMap((it) => (it.type === "chunk" ? [[it.fileName, it] as const] : [])))
  const reached = new Set(["main.js"])
  const isCommand = (name: string) => chunks.get(name)?.facadeModuleId?.includes("/src/commands/") === true
  for (const name of reached) {
    const { imports = [], dynamicImports = [] } = chunks.get(name) ?? {}
    for (const imported of [...imports, ...dynamicImports.filter(isCommand)]) reached.add(imported)
  }
  const modules = new Set([...reached].flatMap((name) => chunks.get(name)?.moduleIds ?? []))
  // The entry stays a file of its own: the worker's has to run before anything else is loaded.
  modules.delete(chunks.get("main.js")?.facadeModuleId ?? "")
  return modules
}

// The host has what is shared among its dependencies.
const { resolve } = createRequire(import.meta.resolve("@rollcall/host"))
const shared = Object.entries(sharedEntries).map(
  ([file, entry]) => [file.replace(/\.mjs$/u, ""), resolve(entry)] as const,
)

rmSync(folder, { recursive: true, force: true })
await bundle(folder, { main: "src/main.ts" }, await loadedAtStart())
await bundle(join(folder, "open"), { main: "src/main.ts", ...Object.fromEntries(shared) })
