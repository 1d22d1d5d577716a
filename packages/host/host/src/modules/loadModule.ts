// Loads a connector that somebody else made: from a path, or a package that is installed beside the work or beside Rollcall.
import type { Origin } from "@rollcall/config"
import { ConfigError, describeOrigin, invalidIn, suggestion } from "@rollcall/config"
import { addSecretForms } from "@rollcall/api-client"
import type { ConnectorModule, Implementation } from "@rollcall/connector-module"
import { implementationProblem, moduleProblem, placeOf, whatOf } from "@rollcall/connector-module"
import { Effect } from "effect"
import manifest from "effect/package.json" with { type: "json" }
import { existsSync, readFileSync, statSync } from "node:fs"
import { findPackageJSON } from "node:module"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import satisfies from "semver/functions/satisfies.js"
import { importShared } from "./sharedPackages.ts"

/** Where a connector is named. */
export interface NamedBy {
  readonly origin: Origin
  /** The file that names it, from whose folder its paths go; else the current folder. */
  readonly from?: string | undefined
  /** The ids of the connectors that come with Rollcall, one of which may be meant. */
  readonly ids: ReadonlyArray<string>
}

/** A module that can be used, what its connector says of itself, and the file that it came from. */
export interface LoadedModule {
  readonly module: ConnectorModule
  readonly about: Implementation["about"]
  readonly file: string
}

/** Whether a name is a path, not a package. */
export const isPath = (name: string): boolean => /^(?:\.|\/|file:)/u.test(name)

/** The module that a path or the name of a package stands for. Fails with one sentence where it cannot be used. */
export const loadModule = Effect.fnUntraced(function* (
  name: string,
  { origin, from, ids }: NamedBy,
): Effect.fn.Return<LoadedModule, ConfigError> {
  const called = `The connector ${JSON.stringify(name)} (${describeOrigin(origin)})`
  const fail = (what: string, hint: string, cause?: unknown) =>
    new ConfigError({ reason: invalidIn(origin), message: `${called} ${what}.`, hint, cause })
  const folder = from === undefined ? process.cwd() : dirname(resolve(from))

  const url = yield* Effect.try({
    try: () => urlOf(name, folder),
    catch: (cause) =>
      fail(
        isPath(name) ? "is not there" : `is none of Rollcall's, and no package of this name is installed`,
        isPath(name)
          ? "Name the file that exports the module, or a folder with a package.json or an index.js."
          : `${suggestion(name, ids)}Install it (npm install ${name}) in this folder or next to Rollcall, or name a path that begins with . or /.`,
        cause,
      ),
  })
  const misfit = yield* Effect.try({
    try: () => effectMisfit(url),
    catch: (cause) =>
      fail(`has a package.json that cannot be read: ${whatOf(cause)}`, "If it is yours, correct that file.", cause),
  })
  if (misfit !== undefined) {
    return yield* fail(misfit, `Use a version of the connector that works with effect ${manifest.version}.`)
  }
  const broken = (cause: unknown) =>
    fail(`cannot be loaded: ${whatOf(cause)}${shownPlace(cause)}`, remedyOf(cause, url), cause)
  const loaded = yield* Effect.tryPromise({ try: () => importShared(url), catch: broken })
  const module: unknown = loaded.default
  const problem = moduleProblem(module)
  if (problem !== undefined) return yield* fail(problem, fitHint)
  // moduleProblem has checked it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const checked = module as ConnectorModule
  addSecretForms(checked.secretForms ?? [])
  // Its actions are commands, and what is wrong with it is said whatever it is needed for.
  const implementation = yield* Effect.tryPromise({ try: async () => checked.load(), catch: broken })
  const contradiction = implementationProblem(checked, implementation)
  if (contradiction !== undefined) return yield* fail(contradiction, fitHint)
  const { about } = implementation
  return { module: { ...checked, actions: checked.actions ?? about.actions }, about, file: fileURLToPath(url) }
})

const fitHint =
  "If it is yours, correct it where defineModule is called: the README of @rollcall/connector-module says how. Else use a version that fits this Rollcall."

const shownPlace = (cause: unknown): string => {
  const place = placeOf(cause)
  return place === undefined ? "" : ` (${place})`
}

/** What to do about a module that cannot be imported. Most often it is its author who reads it. */
const remedyOf = (cause: unknown, url: string): string => {
  const code: unknown = Reflect.get(Object(cause), "code")
  if (!existsSync(fileURLToPath(url))) return "If it is yours, build it: npm run build."
  if (code === "ERR_MODULE_NOT_FOUND")
    return "If it is yours, install what it imports (npm install), and check the names of the files that it imports."
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" || code === "ERR_INVALID_TYPESCRIPT_SYNTAX") {
    return "Node runs TypeScript by leaving out its types: it takes no enum, namespace or parameter property. Correct the file, or name what was built from it."
  }
  if (cause instanceof SyntaxError) return `If it is yours, \`node ${fileURLToPath(url)}\` shows the line.`
  return "If it is yours, correct it there; otherwise report it to its maintainer."
}

const urlOf = (name: string, folder: string): string => {
  if (!isPath(name)) return pathToFileURL(packageEntry(name, folder)).href
  const path = name.startsWith("file:") ? fileURLToPath(name) : resolve(folder, name)
  const ofFolder = join(path, "package.json")
  if (existsSync(ofFolder)) return pathToFileURL(entryOf(ofFolder, ".")).href
  const file = [path, join(path, "index.js"), join(path, "index.ts")].find((it) =>
    statSync(it, { throwIfNoEntry: false })?.isFile(),
  )
  if (file === undefined) throw new Error(`There is no ${path}.`)
  return pathToFileURL(file).href
}

/** Looked for from the folder, then from where Rollcall is. */
const packageEntry = (name: string, folder: string): string => {
  const parts = name.split("/")
  const length = name.startsWith("@") ? 2 : 1
  const found = [pathToFileURL(join(folder, "package.json")).href, import.meta.url]
    .map((base) => packageManifest(parts.slice(0, length).join("/"), base))
    .find((path) => path !== undefined)
  if (found === undefined) throw new Error(`There is no package ${name}.`)
  return entryOf(found, [".", ...parts.slice(length)].join("/"))
}

const packageManifest = (name: string, base: string): string | undefined => {
  try {
    return findPackageJSON(name, base)
  } catch {
    // It throws where there is no such package.
    return undefined
  }
}

/** The file that a package.json gives for an entry point: `.` for the package itself. */
const entryOf = (manifestPath: string, entry: string): string => {
  const { exports, main }: { exports?: unknown; main?: unknown } = readManifest(manifestPath)
  const file = targetOf(exports, entry) ?? (entry === "." && typeof main === "string" ? main : undefined)
  return join(dirname(manifestPath), file ?? (entry === "." ? "index.js" : entry))
}

const targetOf = (exports: unknown, entry: string): string | undefined => {
  if (typeof exports === "string") return entry === "." ? exports : undefined
  if (typeof exports !== "object" || exports === null) return undefined
  const listed: unknown = Reflect.get(exports, entry)
  return conditioned(listed ?? (entry === "." ? exports : undefined))
}

/** The target of the conditions under which the host imports. */
const conditioned = (target: unknown): string | undefined => {
  if (typeof target === "string") return target
  if (typeof target !== "object" || target === null) return undefined
  return ["import", "node", "default"]
    .map((key) => conditioned(Reflect.get(target, key)))
    .find((it) => it !== undefined)
}

const readManifest = (path: string): object => {
  const read: unknown = JSON.parse(readFileSync(path, "utf8"))
  return typeof read === "object" && read !== null ? read : {}
}

/** What the package of a module says of `effect` that this process cannot give it. */
const effectMisfit = (url: string): string | undefined => {
  let folder = dirname(fileURLToPath(url))
  while (!existsSync(join(folder, "package.json"))) {
    if (dirname(folder) === folder) return undefined
    folder = dirname(folder)
  }
  const found = readManifest(join(folder, "package.json"))
  const ranges = ["peerDependencies", "dependencies"].flatMap((kind) => {
    const range: unknown = Reflect.get(Object(Reflect.get(found, kind)), "effect")
    return typeof range === "string" && !/^(?:workspace|catalog|file|link):/u.test(range) ? [range] : []
  })
  const wrong = ranges.find((range) => !satisfies(manifest.version, range))
  return wrong === undefined ? undefined : `needs effect ${wrong}, and this Rollcall runs effect ${manifest.version}`
}
