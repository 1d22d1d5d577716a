// docs/deploy-kubernetes.md and deploy/README.md against what they speak of: metrics, settings, values, the image.
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { appFields, environmentName, namesOf, pickAppFields } from "@rollcall/config"
import { builtIn, connectorFields } from "@rollcall/host"
import { assert, describe, it } from "vitest"
import { deployFolder } from "./kubernetesObject.ts"

const read = (path: string) => readFileSync(join(deployFolder, "..", path), "utf8")
const page = read("docs/deploy-kubernetes.md")

const matches = (text: string, pattern: RegExp): ReadonlyArray<string> =>
  [...text.matchAll(pattern)].flatMap(([, found]) => found ?? []).toSorted()
const uniqueMatches = (text: string, pattern: RegExp) => [...new Set(matches(text, pattern))]

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
    const rules = read("deploy/helm/rollcall/templates/alerts.yaml")
    assert.deepStrictEqual(matches(page, /^\| `(Rollcall\w+)` /gm), matches(rules, /- alert: (\w+)/g))
    const explained = uniqueMatches(page, /^\| `(rollcall_\w+)` /gm)
    assert.includeMembers([...explained], [...uniqueMatches(rules, /\b(rollcall_\w+)/g)])
  })

  it("names settings that exist", () => {
    const known = [...appFields, ...connectorFields(builtIn)].flatMap(namesOf).map(environmentName)
    assert.includeMembers(known, [...uniqueMatches(page, /\b(BATON_[A-Z_]+)\b/g)])
  })

  it("says where the chart's values are listed, which the chart's own test holds to its schema", () => {
    assert.include(page, "(../deploy/helm/rollcall/README.md#values)")
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
