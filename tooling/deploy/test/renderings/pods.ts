// Values that change the pods themselves.
import type { Rendering } from "./rendering.ts"

const digest = `sha256:${"5e".repeat(32)}`
const several = {
  connections: { configMap: "workspaces", secrets: ["slack-tokens"] },
  database: { existingSecret: "postgres" },
  extraEnv: [{ name: "BATON_FILE_STORE", value: "s3://example/synced" }],
}
const deployment = (value: string, at: string, is: unknown) => ({ value, kind: "Deployment", at, is })

export const podRenderings: ReadonlyArray<Rendering> = [
  {
    values: {
      nameOverride: "roster",
      fullnameOverride: "who-is-there",
      commonLabels: { "example.com/owner": "identity" },
      image: { repository: "registry.example.org/theirs", tag: "9.8.7", pullPolicy: "Always" },
      imagePullSecrets: [{ name: "registry" }],
      existingSecret: "from-vault",
      hostId: "baton-slack",
      drift: { configMap: "access" },
      extraEnv: [{ name: "BATON_LOG_LEVEL", value: "debug" }],
      extraEnvFrom: [{ configMapRef: { name: "proxy" } }],
      extraVolumes: [{ name: "company", configMap: { name: "company-ca" } }],
      extraVolumeMounts: [{ name: "company", mountPath: "/etc/company", readOnly: true }],
      resources: { limits: { memory: "3Gi" } },
      podSecurityContext: { supplementalGroups: [7] },
      securityContext: { runAsUser: 7 },
      workFolder: { size: "7Gi" },
      serviceAccount: { name: "theirs", automount: true },
      podLabels: { "example.com/team": "access" },
      podAnnotations: { "example.com/scrape": "yes" },
      priorityClassName: "important",
      nodeSelector: { "kubernetes.io/arch": "arm64" },
      tolerations: [{ key: "spot", operator: "Exists" }],
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
      topologySpreadConstraints: [{ maxSkew: 2, topologyKey: "rack", whenUnsatisfiable: "DoNotSchedule" }],
    },
    seen: [
      deployment("nameOverride", "spec selector matchLabels app.kubernetes.io/name", "roster"),
      deployment("nameOverride", "spec template metadata labels app.kubernetes.io/name", "roster"),
      deployment("fullnameOverride", "metadata name", "who-is-there"),
      deployment("commonLabels", "metadata labels example.com/owner", "identity"),
      deployment("commonLabels", "spec template metadata labels example.com/owner", "identity"),
      // A release keeps what it selects by.
      deployment("commonLabels", "spec selector matchLabels example.com/owner", undefined),
      deployment("image.repository", "container image", "registry.example.org/theirs:9.8.7"),
      deployment("image.tag", "container image", "registry.example.org/theirs:9.8.7"),
      deployment("image.pullPolicy", "container imagePullPolicy", "Always"),
      deployment("imagePullSecrets", "pod imagePullSecrets", [{ name: "registry" }]),
      deployment("existingSecret", "container envFrom 0", { secretRef: { name: "from-vault" } }),
      deployment("hostId", "container env name=BATON_HOST_ID value", "baton-slack"),
      deployment("drift.configMap", "pod volumes name=drift configMap name", "access"),
      deployment("extraEnv", "container env name=BATON_LOG_LEVEL value", "debug"),
      // After the Secret, so that it wins.
      deployment("extraEnvFrom", "container envFrom 1", { configMapRef: { name: "proxy" } }),
      deployment("extraVolumes", "pod volumes name=company configMap name", "company-ca"),
      deployment("extraVolumeMounts", "container volumeMounts name=company mountPath", "/etc/company"),
      deployment("resources", "container resources limits", { memory: "3Gi" }),
      deployment("resources", "container resources requests memory", "256Mi"),
      deployment("podSecurityContext", "pod securityContext supplementalGroups", [7]),
      deployment("podSecurityContext", "pod securityContext runAsUser", 65_532),
      deployment("securityContext", "container securityContext runAsUser", 7),
      deployment("securityContext", "container securityContext readOnlyRootFilesystem", true),
      deployment("workFolder.size", "pod volumes name=work emptyDir sizeLimit", "7Gi"),
      deployment("serviceAccount.name", "pod serviceAccountName", "theirs"),
      deployment("serviceAccount.automount", "pod automountServiceAccountToken", true),
      deployment("podLabels", "spec template metadata labels example.com/team", "access"),
      deployment("podLabels", "metadata labels example.com/team", undefined),
      deployment("podAnnotations", "spec template metadata annotations", { "example.com/scrape": "yes" }),
      deployment("priorityClassName", "pod priorityClassName", "important"),
      deployment("nodeSelector", "pod nodeSelector", { "kubernetes.io/arch": "arm64" }),
      deployment("tolerations", "pod tolerations", [{ key: "spot", operator: "Exists" }]),
      deployment("affinity", "pod affinity", {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      }),
      deployment("topologySpreadConstraints", "pod topologySpreadConstraints", [
        { maxSkew: 2, topologyKey: "rack", whenUnsatisfiable: "DoNotSchedule" },
      ]),
    ],
  },
  {
    values: { image: { repository: "registry.example.org/theirs", tag: "9.8.7", digest }, replicas: 2, ...several },
    seen: [
      deployment("image.digest", "container image", `registry.example.org/theirs@${digest}`),
      deployment("replicas", "spec replicas", 2),
      deployment("connections.configMap", "pod volumes name=connections configMap name", "workspaces"),
      deployment("connections.secrets", "pod volumes name=secret-slack-tokens secret secretName", "slack-tokens"),
      deployment("database.existingSecret", "container env name=BATON_DATABASE_URL valueFrom secretKeyRef", {
        name: "postgres",
        key: "url",
      }),
    ],
  },
  {
    values: { fixedUser: false },
    seen: [
      deployment("fixedUser", "pod securityContext", {
        runAsNonRoot: true,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      }),
    ],
  },
  {
    // What OpenShift's `restricted` asks for, entry by entry, and a context that is none.
    values: {
      podSecurityContext: { runAsUser: null, runAsGroup: null, fsGroup: null, seccompProfile: null },
      securityContext: { readOnlyRootFilesystem: null, capabilities: null },
    },
    seen: [
      deployment("podSecurityContext", "pod securityContext", {
        runAsNonRoot: true,
        fsGroupChangePolicy: "OnRootMismatch",
      }),
      deployment("securityContext", "container securityContext", { allowPrivilegeEscalation: false }),
    ],
  },
  {
    values: { podSecurityContext: null, securityContext: null },
    seen: [
      deployment("podSecurityContext", "pod securityContext", undefined),
      deployment("securityContext", "container securityContext", undefined),
    ],
  },
]
