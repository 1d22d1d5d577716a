// The archive with a program of one file, unpacked as its README.md says.
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import type { Artefact } from "../Artefact.ts"

export const binary: Artefact = {
  name: "the program for linux-x64",
  files: [/^rollcall-.*-linux-x64\.tar\.gz$/u],
  base: "debian",
  install: async (root, [archive = ""]) => {
    const unpacked = join(root.folder, "work/unpacked")
    mkdirSync(unpacked)
    execFileSync("tar", ["-xzf", archive, "-C", unpacked, "--strip-components=1"])
    for (const name of ["rollcall", "rollcall-worker"]) {
      cpSync(join(unpacked, name), join(root.folder, "usr/local/bin", name), { verbatimSymlinks: true })
    }
    return { rollcall: ["rollcall"], worker: ["rollcall-worker"] }
  },
}
