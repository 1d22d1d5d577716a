// docs/deploy-kubernetes.md and deploy/README.md against what they speak of: metrics, settings, values, the image.
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { appFields, environmentName, namesOf, pickAppFields } from "@rollcall/config"
import { builtIn, connectorFields } from "@rollcall/host"
import { assert, describe, it } from "vitest"
import { chartValues, leavesOf, readSchema } from "../src/chart/chartValues.ts"
import { rows } from "../src/dashboard/rows.ts"
import { deployFolder } from "./kubernetesObject.ts"

const read = (path: string) => readFileSync(join(deployFolder, "..", path), "utf8")
const page = read("docs/deploy-kubernetes.md")

const matches = (text: string, pattern: RegExp): ReadonlyArray<string> =>
  [...text.matchAll(pattern)].flatMap(([, found]) => found ?? []).toSorted()
const uniqueMatches = (text: string, pattern: RegExp) => [...new Set(matches(text, pattern))]

const known = [...appFields, ...connectorFields(builtIn)].flatMap(namesOf).map(environmentName)

describe("the page on Kubernetes", () => {
  it("explains every metric of the worker, and none that it does not have", () => {
    const sources = globSync("apps/worker/src/**/*.ts", { cwd: join(deployFolder, "..") })
      .map(read)
      .join("\n")
    const metrics = matches(sources, /Metric\.\w+\(\s*"(\w+)"/g)
    assert.isAbove(metrics.length, 10)
    assert.deepStrictEqual(matches(page, /^\| `((?:rollcall|process|nodejs)_\w+)` /gm), metrics)
  })

  it("explains every alert of the chart, and the metrics that they are on", () => {
    const rules = read("deploy/helm/rollcall/templates/_alerts.tpl")
    assert.deepStrictEqual(matches(page, /^\| `(Rollcall\w+)` /gm), matches(rules, /- alert: (\w+)/g))
    const explained = uniqueMatches(page, /^\| `(rollcall_\w+)` /gm)
    assert.includeMembers([...explained], [...uniqueMatches(rules, /\b(rollcall_\w+)/g)])
  })

  it("names settings that exist", () => {
    assert.includeMembers(known, [...uniqueMatches(page, /\b(BATON_[A-Z_]+)\b/g)])
  })

  it("says where the chart's values are listed, which the chart's own test holds to its schema", () => {
    assert.include(page, "(../deploy/helm/rollcall/README.md#values)")
  })
})

describe("the runbook", () => {
  const runbook = read("docs/runbook.md")
  const alerts = matches(read("deploy/helm/rollcall/templates/_alerts.tpl"), /- alert: (\w+)/g)
  const sections = runbook.split(/^## /mu).slice(1)

  it("says of each alert of the chart what it means, what to look at and what to do, under the anchor that it links to", () => {
    assert.deepStrictEqual(sections.map((section) => section.split("\n")[0] ?? "").toSorted(), alerts)
    for (const section of sections) {
      assert.deepStrictEqual(
        [...section.matchAll(/^\*\*(.+?)\*\* \S/gmu)].map(([, part]) => part),
        ["Means.", "Look at.", "Do."],
        section,
      )
    }
  })

  it("names values, settings and metrics that exist", () => {
    const paths = leavesOf(chartValues(readSchema())).map(({ path }) => path)
    const values = uniqueMatches(runbook, /`((?:alerts|networkPolicy|connections|database|drift|workFolder)\.\w+)\b/g)
    assert.isAbove(values.length, 8)
    for (const value of values)
      assert.isTrue(
        paths.some((path) => `${path}.`.startsWith(`${value}.`)),
        value,
      )
    assert.includeMembers(known, [...uniqueMatches(runbook, /\b(BATON_[A-Z_]+)\b/g)])
    assert.includeMembers(
      [...matches(page, /^\| `(rollcall_\w+)` /gm)],
      [...uniqueMatches(runbook, /\b(rollcall_\w+)/g)],
    )
  })

  it("names panels of the dashboard, where it sends people to one", () => {
    const titles = rows.flatMap(({ panels }) => panels.map(({ title }) => title))
    assert.includeMembers(titles, [...uniqueMatches(runbook, /_([A-Z][a-z ]+)_/g)])
  })
})

describe("the command that runs the image without Kubernetes", () => {
  const command = /^docker run .*$/m.exec(read("deploy/README.md"))?.[0] ?? assert.fail("there is none")

  const imageSource = read("tooling/release/src/image/image.ts")

  it("runs the image under a tag, as `pnpm image` names it", () => {
    const [, name] = /name: "([\w-]+)"/.exec(imageSource) ?? []
    assert.strictEqual(command.split(" ").at(-1), `${name}:VERSION`)
  })

  it("starts a container again that has ended, as the same host to ConductorOne", () => {
    assert.include(command, " --restart unless-stopped ")
    const [hostId] = pickAppFields("host-id").map(({ name }) => environmentName(name))
    assert.include(command, ` -e ${hostId}=rollcall `)
  })

  it("keeps the work folder of the image on a volume", () => {
    const [, folder] = /const workFolder = "(\S+)"/.exec(imageSource) ?? []
    assert.include(command, ` -v rollcall:${folder} `)
  })
})
