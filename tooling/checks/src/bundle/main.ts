// Bundles the app of the current folder into the folder that is named, twice: `main.mjs` is what runs, lean and quick to start.
// `open/` is the same program with whole copies of what it shares with connectors of other teams, which only a run that is told
// to use such a connector loads. Next to each stand the licences of what is in it, and in `answers/` what the lean one answers by itself.
// A release sets ROLLCALL_COMMIT, the commit's id, and ROLLCALL_COMMIT_DATE, when that was made (ISO 8601, as `git log --format=%cI` says it);
// `--version` then has both. turbo.json names the two, so that no bundle of another commit is taken from its cache. Without them the bundle
// says nothing of a commit, and depends on the sources alone.
import type { Plugin } from "rolldown"
import { build } from "rolldown"
import { sharedEntries } from "@rollcall/host/shared"
import type { Answers } from "@rollcall/host/answers"
import { answerFiles } from "@rollcall/host/answers"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, resolve as resolvePath } from "node:path"
import { commitOf } from "./commitOf.ts"
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

/**
 * Libraries make a segmenter of texts as they are loaded, whether a text comes or not: 12 ms of processor time. In a bundle it is made for the
 * first text.
 */
const lazySegmenters: Plugin = {
  name: "lazy-segmenters",
  transform: {
    filter: { id: /\/node_modules\//u, code: /new Intl\.Segmenter\(/u },
    handler: (code) => ({
      code: code.replaceAll(
        /= (?:\/\*#__PURE__\*\/ ?)?new Intl\.Segmenter\(([^()]*)\)/gu,
        "= { made: undefined, segment(text) { return (this.made ??= new Intl.Segmenter($1)).segment(text) } }",
      ),
      map: null,
    }),
  },
}

/**
 * None of our modules but these two does anything when it is loaded. So whoever takes one thing of an index does not load the rest of
 * its package.
 */
const treeshake = {
  moduleSideEffects: [{ test: /\/(?:packages|apps)\/(?:[\w-]+\/)+src\/(?!main\.ts$|run\.ts$)/u, sideEffects: false }],
}

/** Modules that stand in one file, as each further file costs a millisecond: by the name of the file. */
type Groups = Readonly<Record<string, Set<string>>>

const bundle = (dir: string, input: Readonly<Record<string, string>>, groups: Groups = {}) =>
  build({
    input,
    platform: "node",
    plugins: [licences, lazySegmenters],
    treeshake,
    transform: { define: commitOf(process.env) },
    preserveEntrySignatures: "allow-extension",
    output: {
      dir,
      format: "esm",
      minify: true,
      sourcemap: true,
      entryFileNames: "[name].mjs",
      chunkFileNames: "[name]-[hash].mjs",
      codeSplitting: {
        groups: Object.entries(groups).map(([name, modules]) => ({
          name,
          test: (id) => modules.has(id),
          // What an index names of a package is no reason to load it.
          includeDependenciesRecursively: false,
        })),
      },
    },
    logLevel: "warn",
  })

/**
 * What is loaded together, in this order: these modules with all that they import. `first` is what the entry needs to answer by itself,
 * `start` what every run needs, and the others what several commands need.
 */
const together = {
  first: ["/host/src/answers/answer.ts", "/openBundle.ts", "/compileCache.ts"],
  start: ["/src/run.ts", "/settings/settingsCommand.ts", "/worker/src/worker.ts"],
  listing: ["/cli/src/views/history.ts"],
  view: ["/cli/src/views/stats.ts"],
  connector: ["/slack-pro/src/module/implementation.ts", "/host/src/modules/countedFetch.ts"],
  sync: ["/cli/src/sync/progress.ts", "/cli/src/sync/summary.ts"],
}

const loadedTogether = async (): Promise<Groups> => {
  const { output } = await build({
    input: { main: "src/main.ts" },
    platform: "node",
    treeshake,
    // Chunks that are merged would seem to be needed by whoever needs a part of them.
    experimental: { chunkOptimization: false },
    write: false,
    logLevel: "warn",
  })
  const chunks = new Map(output.flatMap((it) => (it.type === "chunk" ? [[it.fileName, it] as const] : [])))
  const named = (parts: ReadonlyArray<string>) =>
    [...chunks.values()]
      .filter(({ moduleIds }) => moduleIds.some((id) => parts.some((part) => id.endsWith(part))))
      .map((it) => it.fileName)
  const modulesFrom = (entries: ReadonlyArray<string>, elsewhere: ReadonlySet<string>): Set<string> => {
    const reached = new Set(entries)
    for (const name of reached) for (const imported of chunks.get(name)?.imports ?? []) reached.add(imported)
    return new Set([...reached].flatMap((name) => chunks.get(name)?.moduleIds ?? []).filter((id) => !elsewhere.has(id)))
  }
  // The entry stays a file of its own: the worker's has to run before anything else is loaded.
  const taken = new Set(chunks.get("main.js")?.moduleIds)
  const groups: Record<string, Set<string>> = {}
  for (const [name, parts] of Object.entries(together)) {
    const entries = name === "first" ? ["main.js", ...named(parts)] : named(parts)
    groups[name] = modulesFrom(entries, taken)
    for (const id of groups[name]) taken.add(id)
  }
  return groups
}

// The host has what is shared among its dependencies.
const { resolve } = createRequire(import.meta.resolve("@rollcall/host"))
const shared = Object.entries(sharedEntries).map(
  ([file, entry]) => [file.replace(/\.mjs$/u, ""), resolve(entry)] as const,
)

rmSync(folder, { recursive: true, force: true })
await bundle(folder, { main: "src/main.ts" }, await loadedTogether())
await bundle(join(folder, "open"), { main: "src/main.ts", ...Object.fromEntries(shared) })

const { collect }: { collect: () => Promise<Answers> } = await import(resolvePath("src/answers.ts"))
for (const [name, text] of Object.entries(answerFiles(await collect()))) {
  const file = join(folder, "answers", name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
