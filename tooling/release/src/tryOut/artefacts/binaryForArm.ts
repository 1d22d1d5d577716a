// The program for linux-arm64, on any processor: the image's libraries for it, and qemu as the processor.
import { execFileSync } from "node:child_process"
import { copyFileSync, cpSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { architectures } from "../../image/architectures.ts"
import { writeLibraries } from "../../image/libraries.ts"
import { readLock } from "../../image/lock.ts"
import { unpackDebian } from "../../tools/unpackDebian.ts"
import type { Artefact } from "../Artefact.ts"

const arm = architectures.find(({ name }) => name === "arm64")!

export const binaryForArm: Artefact = {
  name: "the program for linux-arm64, under qemu",
  files: [/^rollcall-.*-linux-arm64\.tar\.gz$/u],
  base: "nothing",
  install: async (root, [archive = ""]) => {
    const bin = join(root.folder, "usr/local/bin")
    const unpacked = join(root.folder, "work/unpacked")
    for (const folder of [bin, unpacked]) mkdirSync(folder, { recursive: true })
    execFileSync("tar", ["-xzf", archive, "-C", unpacked, "--strip-components=1"])
    for (const name of ["rollcall", "rollcall-worker"]) {
      cpSync(join(unpacked, name), join(bin, name), { verbatimSymlinks: true })
    }
    writeLibraries(root.folder, readFileSync(join(bin, "rollcall")), arm, readLock())
    copyFileSync(unpackDebian("qemu-user-static", "usr/bin/qemu-aarch64-static"), join(root.folder, "qemu"))
    const under = (name: string) => ["/qemu", `/usr/local/bin/${name}`]
    return { rollcall: under("rollcall"), worker: under("rollcall-worker") }
  },
}
