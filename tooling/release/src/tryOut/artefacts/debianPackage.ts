// The package for Debian, installed by dpkg where nothing but what it depends on is there.
import { copyFileSync, existsSync } from "node:fs"
import { basename, join } from "node:path"
import type { Artefact } from "../Artefact.ts"
import { step } from "../Artefact.ts"

/** What the package brings besides programs, and has to leave no trace of when it is removed. */
const brought = [
  "usr/lib/systemd/system/rollcall-worker.service",
  "usr/share/bash-completion/completions/rollcall",
  "usr/share/man/man1/rollcall-sync.1.gz",
]

export const debianPackage: Artefact = {
  name: "the package for Debian",
  files: [/^rollcall_.*_amd64\.deb$/u],
  base: "debian",
  install: async (root, [file = ""]) => {
    copyFileSync(file, join(root.folder, "work", basename(file)))
    const expect = (there: boolean) => {
      const wrong = brought.filter((path) => existsSync(join(root.folder, path)) !== there)
      if (wrong.length > 0) throw new Error(`${wrong.join(", ")} ${there ? "was not installed" : "is left"}.`)
    }
    const install = () => step(root, "dpkg", "--install", `./${basename(file)}`)
    await install()
    expect(true)
    await step(root, "dpkg", "--purge", "rollcall")
    expect(false)
    await install()
    await step(root, "dpkg", "--verify", "rollcall")
    return { rollcall: ["rollcall"], worker: ["rollcall-worker"] }
  },
}
