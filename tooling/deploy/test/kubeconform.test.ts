// The manifests and the examples against the schemas of Kubernetes and of the Prometheus operator, as kubeconform reads them.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import type { Schema } from "../src/schemas/strictSchema.ts"
import { definedKind, definitionsFor } from "../src/schemas/strictSchema.ts"
import { conformFaults, hasKubeconform } from "./kubeconform.ts"
import { deployFolder, objectsIn, objectsOf } from "./kubernetesObject.ts"

const files = [
  "kubernetes/deployment.yaml",
  "kubernetes/secret.example.yaml",
  "kubernetes/work-folder-claim/claim.yaml",
  "helm/examples/forty-workspaces/connections.yaml",
  "helm/examples/forty-workspaces/secrets.example.yaml",
]
const source = readFileSync(join(deployFolder, "kubernetes/deployment.yaml"), "utf8")

/** The Deployment of the manifests, called otherwise, with something else in the place of a text of it. */
const changed = (name: string, what: string, by: string) => {
  assert.include(source, what)
  return source.replace(what, by).replace("name: rollcall", `name: ${name}`)
}
const watching = (kind: string, name: string, spec: string) =>
  `apiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`

/** Objects that are wrong, by name, and what is said of each. */
const wrong = {
  misspelt: [changed("misspelt", "readinessProbe:", "readynessProbe:"), /properties 'readynessProbe' not allowed/],
  boolean: [changed("boolean", "value: rollcall", "value: true"), /env\/0\/value': got boolean, want string/],
  quantity: [changed("quantity", "memory: 512Mi", "memory: lots"), /'lots' does not match/],
  unselected: [
    changed("unselected", "  selector:\n    matchLabels:", "  paused: true\n  x:"),
    /missing property 'selector'/,
  ],
  watched: [
    watching("PodMonitor", "watched", "{ selector: {}, podMetricsEndpoints: [{ prot: health }] }"),
    /'prot' not allowed/,
  ],
  alert: [
    watching("PrometheusRule", "alert", "{ groups: [{ name: a, rules: [{ alert: A }] }] }"),
    /missing property 'expr'/,
  ],
  // No schema is fetched for it.
  unknown: [watching("Probe", "unknown", "{}"), /could not find schema for Probe/],
} as const

describe.skipIf(!hasKubeconform)("kubeconform (skipped where there is none)", () => {
  it("takes the manifests, the Deployment that ConductorOne documents, and the example", () => {
    const vendor = readFileSync(new URL("fixtures/vendor.yaml", import.meta.url), "utf8")
    assert.deepStrictEqual(conformFaults([...files.flatMap(objectsOf), ...objectsIn(vendor)]), [])
  })

  it("says of each object what is wrong with it, and knows a kind or not without a network", () => {
    const faults = conformFaults(Object.values(wrong).flatMap(([text]) => objectsIn(text)))
    for (const [name, [, told]] of Object.entries(wrong)) {
      const [fault = "", ...others] = faults.filter((sentence) => sentence.split(" ")[1] === `${name}:`)
      assert.match(fault, told)
      assert.lengthOf(others, 0)
    }
    assert.lengthOf(faults, Object.keys(wrong).length)
  })
})

describe("a schema for kubeconform", () => {
  const all: Schema = {
    "a.Thing": {
      description: "A thing.",
      type: "object",
      properties: {
        description: { type: "string", description: "What it is." },
        size: { $ref: "#/definitions/b.Size" },
      },
    },
    "b.Size": { type: "object", additionalProperties: { type: "string" }, default: {} },
    "c.Other": { type: "object", properties: {} },
  }

  it("closes objects whose fields are named, takes out prose, and takes along what is referred to alone", () => {
    assert.deepStrictEqual(definitionsFor(all, ["a.Thing"]), {
      "a.Thing": {
        type: "object",
        properties: { description: { type: "string" }, size: { $ref: "#/definitions/b.Size" } },
        additionalProperties: false,
      },
      "b.Size": { type: "object", additionalProperties: { type: "string" } },
    })
    assert.throws(() => definitionsFor(all, ["d.None"]), "Kubernetes defines no d.None.")
  })

  it("takes numbers and texts where either may stand, and leaves open what an operator leaves open", () => {
    const port = { type: "string", "x-kubernetes-int-or-string": true }
    const open = { type: "object", properties: { known: port }, "x-kubernetes-preserve-unknown-fields": true }
    const schema = { openAPIV3Schema: { type: "object", properties: { ports: { type: "array", items: open } } } }
    const definition = {
      spec: { group: "things.example.com", names: { kind: "Thing" }, versions: [{ name: "v1", schema }] },
    }
    const either = { anyOf: [{ type: "integer" }, { type: "string" }] }
    assert.deepStrictEqual(definedKind(definition, "v1"), {
      name: "thing-things-v1",
      schema: {
        type: "object",
        properties: { ports: { type: "array", items: { type: "object", properties: { known: either } } } },
        additionalProperties: false,
      },
    })
    assert.throws(() => definedKind(definition, "v2"), "no version v2")
  })
})
