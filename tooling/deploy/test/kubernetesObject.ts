// Kubernetes objects as the files hold them, and the places that the tests look at.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseAllDocuments } from "yaml"

/** The folder `deploy` of the repository. */
export const deployFolder = fileURLToPath(new URL("../../../deploy/", import.meta.url))

export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
}

/** A pod's specification as far as the tests look into it. */
export interface PodSpec {
  readonly [field: string]: unknown
  readonly securityContext?: Readonly<Record<string, unknown>>
  readonly containers: ReadonlyArray<Container>
  readonly volumes?: ReadonlyArray<Readonly<Record<string, unknown>>>
}

export interface Container {
  readonly image: string
  readonly env?: ReadonlyArray<{ readonly name: string; readonly value?: string }>
  readonly envFrom?: ReadonlyArray<{ readonly secretRef: { readonly name: string } }>
  readonly ports?: ReadonlyArray<{ readonly name: string; readonly containerPort: number }>
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly securityContext?: Readonly<Record<string, unknown>>
  readonly volumeMounts?: ReadonlyArray<Readonly<Record<string, unknown>>>
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

export interface Deployment extends KubernetesObject {
  readonly kind: "Deployment"
  readonly spec: {
    readonly replicas: number
    readonly strategy: { readonly type: string }
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly template: {
      readonly metadata: {
        readonly labels: Readonly<Record<string, string>>
        readonly annotations?: Readonly<Record<string, string>>
      }
      readonly spec: PodSpec
    }
  }
}

export interface Secret extends KubernetesObject {
  readonly kind: "Secret"
  readonly stringData: Readonly<Record<string, unknown>>
}

/** The objects of a text of YAML documents; empty documents are left out. */
export const objectsIn = (yaml: string): ReadonlyArray<KubernetesObject> =>
  parseAllDocuments(yaml).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(document.errors.join("\n"))
    const object: KubernetesObject | null = document.toJS()
    return object === null ? [] : [object]
  })

/** The objects of a file in `deploy`. */
export const objectsOf = (path: string): ReadonlyArray<KubernetesObject> =>
  objectsIn(readFileSync(join(deployFolder, path), "utf8"))

const isDeployment = (object: KubernetesObject): object is Deployment => object.kind === "Deployment"
const isSecret = (object: KubernetesObject): object is Secret => object.kind === "Secret"

/** The only Deployment among the objects. */
export const deploymentIn = (objects: ReadonlyArray<KubernetesObject>): Deployment => only(objects.filter(isDeployment))

/** The only Secret among the objects. */
export const secretIn = (objects: ReadonlyArray<KubernetesObject>): Secret => only(objects.filter(isSecret))

/** The only container of a Deployment. */
export const containerOf = (deployment: Deployment): Container => only(deployment.spec.template.spec.containers)

const only = <A>(found: ReadonlyArray<A>): A => {
  const [first, ...others] = found
  if (first === undefined || others.length > 0) throw new Error(`one was expected, not ${found.length}`)
  return first
}
