// What Kubernetes' Pod Security Standard "restricted" asks of a pod, as far as a pod of ours can fall short of it, and
// the read-only root that we ask for beside it. https://kubernetes.io/docs/concepts/security/pod-security-standards/
import type { PodSpec } from "./kubernetesObject.ts"

/** The kinds of volumes that the standard allows. */
const volumeKinds = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]

/** What a namespace that enforces the standard would refuse, a sentence each. */
export const podSecurityFaults = (pod: PodSpec): ReadonlyArray<string> => {
  const own = pod.securityContext ?? {}
  const sharesHost = ["hostNetwork", "hostPID", "hostIPC"].filter((share) => Reflect.get(pod, share) !== undefined)
  const volumes = (pod.volumes ?? []).filter((volume) => !volumeKinds.some((kind) => kind in volume))
  return [
    ...sharesHost.map((share) => `the pod asks for ${share}`),
    ...volumes.map((volume) => `the volume ${String(volume["name"])} is of a kind that is not allowed`),
    ...pod.containers.flatMap(({ securityContext = {} }) => {
      const { runAsNonRoot, runAsUser, seccompProfile } = { ...own, ...securityContext }
      return [
        runAsNonRoot === true ? [] : ["runAsNonRoot is not true"],
        typeof runAsUser === "number" && runAsUser > 0 ? [] : ["runAsUser is not a number above 0"],
        JSON.stringify(seccompProfile) === '{"type":"RuntimeDefault"}' ? [] : ["there is no seccompProfile"],
        securityContext["allowPrivilegeEscalation"] === false ? [] : ["allowPrivilegeEscalation is not false"],
        securityContext["readOnlyRootFilesystem"] === true ? [] : ["readOnlyRootFilesystem is not true"],
        JSON.stringify(securityContext["capabilities"]) === '{"drop":["ALL"]}' ? [] : ["capabilities are not dropped"],
        securityContext["privileged"] === undefined ? [] : ["it asks to be privileged"],
      ].flat()
    }),
  ]
}
