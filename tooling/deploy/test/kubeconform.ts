// Checks objects with kubeconform against the schemas in `generated/schemas`, which are made from Kubernetes' own OpenAPI and from the
// definitions of operators. It asks no network. `.ci/renderers` builds it where Go is there.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { KubernetesObject } from "./kubernetesObject.ts"
import { findProgram } from "./render.ts"

const schemas = fileURLToPath(new URL("../generated/schemas/", import.meta.url))

/** Whether there is one. */
export const hasKubeconform = findProgram("kubeconform") !== undefined

interface Report {
  readonly resources: ReadonlyArray<{ readonly kind: string; readonly name: string; readonly msg: string }>
  readonly summary: Readonly<Record<string, number>>
}

/** What is wrong with these objects, a sentence each; empty when all is well. A kind without a schema is wrong, and so is a field that there is not. */
export const conformFaults = (objects: ReadonlyArray<KubernetesObject>): ReadonlyArray<string> => {
  const location = `${schemas}{{ .ResourceKind }}{{ .KindSuffix }}.json`
  const args = ["-strict", "-summary", "-output", "json", "-schema-location", location]
  // As JSON, in which nothing is read otherwise by an older YAML, such as `yes`.
  const input = objects.map((object) => JSON.stringify(object)).join("\n---\n")
  const { error, stdout, stderr } = spawnSync("kubeconform", args, { input, encoding: "utf8" })
  if (error !== undefined || stderr !== "") throw error ?? new Error(stderr)
  const { resources, summary }: Report = JSON.parse(stdout)
  const seen = Object.values(summary).reduce((sum, count) => sum + count, 0)
  if (seen !== objects.length) throw new Error(`kubeconform looked at ${seen} of ${objects.length} objects`)
  return resources.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`)
}
