// Reads the changesets that wait for the next release: which packages each of them names.
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** A changeset: its path from the root, and the packages that its heading names. */
export interface Changeset {
  readonly path: string
  readonly packages: ReadonlyArray<string>
}

/** The changesets in `.changeset` of a root folder. */
export const readChangesets = (root: string): ReadonlyArray<Changeset> =>
  globSync(".changeset/*.md", { cwd: root, exclude: [".changeset/README.md"] })
    .toSorted()
    .map((path) => ({ path, packages: named(readFileSync(join(root, path), "utf8")) }))

const named = (text: string): ReadonlyArray<string> => {
  const heading = /^---\r?\n([\s\S]*?)^---\s*$/m.exec(text)?.[1] ?? ""
  return [...heading.matchAll(/^\s*["']?([^"'\s:]+)["']?\s*:\s*(?:major|minor|patch)\s*$/gm)].flatMap(
    ([, name]) => name ?? [],
  )
}
