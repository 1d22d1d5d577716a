// One copy of `effect` and of the packages of Rollcall in the process, whatever a connector of somebody else brings along: the
// services and errors of a second copy would not match. What such a module imports by these names is the host's own: from the
// sources as the host resolves it, from a bundle out of the folder `shared` beside it.
import { existsSync } from "node:fs"
import { registerHooks } from "node:module"
import { sharedFile, sharedPackages } from "./sharedEntries.ts"

/**
 * Imports the module of somebody else, with what it shares with this process in the host's own copy. Rejects as `import` does,
 * and where it asks for a part of Effect or of Rollcall that is not shared.
 */
export const importShared = async (url: string): Promise<Readonly<Record<string, unknown>>> => {
  if (!isHooked) registerHooks({ resolve: resolveShared, load: loadShared })
  isHooked = true
  if (isBundle) effectWhole = await import(bundled("effect").href)
  const loaded: Readonly<Record<string, unknown>> = await import(url)
  return loaded
}
let isHooked = false

const bundled = (entry: string): URL => new URL(sharedFile(entry), import.meta.url)
const isBundle = existsSync(bundled("effect"))
/** All of Effect as a bundle shares it: the members of `effect`, each of which is a module of its own. */
let effectWhole: Readonly<Record<string, object>> = {}

const isShared = (specifier: string): boolean =>
  /^(?:effect|@rollcall\/[^/]+)(?:\/|$)/u.test(specifier) && !specifier.endsWith("/package.json")

const resolveShared: Parameters<typeof registerHooks>[0]["resolve"] = (specifier, context, next) => {
  if (!isShared(specifier)) return inSameInstance(specifier, next(specifier, context), context.parentURL)
  // From the sources: as the host would, unless it has no such package; the module then brings it along.
  if (!isBundle) return next(specifier, isHostless(specifier) ? context : { ...context, parentURL: import.meta.url })
  const file = bundled(specifier)
  if (existsSync(file)) return { url: file.href, shortCircuit: true }
  const [, name = ""] = /^effect\/(\w+)$/u.exec(specifier) ?? []
  if (name in effectWhole) return { url: `${bundled("effect").href}?module=${name}`, shortCircuit: true }
  throw new Error(`it imports ${specifier}, which Rollcall does not share with connectors`)
}

/** An instance of a module has files of its own, as those of a process that has just started. */
const inSameInstance = <Resolved extends { readonly url: string }>(
  specifier: string,
  resolved: Resolved,
  parent: string | undefined,
): Resolved => {
  const [instance] = /\?instance=\d+$/u.exec(parent ?? "") ?? []
  return instance === undefined || !specifier.startsWith(".") ? resolved : { ...resolved, url: resolved.url + instance }
}

let instances = 0

/** The address of a file as a module that has not been loaded yet, with the files of its package that it imports. */
export const newInstance = (url: string): string => `${url}?instance=${++instances}`

const isHostless = (specifier: string): boolean =>
  specifier.startsWith("@rollcall/") && !sharedPackages.includes(specifier)

/** A module of Effect that is a member of the whole in a bundle, as a module of its own. */
const loadShared: Parameters<typeof registerHooks>[0]["load"] = (url, context, next) => {
  const whole = bundled("effect").href
  if (!url.startsWith(`${whole}?module=`)) return next(url, context)
  const name = url.slice(`${whole}?module=`.length)
  const names = Object.keys(effectWhole[name] ?? {})
  const source = [
    `import { ${name} as it } from ${JSON.stringify(whole)}`,
    ...names.map((each, at) => `const e${at} = it[${JSON.stringify(each)}]`),
    `export { ${names.map((each, at) => `e${at} as ${JSON.stringify(each)}`).join(", ")} }`,
  ].join("\n")
  return { format: "module", source, shortCircuit: true }
}
