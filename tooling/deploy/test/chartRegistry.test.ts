// The packaged chart in a registry: Helm pushes it, pulls the same bytes and installs from there. Part of the long form: `pnpm long registry`.
import { assert, describe, it } from "@effect/vitest"
import { hasRegistry, startRegistry } from "@rollcall/test-kit/registry"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { packageChart } from "../src/chart/packageChart.ts"
import { findProgram } from "./render.ts"

const image = { repository: "registry.example.com/rollcall/worker", digest: `sha256:${"5e".repeat(32)}` }
const release = { version: "3.2.1", appVersion: "3.2.0", image, committed: 1_790_000_000 }

describe.skipIf(!hasRegistry || findProgram("helm") === undefined)("a registry (skipped where there is none)", () => {
  it.live("holds the chart as it was packaged, under the same digest whenever it is pushed", () =>
    Effect.gen(function* () {
      const host = yield* startRegistry
      const folder = yield* scratchFolder("pushed")
      const helm = (...args: ReadonlyArray<string>): string => {
        // It looks for settings of its user; there are none here.
        const env = { ...process.env, HOME: folder }
        const { status, stdout, stderr } = spawnSync("helm", [...args, "--plain-http"], { encoding: "utf8", env })
        assert.strictEqual(status, 0, stderr)
        return stdout + stderr
      }
      const digests = ["first", "second"].map((name) => {
        mkdirSync(join(folder, name))
        const archive = join(folder, name, packageChart(release, join(folder, name)))
        return /Digest: (sha256:\w+)/u.exec(helm("push", archive, `oci://${host}/${name}`))?.[1]
      })
      assert.match(String(digests[0]), /^sha256:/u)
      assert.strictEqual(digests[0], digests[1])

      helm("pull", `oci://${host}/first/rollcall`, "--version", "3.2.1", "--destination", folder)
      const archive = "rollcall-3.2.1.tgz"
      assert.deepStrictEqual(readFileSync(join(folder, archive)), readFileSync(join(folder, "first", archive)))
      assert.include(
        helm("template", "rollcall", `oci://${host}/first/rollcall@${digests[0]}`),
        `image: "${image.repository}@${image.digest}"`,
      )
    }),
  )
})
