// What a packed package must hold besides what publint and attw look at: its papers, and nothing that only this
// repository understands.
import { execFileSync } from "node:child_process"
import { licencesFile } from "../licences/thirdParty.ts"

/** The faults of a packed package, given the path of its .tgz, one sentence each; empty when all is well. */
export const checkPack = (tarball: string): ReadonlyArray<string> => {
  const tar = (...args: ReadonlyArray<string>) => execFileSync("tar", args, { encoding: "utf8" })
  const files = tar("-tzf", tarball)
    .split("\n")
    .map((path) => path.replace(/^package\//, ""))
  const manifest = tar("-xzOf", tarball, "package/package.json")
  const missing = ["README.md", "LICENSE"].filter((paper) => !files.includes(paper))
  const bundled = files.some((path) => /^dist\/.*\.mjs$/.test(path))
  const licences = bundled && !files.includes(`dist/${licencesFile}`) ? [licencesFile] : []
  // A template is what the package is there to copy, its tests among it.
  const stray = files.filter(
    (path) => !path.startsWith("template/") && /(^|\/)(test|node_modules)\/|\.tgz$|\.tsbuildinfo$/.test(path),
  )
  const unresolved = [...manifest.matchAll(/"([^"]+)": "((?:workspace|catalog):[^"]*)"/g)]
  // A second copy of Effect beside the host's has services and errors that do not match.
  const ownEffect = "effect" in (JSON.parse(manifest).dependencies ?? {})
  const described = ["description", "license", "engines"].filter((field) => !(field in JSON.parse(manifest)))
  return [
    ...missing.map((paper) => `the pack has no ${paper}`),
    ...licences.map((paper) => `the pack holds a bundle and no ${paper}`),
    ...stray.map((path) => `the pack holds ${path}, which nobody needs`),
    ...unresolved.map(([, name, range]) => `the packed package.json asks for ${name} as ${range}`),
    ...(ownEffect ? ["the packed package.json has effect among its dependencies: make it a peer dependency"] : []),
    ...described.map((field) => `the packed package.json has no ${field}`),
  ]
}
