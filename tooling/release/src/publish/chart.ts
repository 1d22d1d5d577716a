// The chart in a registry: `helm push` takes the very file that was made. Who may push is what `helm registry login` was told before.
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Unmade } from "../Part.ts"
import type { Step } from "./Step.ts"
import { run, tried } from "./Step.ts"

/** What is pushed, and where to. */
export interface PushedChart {
  /** The packaged chart. */
  readonly file: string
  readonly version: string
  /** `oci://registry.example/charts`, below which the chart has its own name. */
  readonly repository: string
  /** Further flags of Helm, such as `--plain-http` for a registry without TLS. */
  readonly flags?: ReadonlyArray<string>
}

export const chartStep = ({ file, version, repository, flags = [] }: PushedChart): Step => ({
  name: `chart ${repository}/rollcall ${version}`,
  isDone: async () => {
    const folder = mkdtempSync(join(tmpdir(), "rollcall-pulled-"))
    try {
      const there = `${repository}/rollcall`
      const what = ["pull", there, "--version", version, "--destination", folder, ...flags]
      const { ok, stderr } = await tried("helm", what)
      if (!ok && /: not found\s*$/u.test(stderr)) return false
      if (!ok) throw new Unmade(`The registry does not say whether it has ${there} ${version}: ${stderr.trim()}`, 69)
      if (readFileSync(file).equals(readFileSync(join(folder, `rollcall-${version}.tgz`)))) return true
      throw new Unmade(`${there} ${version} is there with other content: make a new version.`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  run: async () => {
    await run("helm", ["push", file, repository, ...flags])
  },
})
