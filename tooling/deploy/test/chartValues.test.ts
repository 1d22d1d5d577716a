// The values of the chart: declared once, written from there into values.yaml and the README, and none of them without an effect.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import type { ValueSchema } from "../src/chart/chartValues.ts"
import { chartFolder, chartValues, leavesOf, readSchema } from "../src/chart/chartValues.ts"
import { valuesYaml, withTable } from "../src/chart/writeValues.ts"
import { conformFaults, hasKubeconform } from "./kubeconform.ts"
import type { Rendered } from "./render.ts"
import { findProgram, renderChart } from "./render.ts"
import { monitoringRenderings } from "./renderings/monitoring.ts"
import { networkRenderings } from "./renderings/network.ts"
import { objectRenderings } from "./renderings/objects.ts"
import { podRenderings } from "./renderings/pods.ts"
import type { Rendering, Seen } from "./renderings/rendering.ts"
import { lookUp } from "./renderings/rendering.ts"

const image = { repository: "registry.example.com/rollcall-worker", tag: "1.0.0" }
const renderings: ReadonlyArray<Rendering> = [
  ...podRenderings,
  ...objectRenderings,
  ...monitoringRenderings,
  ...networkRenderings,
]
const read = (file: string) => readFileSync(join(chartFolder, file), "utf8")
const values = chartValues(readSchema())
const common = { "example.com/part-of": "access" }
const rendered = new Map<Rendering, Rendered>()

describe("the schema of the chart's values", () => {
  it("is what values.yaml and the table of the README say (if not: pnpm chart)", () => {
    assert.strictEqual(read("values.yaml"), valuesYaml(values))
    assert.strictEqual(read("README.md"), withTable(read("README.md"), values))
  })

  it.for<[string, ValueSchema]>([
    ["no description", { properties: { replicas: { default: 1 } } }],
    ["no default", { properties: { replicas: { description: "How many." } } }],
    ["a group without a description", { properties: { image: { properties: {} } } }],
  ])("is not taken with %s", ([, schema]) => {
    assert.throws(() => chartValues(schema), /^(replicas|image) has no/u)
  })

  it("has no value that no rendering gives, and no rendering gives one that is the default", () => {
    const given = renderings.flatMap((rendering) => rendering.seen.map(({ value }) => value))
    const leaves = leavesOf(values)
    assert.sameMembers(
      [...new Set(given)],
      leaves.map(({ path }) => path),
    )
    const defaults = new Map(leaves.map(({ path, default: byDefault }) => [path, byDefault]))
    for (const { values: all } of renderings) {
      for (const path of given) {
        const value = lookUp(all, path.replaceAll(".", " "))
        if (value !== undefined) assert.notDeepEqual(value, defaults.get(path), path)
      }
    }
  })
})

describe.skipIf(findProgram("helm") === undefined)("the chart's values (skipped where there is no helm)", () => {
  it.for(renderings.map((rendering): [string, Rendering] => [named(rendering.seen), rendering]))(
    "are seen: %s",
    ([, rendering]) => {
      const { objects } = made(rendering)
      for (const { value, kind, at, is, name } of rendering.seen) {
        const found = objects.filter(
          (object) => object.kind === kind && object.metadata.name === (name ?? object.metadata.name),
        )
        assert.lengthOf(found, 1, `${value}: ${kind} ${name ?? ""}`)
        for (const object of found) {
          const there = lookUp(object, at)
          if (is instanceof RegExp) assert.match(String(there), is, `${value}: ${at}`)
          else assert.deepStrictEqual(there, is, `${value}: ${at}`)
        }
      }
    },
  )

  it("that name and label objects do so with each, also with those of `helm test`", () => {
    for (const rendering of renderings) {
      const { objects, tests } = made(rendering)
      const called = lookUp(rendering.values, "fullnameOverride")
      const start = typeof called === "string" ? called : "rollcall"
      const labels = lookUp(rendering.values, "commonLabels") ?? common
      // Those of `extraObjects` are somebody else's.
      for (const object of [...objects, ...tests].filter(({ metadata }) => !metadata.name.endsWith("-more"))) {
        assert.match(object.metadata.name, new RegExp(`^${start}(-[a-z]+)*$`, "u"))
        assert.deepInclude(object.metadata.labels, labels)
      }
    }
  })

  it.skipIf(!hasKubeconform)(
    "make what Kubernetes and the operators take (skipped where there is no kubeconform)",
    () => {
      const all = renderings.map(made).flatMap(({ objects, tests }) => [...objects, ...tests])
      assert.deepStrictEqual(conformFaults(all), [])
    },
  )
})

/** What the chart makes of these values, made once. */
function made(rendering: Rendering): Rendered {
  const before = rendered.get(rendering)
  if (before !== undefined) return before
  const result = renderChart("rollcall", { image, commonLabels: common, ...rendering.values })
  assert.strictEqual(result.complaint, "")
  rendered.set(rendering, result)
  return result
}

function named(seen: ReadonlyArray<Seen>) {
  return [...new Set(seen.map(({ value }) => value))].join(", ")
}
