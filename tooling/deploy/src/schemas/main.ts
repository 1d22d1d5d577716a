// Writes the schemas with which kubeconform checks what we render, from Kubernetes' own OpenAPI and from the definitions of the Prometheus
// operator. Go fetches both by version and checks them against its checksum database; the schemas are committed, so no test needs a network.
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
const operator = "github.com/prometheus-operator/prometheus-operator@v0.85.0"

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
const operatorKinds = ["podmonitors", "prometheusrules", "servicemonitors"]

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
const modules = { [kubernetes]: fetched(kubernetes), [operator]: fetched(operator) }

const { definitions }: { readonly definitions: Schema } = JSON.parse(
  readFileSync(join(modules[kubernetes].Dir, "api/openapi-spec/swagger.json"), "utf8"),
)
const names = kinds.map(([, kind, at]) => `${at}.${kind}`)
write("definitions.json", `{ "definitions": ${lines(definitionsFor(definitions, names))} }\n`)
for (const [version, kind, at] of kinds) {
  const reference = { $ref: `definitions.json#/definitions/${at}.${kind}` }
  write(`${kind.toLowerCase()}-${version}.json`, `${JSON.stringify(reference)}\n`)
}

for (const name of operatorKinds) {
  const path = `example/prometheus-operator-crd/monitoring.coreos.com_${name}.yaml`
  const { kind, schema } = definedKind(parse(readFileSync(join(modules[operator].Dir, path), "utf8")), "v1")
  write(`${kind.toLowerCase()}-monitoring-v1.json`, `${lines(schema)}\n`)
}

const sums = Object.fromEntries(Object.entries(modules).map(([module, { Sum }]) => [module, Sum]))
write("sources.json", `${JSON.stringify({ license: "Apache-2.0", modules: sums }, null, 2)}\n`)
