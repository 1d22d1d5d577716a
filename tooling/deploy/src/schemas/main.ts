// Writes the schemas with which kubeconform checks what we render, from Kubernetes' own OpenAPI and from the definitions of the Prometheus
// operator and of Cilium. Go fetches them by version and checks them against its checksum database; the schemas are committed, so no test needs a network.
// Change a version below, and run `pnpm kubernetes-schemas`.
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parse } from "yaml"
import type { Schema } from "./strictSchema.ts"
import { definedKind, definitionsFor } from "./strictSchema.ts"

const kubernetes = "k8s.io/kubernetes@v1.37.2"
/** The kinds that chart and manifests have, by the version of their API, and where Kubernetes defines them. */
const kinds: ReadonlyArray<readonly [version: string, kind: string, definition: string]> = [
  ["apps-v1", "Deployment", "io.k8s.api.apps.v1"],
  ["networking-v1", "NetworkPolicy", "io.k8s.api.networking.v1"],
  ["policy-v1", "PodDisruptionBudget", "io.k8s.api.policy.v1"],
  ["v1", "ConfigMap", "io.k8s.api.core.v1"],
  ["v1", "PersistentVolumeClaim", "io.k8s.api.core.v1"],
  ["v1", "Pod", "io.k8s.api.core.v1"],
  ["v1", "Secret", "io.k8s.api.core.v1"],
  ["v1", "Service", "io.k8s.api.core.v1"],
  ["v1", "ServiceAccount", "io.k8s.api.core.v1"],
]
/** The kinds of operators: the module that defines them, the folder in it, the file of each, and its version. */
const defined: ReadonlyArray<readonly [module: string, folder: string, files: ReadonlyArray<string>, version: string]> =
  [
    [
      "github.com/prometheus-operator/prometheus-operator@v0.85.0",
      "example/prometheus-operator-crd",
      ["podmonitors", "prometheusrules", "servicemonitors"].map((kind) => `monitoring.coreos.com_${kind}.yaml`),
      "v1",
    ],
    ["github.com/cilium/cilium@v1.20.2", "pkg/k8s/apis/cilium.io/client/crds/v2", ["ciliumnetworkpolicies.yaml"], "v2"],
  ]

const folder = fileURLToPath(new URL("../../generated/schemas/", import.meta.url))

/** Where Go unpacked a module. */
const fetched = (module: string): { readonly Dir: string; readonly Sum: string } => {
  const empty = mkdtempSync(join(tmpdir(), "rollcall-schemas-"))
  try {
    return JSON.parse(execFileSync("go", ["mod", "download", "-json", module], { cwd: empty, encoding: "utf8" }))
  } finally {
    rmSync(empty, { recursive: true })
  }
}

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
/** One entry a line, so that a new version shows what it changes. */
const lines = (entries: Schema): string =>
  `{\n${Object.entries(entries)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(",\n")}\n}`

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const ofKubernetes = fetched(kubernetes)
const sums: Record<string, string> = { [kubernetes]: ofKubernetes.Sum }

const { definitions }: { readonly definitions: Schema } = JSON.parse(
  readFileSync(join(ofKubernetes.Dir, "api/openapi-spec/swagger.json"), "utf8"),
)
const names = kinds.map(([, kind, at]) => `${at}.${kind}`)
write("definitions.json", `{ "definitions": ${lines(definitionsFor(definitions, names))} }\n`)
for (const [version, kind, at] of kinds) {
  const reference = { $ref: `definitions.json#/definitions/${at}.${kind}` }
  write(`${kind.toLowerCase()}-${version}.json`, `${JSON.stringify(reference)}\n`)
}

for (const [module, at, files, version] of defined) {
  const { Dir, Sum } = fetched(module)
  sums[module] = Sum
  for (const file of files) {
    const { name, schema } = definedKind(parse(readFileSync(join(Dir, at, file), "utf8")), version)
    write(`${name}.json`, `${lines(schema)}\n`)
  }
}
write("sources.json", `${JSON.stringify({ license: "Apache-2.0", modules: sums }, null, 2)}\n`)
