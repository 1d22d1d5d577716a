// The manifests in deploy/kubernetes: Kubernetes takes them, the strictest namespaces too, and they say what the worker reads.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { appFields, environmentName, namesOf, pickAppFields } from "@rollcall/config"
import { builtIn, connectorFields } from "@rollcall/host"
import { assert, describe, it } from "vitest"
import type { KubernetesObject } from "./kubernetesObject.ts"
import { containerOf, deployFolder, deploymentIn, objectsIn, objectsOf, secretIn } from "./kubernetesObject.ts"
import { objectFaults } from "./objectFaults.ts"
import { podSecurityFaults } from "./podSecurity.ts"
import { findProgram, renderKustomization } from "./render.ts"
import { schemaFaults } from "./schemaFaults.ts"

const files = ["deployment.yaml", "secret.example.yaml", "work-folder-claim/claim.yaml"]
const objects = files.flatMap((file) => objectsOf(`kubernetes/${file}`))
const deployment = deploymentIn(objects)
const container = containerOf(deployment)
const source = readFileSync(join(deployFolder, "kubernetes/deployment.yaml"), "utf8")

/** The Deployment with a part of its text replaced. */
const changed = (what: string, by: string) => {
  assert.include(source, what)
  return objectsIn(source.replace(what, by))
}

describe("the manifests", () => {
  it("hold to the schemas of Kubernetes, and no field that it does not know", () => {
    assert.deepStrictEqual(schemaFaults(objects), [])
  })

  it.for([
    ["a misspelt field", "readinessProbe:", "readynessProbe:", /readynessProbe.* does not exist/],
    ["a boolean where text belongs", "value: rollcall", "value: true", /env\/0\/value/],
    ["a quantity that is none", "memory: 512Mi", "memory: lots", /limits/],
    ["a missing selector", "  selector:\n    matchLabels:", "  notes:\n    matchLabels:", /selector/],
  ] as const)("would not pass with %s", ([, what, by, told]) => {
    assert.match(schemaFaults(changed(what, by)).join("\n"), told)
  })

  it("pass where the restricted Pod Security Standard is enforced", () => {
    assert.deepStrictEqual(podSecurityFaults(deployment.spec.template.spec), [])
    const loose = deploymentIn(changed("runAsNonRoot: true", "runAsNonRoot: false"))
    assert.deepStrictEqual(podSecurityFaults(loose.spec.template.spec), ["runAsNonRoot is not true"])
  })

  it("run one worker, and end the old one before the new one starts", () => {
    assert.strictEqual(deployment.spec.replicas, 1)
    assert.deepStrictEqual(deployment.spec.strategy, { type: "Recreate" })
  })

  it("select the pods that they make", () => {
    assert.deepInclude(deployment.spec.template.metadata.labels, deployment.spec.selector.matchLabels)
  })

  it("give the worker a name of its own for ConductorOne, and what probes and volume count on", () => {
    assert.deepStrictEqual(container.env, [
      { name: "BATON_HOST_ID", value: "rollcall" },
      { name: "BATON_HEALTH_CHECK", value: "true" },
      { name: "BATON_HEALTH_CHECK_PORT", value: String(container.ports?.[0]?.containerPort) },
      { name: "BATON_HEALTH_CHECK_BIND_ADDRESS", value: "0.0.0.0" },
      { name: "BATON_C1Z_TEMP_DIR", value: String(container.volumeMounts?.[0]?.["mountPath"]) },
    ])
  })

  it("take all else from the Secret of the example", () => {
    assert.deepStrictEqual(container.envFrom, [{ secretRef: { name: secretIn(objects).metadata.name } }])
  })

  it("probe the paths of the worker at a port that the container names", () => {
    assert.deepStrictEqual(container.livenessProbe?.httpGet, { path: "/live", port: "health" })
    assert.deepStrictEqual(container.readinessProbe?.httpGet, { path: "/ready", port: "health" })
    const [port] = pickAppFields("health-check-port")
    assert.deepStrictEqual<unknown>(container.ports, [{ name: "health", containerPort: port?.default }])
  })

  it("the Secret of the example holds settings that exist, as text", () => {
    const known = [...appFields, ...connectorFields(builtIn)].flatMap(namesOf).map(environmentName)
    const { stringData } = secretIn(objects)
    assert.includeMembers(known, Object.keys(stringData))
    for (const [name, value] of Object.entries(stringData)) assert.isString(value, name)
  })
})

describe("the Deployment that ConductorOne documents", () => {
  it("is one that Kubernetes takes", () => {
    const vendor = readFileSync(new URL("fixtures/vendor.yaml", import.meta.url), "utf8")
    assert.deepStrictEqual(objectFaults(objectsIn(vendor)), [])
  })
})

describe.skipIf(findProgram("kustomize") === undefined)("kustomize (skipped where it is not there)", () => {
  const page = readFileSync(join(deployFolder, "../docs/deploy-kubernetes.md"), "utf8")
  /** What the page has people write, with more lines. */
  const rendered = (...more: ReadonlyArray<string>) => {
    const [, block] = /```yaml\n([^`]*kind: Kustomization\n[^`]*)```/.exec(page) ?? []
    const lines = block?.replaceAll(/^ {3}/gm, "") ?? assert.fail("the page shows no kustomization")
    const { objects: made, complaint } = renderKustomization([lines, ...more].join("\n"))
    assert.strictEqual(complaint, "")
    return made
  }

  it("makes the Deployment alone, with image and namespace of the page's kustomization", () => {
    const made = rendered()
    assert.lengthOf(made, 1)
    const { metadata, spec } = deployment
    const containers = [{ ...container, image: "registry.example.com/rollcall-worker:1.0.0" }]
    const template = { ...spec.template, spec: { ...spec.template.spec, containers } }
    const expected = { ...deployment, metadata: { ...metadata, namespace: "rollcall" }, spec: { ...spec, template } }
    assert.deepStrictEqual<ReadonlyArray<KubernetesObject>>(made, [expected])
  })

  it("puts the work folder on a volume that outlives the pod, where it is told to", () => {
    const [components] = /components: \[.*?\]/.exec(page) ?? assert.fail("the page names no component")
    const made = rendered(components)
    assert.deepStrictEqual(objectFaults(made), [])
    assert.sameMembers(
      made.map(({ kind }) => kind),
      ["Deployment", "PersistentVolumeClaim"],
    )
    assert.deepStrictEqual(deploymentIn(made).spec.template.spec.volumes, [
      { name: "work", persistentVolumeClaim: { claimName: "rollcall" } },
    ])
  })
})
