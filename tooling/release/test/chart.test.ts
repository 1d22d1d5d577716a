// The chart of a release: it names the image that was made with it, and a registry is given it once.
import { assert, describe, it } from "@effect/vitest"
import { hasRegistry, startRegistry } from "@rollcall/test-kit/registry"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { imageFile } from "../src/image/makeImage.ts"
import type { Part } from "../src/Part.ts"
import { Unmade } from "../src/Part.ts"
import { chart, chartFile } from "../src/parts/chart.ts"
import { chartStep } from "../src/publish/chart.ts"
import { runSteps } from "../src/publish/Step.ts"
import type { Release } from "../src/Release.ts"

const digest = `sha256:${"5e".repeat(32)}`
const hasHelm = spawnSync("helm", ["version"]).status === 0

/** A release whose folder holds what the chart reads of its image. */
const releaseIn = (folder: string, image: string | null, committed = 1_790_000_000): Release => {
  const release: Release = {
    version: "1.2.3",
    commit: "c0ffee".padEnd(40, "0"),
    committed,
    dirty: false,
    names: {
      npmScope: null,
      image,
      chart: null,
      homebrewTap: null,
      scoopBucket: null,
      repository: null,
      published: null,
    },
    folder,
    work: (name) => join(folder, name),
    say: () => {},
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "index.json"), JSON.stringify({ manifests: [{ digest }] }))
  execFileSync("tar", ["--create", `--file=${join(folder, imageFile(release))}`, "-C", folder, "index.json"])
  return release
}

const made = (part: Part, release: Release) => Effect.promise(() => part.make(release))

describe.skipIf(!hasHelm)("the chart of a release (skipped where there is no helm)", () => {
  it.live("has its version, and the image that was made with it where that has a name", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("chart")
      const shown = (release: Release, what: "chart" | "values"): Record<string, unknown> =>
        parse(execFileSync("helm", ["show", what, join(release.folder, chartFile(release))], { encoding: "utf8" }))
      const named = releaseIn(join(folder, "named"), "registry.example/rollcall/worker")
      assert.deepStrictEqual(yield* made(chart, named), ["rollcall-1.2.3.tgz"])
      const annotations = { imageDigest: digest }
      assert.deepInclude(shown(named, "chart"), { version: "1.2.3", appVersion: "1.2.3", annotations })
      const image = { repository: "registry.example/rollcall/worker", tag: "", digest: "", pullPolicy: "IfNotPresent" }
      assert.deepStrictEqual(shown(named, "values")["image"], image)

      const unnamed = releaseIn(join(folder, "unnamed"), null)
      yield* made(chart, unnamed)
      assert.deepStrictEqual(shown(unnamed, "values")["image"], { ...image, repository: "" })
      assert.isUndefined(shown(unnamed, "chart")["annotations"])
    }),
  )

  it.live.skipIf(!hasRegistry)("is pushed once, and never over another (skipped where there is no registry)", () =>
    Effect.gen(function* () {
      const repository = `oci://${yield* startRegistry}/charts`
      const folder = yield* scratchFolder("chart")
      const flags = ["--plain-http"]
      const pushed = Effect.fnUntraced(function* (release: Release, to = repository) {
        yield* made(chart, release)
        const said: Array<string> = []
        const step = chartStep({
          file: join(release.folder, chartFile(release)),
          version: "1.2.3",
          repository: to,
          flags,
        })
        yield* Effect.tryPromise({ try: () => runSteps([step], (line) => said.push(line)), catch: (cause) => cause })
        return said
      })
      const name = `chart ${repository}/rollcall 1.2.3`
      const release = releaseIn(join(folder, "one"), null)
      assert.deepStrictEqual(yield* pushed(release), [`${name}: published`])
      assert.deepStrictEqual(yield* pushed(release), [`${name}: published already`])

      const other = yield* Effect.flip(pushed(releaseIn(join(folder, "other"), null, 1_790_000_001)))
      assert.match(String(other), /is there with other content: make a new version/u)
      const away = yield* Effect.flip(pushed(release, "oci://127.0.0.1:1/charts"))
      assert.match(String(away), /does not say whether it has .* connection refused/u)
      assert.instanceOf(away, Unmade)
    }),
  )
})
