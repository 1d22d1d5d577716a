// The chart, rendered by Helm where there is neither a cluster nor a network.
import { execFileSync } from "node:child_process"
import { copyFileSync } from "node:fs"
import { basename, join } from "node:path"
import { findHelm } from "../../tools/helm.ts"
import type { Artefact } from "../Artefact.ts"

const image = "registry.example/rollcall-worker"

export const chart: Artefact = {
  name: "the chart",
  files: [/^rollcall-\d.*\.tgz$/u],
  base: "debian",
  install: async (root, [file = ""]) => {
    findHelm()
    const helm = execFileSync("sh", ["-c", "command -v helm"], { encoding: "utf8" }).trim()
    copyFileSync(helm, join(root.folder, "usr/local/bin/helm"))
    copyFileSync(file, join(root.folder, "work", basename(file)))
    const command = ["helm", "template", "tried", `./${basename(file)}`, "--set", `image.repository=${image}`]
    const { code, out, err } = await root.run(command, { offline: true })
    const isWhole = /^kind: Deployment$/mu.test(out) && new RegExp(`image: "?${image}[:@]`, "u").test(out)
    if (code !== 0 || !isWhole) throw new Error(`${command.join(" ")} ended with ${code}:\n${err}${out.slice(-2000)}`)
    return {}
  },
}
