// Whether Kubernetes would take an object: its schemas tell wrong values, and its types, asked of the compiler, tell
// fields that do not exist. An API server drops such a field with a warning that few people see.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Deployment } from "kubernetes-models/apps/v1"
import { PodDisruptionBudget } from "kubernetes-models/policy/v1"
import { ConfigMap, PersistentVolumeClaim, Secret, Service } from "kubernetes-models/v1"
import type { KubernetesObject } from "./kubernetesObject.ts"

const models = {
  "apps/v1/Deployment": Deployment,
  "policy/v1/PodDisruptionBudget": PodDisruptionBudget,
  "v1/ConfigMap": ConfigMap,
  "v1/PersistentVolumeClaim": PersistentVolumeClaim,
  "v1/Secret": Secret,
  "v1/Service": Service,
}

/** What is wrong with these objects, a sentence each; empty when all is well. */
export const schemaFaults = (objects: ReadonlyArray<KubernetesObject>): ReadonlyArray<string> => [
  ...objects.flatMap(wrongValues),
  ...unknownFields(objects),
]

const typeOf = ({ apiVersion, kind }: KubernetesObject): string => `${apiVersion}/${kind}`
const isKnown = (type: string): type is keyof typeof models => Object.hasOwn(models, type)

const wrongValues = (object: KubernetesObject): ReadonlyArray<string> => {
  const type = typeOf(object)
  if (!isKnown(type)) return [`${type} is no kind of object that is deployed here`]
  try {
    new models[type](object).validate()
    return []
  } catch (error) {
    return [`${type} ${object.metadata.name}: ${error instanceof Error ? error.message : String(error)}`]
  }
}

const modules = fileURLToPath(new URL("../node_modules/", import.meta.url))
const compiler = join(modules, ".bin/tsc")
const flags = [
  "--ignoreConfig",
  "--noEmit",
  "--strict",
  "--skipLibCheck",
  "--module",
  "nodenext",
  "--target",
  "es2024",
  "--pretty",
  "false",
]

const unknownFields = (objects: ReadonlyArray<KubernetesObject>): ReadonlyArray<string> => {
  const known = objects.filter((object) => isKnown(typeOf(object)))
  const constants = known.map((object, index) => {
    const version = object.apiVersion
    return `export const object${index}: import("kubernetes-models/${version}").I${object.kind} = ${JSON.stringify(object, null, 2)}`
  })
  // Below our own modules, because the types are looked up from there.
  const folder = mkdtempSync(join(modules, ".objects-"))
  try {
    writeFileSync(join(folder, "objects.ts"), constants.join("\n"))
    const { status, stdout } = spawnSync(compiler, [...flags, "objects.ts"], { cwd: folder, encoding: "utf8" })
    return status === 0 ? [] : stdout.trim().split("\n")
  } finally {
    rmSync(folder, { recursive: true })
  }
}
