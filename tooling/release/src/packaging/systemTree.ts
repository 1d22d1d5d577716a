// The files of both programs where a Unix system looks for them: bundles with the Node that runs them, commands, manual pages, completions
// and licences. Packages of systems are made of it.
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import { apps, bundleOf } from "../appBundles.ts"
import { papersOf } from "./papers.ts"
import { stripElf } from "../binaries/stripElf.ts"
import type { Platform } from "../fetchNode.ts"
import { fetchNode } from "../fetchNode.ts"
import type { Release } from "../Release.ts"
import { repository } from "../Release.ts"

const library = "usr/lib/rollcall"

/** Lays the tree out in an empty folder that becomes `/`. */
export const writeSystemTree = (release: Release, platform: Platform, root: string): void => {
  const write = (path: string, content: string | Uint8Array, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content, { mode })
  }
  const node = fetchNode(platform)
  write(`${library}/node`, stripElf(readFileSync(join(node, "bin/node"))), 0o755)
  for (const app of apps) {
    cpSync(bundleOf(app), join(root, library, app), {
      recursive: true,
      filter: (path) => !/\.(?:map|tgz)$/u.test(path),
    })
    write(`usr/bin/${app}`, `#!/bin/sh\nexec /${library}/node /${library}/${app}/main.mjs "$@"\n`, 0o755)
  }
  const papers = papersOf(release)
  cpSync(join(papers, "man"), join(root, "usr/share/man"), { recursive: true })
  const completions: Readonly<Record<string, string>> = {
    bash: "usr/share/bash-completion/completions",
    fish: "usr/share/fish/vendor_completions.d",
    zsh: "usr/share/zsh/vendor-completions",
  }
  for (const [shell, folder] of Object.entries(completions)) {
    cpSync(join(papers, "completions", shell), join(root, folder), { recursive: true })
  }
  const changelog = readFileSync(join(repository, "CHANGELOG.md"))
  write("usr/share/doc/rollcall/changelog.gz", gzipSync(changelog, { level: 9 }))
  write("usr/share/doc/rollcall/copyright", readFileSync(join(repository, "LICENSE")))
  copyFileSync(join(node, "LICENSE"), join(root, "usr/share/doc/rollcall/copyright.node"))
}
