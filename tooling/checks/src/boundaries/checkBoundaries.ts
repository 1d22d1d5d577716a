// The rules on who may import whom, applied to a workspace that was read. It judges; rooms.ts holds what is allowed.
import { isBuiltin } from "node:module"
import { join } from "node:path"
import { unstableModules } from "./effectStability.ts"
import type { Import } from "./importsOf.ts"
import type { SourceFile, WorkspacePackage } from "./readWorkspace.ts"
import type { Room } from "./rooms.ts"

/** The broken rules, one sentence each: which file, what it imports, why that may not be. Empty when all is well. */
export const checkBoundaries = (
  workspace: ReadonlyArray<WorkspacePackage>,
  rooms: Readonly<Record<string, Room>>,
): ReadonlyArray<string> => {
  const roomOf = new Map(
    Object.entries(rooms).flatMap(([name, room]) => room.packages.map((inside) => [inside, name] as const)),
  )
  return workspace.flatMap((judged) => {
    const name = roomOf.get(judged.name) ?? "none"
    const room = rooms[name]
    if (room === undefined) return [`${judged.folder}: ${judged.name} has no room yet; give it one in rooms.ts`]

    const isApp = (to: string) => to !== judged.name && roomOf.get(to) === "app"
    const upwards = (to: string) => {
      const other = roomOf.get(to)
      if (other === undefined || to === judged.name || room.mayUse.includes(other)) return undefined
      return `a package of room ${name} may not use room ${other}`
    }
    const anywhere = (file: SourceFile, taken: Import) =>
      leavesPackage(judged, file, taken) ?? (isApp(packageOf(taken.specifier)) ? noApps : undefined)
    const inSource = (taken: Import) =>
      upwards(packageOf(taken.specifier)) ??
      fromOutside(name, room, taken) ??
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
      ...judged.tests.flatMap((file) =>
        file.imports.map((taken) =>
          sentence(file.path, "imports", taken.specifier, anywhere(file, taken) ?? undeclared(judged, "test", taken)),
        ),
      ),
    ].filter((found) => found !== undefined)
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

const fromOutside = (name: string, room: Room, taken: Import): string | undefined => {
  const { specifier } = taken
  if (isRelative(specifier) || specifier.startsWith("@rollcall/")) return undefined
  const isAllowed = (allowed: string) =>
    allowed.endsWith("/*") ? specifier.startsWith(allowed.slice(0, -1)) : specifier === allowed
  if (room.outside && !room.outside.some(isAllowed)) {
    return `from outside, a package of room ${name} imports ${room.outside.join(" and ")} only`
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
