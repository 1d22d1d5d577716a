// The rules on who may import whom, applied to a workspace that was read. It judges; rooms.ts holds what is allowed.
import { isBuiltin } from "node:module"
import { join } from "node:path"
import { unstableModules } from "./effectStability.ts"
import type { Import } from "./importsOf.ts"
import type { SourceFile, WorkspacePackage } from "./readWorkspace.ts"
import { exceptions, type Room, roomOf, rooms } from "./rooms.ts"

/** The broken rules, one sentence each: which file, what it imports, why that may not be. Empty when all is well. */
export const checkBoundaries = (workspace: ReadonlyArray<WorkspacePackage>): ReadonlyArray<string> => {
  const roomByName = new Map(workspace.map((known) => [known.name, roomOf(known.folder)]))
  return workspace.flatMap((judged) => {
    const name = roomOf(judged.folder)
    const rule = rooms[name]
    if (rule === undefined)
      return [`${judged.folder}: there is no room ${name}; add it to rooms.ts or move the package`]
    const room = { ...rule, ...exceptions[judged.folder] }
    const called = exceptions[judged.folder] === undefined ? `a package of room ${name}` : judged.folder

    const isApp = (to: string) => to !== judged.name && roomByName.get(to) === "apps"
    const upwards = (to: string) => {
      const other = roomByName.get(to)
      if (other === undefined || to === judged.name || room.mayUse.includes(other)) return undefined
      return `${called} may not use room ${other}`
    }
    const anywhere = (file: SourceFile, taken: Import) =>
      leavesPackage(judged, file, taken) ?? (isApp(packageOf(taken.specifier)) ? noApps : undefined)
    const inSource = (taken: Import) =>
      upwards(packageOf(taken.specifier)) ??
      fromOutside(called, room, taken) ??
      undeclared(judged, room.bundled ? "bundle" : "package", taken)

    const manifest = `${judged.folder}/package.json`
    return [
      ...judged.dependencies.map((to) => sentence(manifest, "needs", to, isApp(to) ? noApps : upwards(to))),
      ...judged.devDependencies.map((to) => sentence(manifest, "needs", to, isApp(to) ? noApps : undefined)),
      ...judged.sources.flatMap((file) =>
        file.imports.map((taken) =>
          sentence(file.path, "imports", taken.specifier, anywhere(file, taken) ?? inSource(taken)),
        ),
      ),
      ...foldersBothWays(judged),
      ...judged.tests.flatMap((file) =>
        file.imports.map((taken) =>
          sentence(file.path, "imports", taken.specifier, anywhere(file, taken) ?? undeclared(judged, "test", taken)),
        ),
      ),
    ].filter((found) => found !== undefined)
  })
}

/** Two folders directly below `src` that import each other are one idea in two places. */
const foldersBothWays = ({ folder, sources }: WorkspacePackage): ReadonlyArray<string> => {
  const folderIn = (path: string) => {
    const [first = "", ...rest] = path.slice(`${folder}/src/`.length).split("/")
    return rest.length === 0 ? undefined : first
  }
  const arrows = new Map<string, string>()
  for (const { path, imports } of sources) {
    for (const { specifier } of imports.filter((taken) => isRelative(taken.specifier))) {
      const [from, to] = [folderIn(path), folderIn(join(path, "..", specifier))]
      if (from !== undefined && to !== undefined && from !== to)
        arrows.set(`${from} ${to}`, `${path} imports ${specifier}`)
    }
  }
  return [...arrows].flatMap(([arrow, example]) => {
    const [from = "", to = ""] = arrow.split(" ")
    const back = arrows.get(`${to} ${from}`)
    const pair = `${folder}/src: ${from} and ${to}`
    return back === undefined || from > to ? [] : [`${pair} import each other: ${example}; ${back}`]
  })
}

const noApps = "nothing uses an app"

const sentence = (file: string, verb: string, what: string, why: string | undefined): string | undefined =>
  why === undefined ? undefined : `${file} ${verb} ${what}: ${why}`

const isRelative = (specifier: string): boolean => specifier.startsWith(".")

/** `@rollcall/connector` for `@rollcall/connector/package.json`, `effect` for `effect/http/HttpClient`. */
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

const leavesPackage = (judged: WorkspacePackage, file: SourceFile, { specifier }: Import): string | undefined =>
  isRelative(specifier) && !join(file.path, "..", specifier).startsWith(`${judged.folder}/`)
    ? "a relative path stays inside its package"
    : undefined

const fromOutside = (called: string, room: Room, taken: Import): string | undefined => {
  const { specifier } = taken
  if (isRelative(specifier) || specifier.startsWith("@rollcall/")) return undefined
  const isAllowed = (allowed: string) =>
    allowed.endsWith("/*") ? specifier.startsWith(allowed.slice(0, -1)) : specifier === allowed
  if (room.outside && !room.outside.some(isAllowed)) {
    return `from outside, ${called} imports ${room.outside.join(" and ")} only`
  }
  const unstable = room.unstableEffect ? [] : unstableModules(taken)
  return unstable.length === 0
    ? undefined
    : `${unstable.join(" and ")} is unstable; only apps, clients, simulators and tooling may use it`
}

const undeclared = (
  judged: WorkspacePackage,
  shipsAs: "package" | "bundle" | "test",
  { specifier }: Import,
): string | undefined => {
  const needed = packageOf(specifier)
  if (isRelative(specifier) || isBuiltin(specifier) || needed === judged.name) return undefined
  if (judged.dependencies.includes(needed)) return undefined
  if (!judged.devDependencies.includes(needed)) return `${judged.folder}/package.json does not declare ${needed}`
  return shipsAs === "package" ? `${judged.folder}/package.json declares ${needed} for development only` : undefined
}
