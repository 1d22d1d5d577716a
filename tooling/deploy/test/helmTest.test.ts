// `helm test` and `helm lint`: the pod that the chart has for the first asks the worker how it is, and fails where the worker is not well.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { chartFolder } from "../src/chart/chartValues.ts"
import type { Container, KubernetesObject, PodSpec } from "./kubernetesObject.ts"
import { containerOf, deploymentIn } from "./kubernetesObject.ts"
import { podSecurityFaults } from "./podSecurity.ts"
import { findProgram, renderChart } from "./render.ts"
import { lookUp } from "./renderings/rendering.ts"

const image = { repository: "registry.example.com/rollcall-worker", tag: "1.0.0" }
const worker = fileURLToPath(new URL("../../../apps/worker/src/main.ts", import.meta.url))

/** A pod whose containers have arguments. */
interface TestPod extends KubernetesObject {
  readonly spec: Omit<PodSpec, "containers"> & {
    readonly containers: ReadonlyArray<Container & { readonly name: string; readonly args: ReadonlyArray<string> }>
  }
}
const isPod = (object: KubernetesObject): object is TestPod => object.kind === "Pod"

describe.skipIf(findProgram("helm") === undefined)("helm test (skipped where there is no helm)", () => {
  const { objects, tests } = renderChart("slack-eu", { image, commonLabels: { owner: "identity" } })
  const pod = tests.find(isPod)
  const service = tests.find(({ kind }) => kind === "Service")

  it("asks through a Service that is there for the test alone, for the port of the probes", () => {
    const deployment = deploymentIn(objects)
    assert.deepStrictEqual(lookUp(service ?? {}, "spec selector"), deployment.spec.selector.matchLabels)
    assert.deepStrictEqual(lookUp(service ?? {}, "spec ports"), [{ name: "health", port: 8081, targetPort: "health" }])
    assert.deepInclude(containerOf(deployment).ports ?? [], { name: "health", containerPort: 8081 })
    assert.strictEqual(lookUp(service ?? {}, "spec publishNotReadyAddresses"), true)
  })

  it("has a pod with the worker's image, which nothing selects that selects workers, and which strict namespaces take", () => {
    assert.deepStrictEqual(
      pod?.spec.containers.map((container) => container.image),
      Array.from({ length: 2 }, () => containerOf(deploymentIn(objects)).image),
    )
    const labels = lookUp(pod ?? {}, "metadata labels")
    assert.deepStrictEqual(labels, {
      "app.kubernetes.io/component": "test",
      "app.kubernetes.io/instance": "slack-eu",
      "app.kubernetes.io/name": "rollcall-test",
      owner: "identity",
    })
    assert.deepStrictEqual(podSecurityFaults(pod?.spec ?? { containers: [] }), [])
  })

  it("ends well where the worker is ready and healthy, and not where it says otherwise", async () => {
    // A worker that is ready, and whose token is refused.
    const server = createServer(({ url }, response) =>
      response.writeHead(url === "/ready" ? 200 : 503).end(url),
    ).listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    const port = typeof address === "object" ? String(address?.port) : ""
    const here: Readonly<Record<string, string>> = { "slack-eu-test": "127.0.0.1", "8081": port }
    try {
      const ended = await Promise.all(
        (pod?.spec.containers ?? []).map(async ({ name, args }) => {
          const replaced = args.map((arg) => here[arg] ?? arg)
          const child = spawn(process.execPath, [worker, ...replaced], { stdio: ["ignore", "pipe", "inherit"] })
          let said = ""
          child.stdout.on("data", (chunk) => (said += String(chunk)))
          const [code] = await once(child, "close")
          return [name, code, said.trim()]
        }),
      )
      assert.deepStrictEqual(ended, [
        ["ready", 0, "/ready"],
        ["health", 1, "/health"],
      ])
    } finally {
      server.close()
    }
  })

  it("helm lint has nothing to say but that an icon is recommended", () => {
    const set = `image.repository=${image.repository},image.tag=${image.tag}`
    const { status, stdout } = spawnSync("helm", ["lint", "--strict", chartFolder, "--set", set], {
      encoding: "utf8",
    })
    assert.deepStrictEqual(stdout.match(/^\[.*/gmu), ["[INFO] Chart.yaml: icon is recommended"])
    assert.strictEqual(status, 0)
  })
})
