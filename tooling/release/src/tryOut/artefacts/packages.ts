// The tarballs for npm, installed for all users and run by npx, on the oldest Node that is supported and on later ones, without a network.
import { copyFileSync, cpSync } from "node:fs"
import { basename, join } from "node:path"
import { fetchNode, nodeVersion, npm, olderNodes } from "../../fetchNode.ts"
import { fetchPackage } from "../../tools/fetchPackage.ts"
import type { Artefact } from "../Artefact.ts"
import { step } from "../Artefact.ts"

const on = (version: string, node: () => string): Artefact => ({
  name: `the packages for npm on Node ${version}`,
  files: [/^rollcall-cli-.*\.tgz$/u, /^rollcall-worker-.*\.tgz$/u],
  base: "debian",
  install: async (root, files) => {
    cpSync(join(node(), "bin/node"), join(root.folder, "usr/local/bin/node"))
    cpSync(fetchPackage(npm), join(root.folder, "opt/npm"), { recursive: true })
    for (const file of files) copyFileSync(file, join(root.folder, "work", basename(file)))
    const tarballs = files.map((it) => `./${basename(it)}`)
    await step(root, "node", "/opt/npm/bin/npx-cli.js", "--yes", tarballs[0] ?? "", "--version")
    await step(root, "node", "/opt/npm/bin/npm-cli.js", "install", "--global", ...tarballs)
    return { rollcall: ["rollcall"], worker: ["rollcall-worker"] }
  },
})

export const packages: ReadonlyArray<Artefact> = [
  ...olderNodes.map((node) => on(node.version, () => fetchPackage(node))),
  on(nodeVersion, () => fetchNode("linux-x64")),
]
