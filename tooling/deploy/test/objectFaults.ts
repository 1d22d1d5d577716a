// Whether Kubernetes would take what was rendered: kubeconform tells, and reads the schemas of operators too. Where it is not there, the slower
// check by a library's schemas and types does.
import { conformFaults, hasKubeconform } from "./kubeconform.ts"
import { schemaFaults } from "./schemaFaults.ts"
import type { KubernetesObject } from "./kubernetesObject.ts"

/** What is wrong with these objects, a sentence each; empty when all is well. */
export const objectFaults = (objects: ReadonlyArray<KubernetesObject>): ReadonlyArray<string> =>
  hasKubeconform
    ? conformFaults(objects)
    : schemaFaults(objects.filter(({ apiVersion }) => !apiVersion.startsWith("monitoring.coreos.com/")))
