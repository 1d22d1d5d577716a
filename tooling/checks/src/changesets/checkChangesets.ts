// The rule that a change to a public package comes with a changeset: else the change would reach nobody, or reach
// everybody unannounced.
import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { gitChanges } from "./gitChanges.ts"
import { readChangesets } from "./readChangesets.ts"

/**
 * The broken rules, one sentence each; empty when all is well. A package has changed when its `src` or its package.json
 * has. On a branch a changeset of that branch must name it; on main any changeset that waits for release may.
 */
export const checkChangesets = (root: string): ReadonlyArray<string> => {
  const packages = readPackages(root)
  const changesets = readChangesets(root)
  const known = new Map(packages.map(({ name, isPublic }) => [name, isPublic]))
  // Changesets refuses to make versions from one that names a private package beside a public one.
  const unknown = changesets.flatMap(({ path, packages: names }) =>
    names
      .filter((name) => known.get(name) !== true)
      .map((name) => `${path} names ${name}, which is ${known.has(name) ? "private" : "no package here"}`),
  )

  const changes = gitChanges(root)
  if (changes === undefined) return unknown
  const changed = new Set(changes.files)
  const counting = changesets.filter(({ path }) => changes.since !== "main" || changed.has(path))
  const announced = new Set(counting.flatMap(({ packages: names }) => names))
  const silent = packages
    .filter(({ isPublic, name }) => isPublic && !announced.has(name))
    // A release takes the changesets away and writes the package's CHANGELOG.md in their place.
    .filter(({ folder }) => !changed.has(`${folder}/CHANGELOG.md`))
    .flatMap(({ folder, name }) => {
      const files = changes.files.filter(
        (file) => file.startsWith(`${folder}/src/`) || file === `${folder}/package.json`,
      )
      const more = files.length > 1 ? ` and ${files.length - 1} more` : ""
      return files[0] === undefined
        ? []
        : [`${name} has changed since ${changes.since} (${files[0]}${more}), and no changeset since then names it`]
    })
  return [...unknown, ...silent]
}

interface Package {
  readonly name: string
  readonly folder: string
  readonly isPublic: boolean
}

const readPackages = (root: string): ReadonlyArray<Package> =>
  globSync("{packages/*,apps,tooling}/*/package.json", { cwd: root })
    .toSorted()
    .map((path) => {
      const manifest: { readonly name: string; readonly private?: boolean } = JSON.parse(
        readFileSync(join(root, path), "utf8"),
      )
      return { name: manifest.name, folder: dirname(path), isPublic: manifest.private !== true }
    })
