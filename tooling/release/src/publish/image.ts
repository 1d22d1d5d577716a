// The image in a registry, under the tag of its version. Who may push is what `crane auth login`, or docker's, was told before.
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { imageDigest } from "../image/layout.ts"
import { Unmade } from "../Part.ts"
import { crane } from "../tools/crane.ts"
import type { Step } from "./Step.ts"
import { run, tried } from "./Step.ts"

/** What is pushed, and where to. */
export interface PushedImage {
  /** The tar of its layout. */
  readonly tar: string
  readonly version: string
  /** Without a tag: `registry.example/rollcall/worker`. */
  readonly repository: string
}

export const imageStep = ({ tar, version, repository }: PushedImage): Step => {
  const name = `${repository}:${version}`
  return {
    name: `image ${name}`,
    isDone: async () => {
      const { ok, stdout, stderr } = await tried(crane(), ["digest", name])
      if (!ok && /MANIFEST_UNKNOWN|NAME_UNKNOWN|404 Not Found/u.test(stderr)) return false
      if (!ok) throw new Unmade(`The registry does not say whether it has ${name}: ${stderr.trim()}`, 69)
      if (stdout.trim() === imageDigest(tar)) return true
      throw new Unmade(`${name} is there with other content: make a new version.`)
    },
    run: async () => {
      const layout = mkdtempSync(join(tmpdir(), "rollcall-layout-"))
      try {
        execFileSync("tar", ["--extract", `--file=${tar}`, `--directory=${layout}`])
        await run(crane(), ["push", layout, name])
      } finally {
        rmSync(layout, { recursive: true })
      }
    },
  }
}
