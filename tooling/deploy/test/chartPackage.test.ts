// The packaged chart: the same bytes whenever it is made, and the image of its release, unless the values say otherwise.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { vi } from "vitest"
import { parse } from "yaml"
import { ChartNotPackaged, packageChart } from "../src/chart/packageChart.ts"
import { containerOf, deploymentIn } from "./kubernetesObject.ts"
import { findProgram, renderChart } from "./render.ts"

const digest = `sha256:${"5e".repeat(32)}`
const repository = "registry.example.com/rollcall/worker"
const release = { version: "3.2.1", appVersion: "3.2.0", image: { repository, digest }, committed: 1_790_000_000 }

const imageOf = (chart: string, values: object): string => {
  const { objects, complaint } = renderChart("rollcall", values, chart)
  return complaint === "" ? containerOf(deploymentIn(objects)).image : complaint
}

describe.skipIf(findProgram("helm") === undefined)("a packaged chart (skipped where there is no helm)", () => {
  it.live("has the same bytes when it is made again, with the times of the commit", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("packaged")
      const [once, again] = [1, 2].map((time) => {
        const into = join(folder, String(time))
        mkdirSync(into)
        return readFileSync(join(into, packageChart(release, into)))
      })
      assert.deepStrictEqual(once, again)
      const listed = execFileSync("tar", ["--utc", "-tvzf", join(folder, "1/rollcall-3.2.1.tgz")], { encoding: "utf8" })
      const times = [...listed.matchAll(/ (\d{4}-\d\d-\d\d \d\d:\d\d) (rollcall\/\S+)/gu)]
      assert.includeMembers(
        times.map(([, , name]) => name),
        ["rollcall/Chart.yaml", "rollcall/values.yaml", "rollcall/values.schema.json", "rollcall/README.md"],
      )
      assert.deepStrictEqual(new Set(times.map(([, time]) => time)), new Set(["2026-09-21 14:13"]))
    }),
  )

  it.live("names its versions and its image, which the values overrule", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("packaged")
      const chart = join(folder, packageChart(release, folder))
      const shown = (what: string) => execFileSync("helm", ["show", what, chart], { encoding: "utf8" })
      assert.deepInclude(parse(shown("chart")), { name: "rollcall", version: "3.2.1", appVersion: "3.2.0" })
      assert.include(shown("readme"), `| \`"${repository}"\``)
      assert.strictEqual(parse(shown("values")).image.repository, repository)
      const other = `sha256:${"ab".repeat(32)}`
      assert.deepStrictEqual(
        [{}, { image: { tag: "4.0.0" } }, { image: { digest: other } }, { image: { repository: "theirs/worker" } }].map(
          (values) => imageOf(chart, values),
        ),
        [`${repository}@${digest}`, `${repository}:4.0.0`, `${repository}@${other}`, `theirs/worker@${digest}`],
      )
    }),
  )

  it.live("without an image asks for one, and has the version of the release as its tag", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("packaged")
      const { image: _, ...without } = release
      const chart = join(folder, packageChart(without, folder))
      assert.match(imageOf(chart, {}), /image.repository is empty/u)
      assert.strictEqual(imageOf(chart, { image: { repository } }), `${repository}:3.2.0`)
    }),
  )

  it.live("is not made of what Helm does not take", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("packaged")
      assert.throws(() => packageChart({ ...release, version: "three" }, folder), ChartNotPackaged, /three/u)
    }),
  )
})

describe("packaging the chart", () => {
  it.live.each([
    ["without Helm", undefined, /There is no Helm on the PATH. Use Helm 4/u],
    ["with a Helm that writes the time of day", "v3.22", /is v3.22, which writes the time of day/u],
  ] as const)("ends with a sentence %s", ([, version, told]) =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("helmless")
      if (version !== undefined) writeFileSync(join(folder, "helm"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 })
      vi.stubEnv("PATH", folder)
      yield* Effect.addFinalizer(() => Effect.sync(() => vi.unstubAllEnvs()))
      assert.throws(() => packageChart(release, folder), ChartNotPackaged, told)
    }),
  )
})
