// Reads the packages of a workspace with every import of their sources and tests: what checkBoundaries judges.
import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { type Import, importsOf } from "./importsOf.ts"

/** A source or test file, its path from the root of the workspace. */
export interface SourceFile {
  readonly path: string
  readonly imports: ReadonlyArray<Import>
}

/** A package of the workspace. */
export interface WorkspacePackage {
  readonly name: string
  /** Path of its folder from the root of the workspace. */
  readonly folder: string
  /** What it needs when installed: `dependencies`, `peerDependencies` and `optionalDependencies`. */
  readonly dependencies: ReadonlyArray<string>
  readonly devDependencies: ReadonlyArray<string>
  readonly sources: ReadonlyArray<SourceFile>
  /** All that stands outside `src`. */
  readonly tests: ReadonlyArray<SourceFile>
}

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Every package below `packages`, `apps`, `examples` and `tooling` of a root folder. */
export const readWorkspace = (root: string): ReadonlyArray<WorkspacePackage> =>
  globSync("{packages/*,apps,examples,tooling}/*/package.json", { cwd: root })
    .toSorted()
    .map((path) => readPackage(root, dirname(path)))

const readPackage = (root: string, folder: string): WorkspacePackage => {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
  const files = globSync(`${folder}/**/*.{ts,mts,js,mjs}`, { cwd: root, exclude: ["**/node_modules", "**/dist"] })
    .toSorted()
    .map((path) => ({ path, imports: importsOf(path, readFileSync(join(root, path), "utf8")) }))
  const isSource = ({ path }: SourceFile) => path.startsWith(join(folder, "src/"))
  return {
    name: manifest.name,
    folder,
    dependencies: Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    }),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    sources: files.filter(isSource),
    tests: files.filter((file) => !isSource(file)),
  }
}
