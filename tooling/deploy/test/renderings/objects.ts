// Values that make objects beside the Deployment.
import type { Rendering } from "./rendering.ts"

const variable = (value: string, name: string, is: unknown) => ({
  value,
  kind: "Deployment",
  at: `container env name=${name}`,
  is: { name, ...(typeof is === "string" ? { value: is } : { valueFrom: is }) },
})

export const objectRenderings: ReadonlyArray<Rendering> = [
  {
    values: {
      fullnameOverride: "who-is-there",
      commonLabels: { "example.com/owner": "identity" },
      connections: { configMap: "workspaces" },
      database: { existingSecret: "postgres" },
      secretKey: { existingSecret: "rollcall-key" },
      console: {
        enabled: true,
        port: 9070,
        url: "https://rollcall.example.com",
        oidc: {
          issuer: "https://login.example.com",
          clientId: "rollcall-console",
          existingSecret: "rollcall-oidc",
          scopes: ["roles"],
          rolesClaim: "realm",
          roles: { staff: "viewer" },
        },
      },
      serviceAccount: {
        create: true,
        automount: true,
        annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/rollcall" },
      },
      extraObjects: [
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "{{ .Release.Name }}-more" },
          data: { "more.txt": "it's {{ .Values.console.port }}" },
        },
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}-more\nstringData: {}\n",
      ],
    },
    seen: [
      { value: "fullnameOverride", kind: "Service", at: "metadata name", is: "who-is-there-console" },
      { value: "commonLabels", kind: "Service", at: "metadata labels example.com/owner", is: "identity" },
      { value: "commonLabels", kind: "ServiceAccount", at: "metadata labels example.com/owner", is: "identity" },
      { value: "console.enabled", kind: "Service", at: "spec ports 0 targetPort", is: "console" },
      { value: "console.port", kind: "Deployment", at: "container ports name=console containerPort", is: 9070 },
      variable("console.url", "BATON_CONSOLE_URL", "https://rollcall.example.com"),
      variable("console.oidc.issuer", "BATON_OIDC_ISSUER", "https://login.example.com"),
      variable("console.oidc.clientId", "BATON_OIDC_CLIENT_ID", "rollcall-console"),
      variable("console.oidc.existingSecret", "BATON_OIDC_CLIENT_SECRET", {
        secretKeyRef: { name: "rollcall-oidc", key: "client-secret" },
      }),
      variable("console.oidc.scopes", "BATON_OIDC_SCOPES", "roles"),
      variable("console.oidc.rolesClaim", "BATON_OIDC_ROLES_CLAIM", "realm"),
      variable("console.oidc.roles", "BATON_OIDC_ROLES", "staff=viewer"),
      {
        value: "secretKey.existingSecret",
        kind: "Deployment",
        at: "pod volumes name=secret-key secret secretName",
        is: "rollcall-key",
      },
      { value: "serviceAccount.create", kind: "ServiceAccount", at: "metadata name", is: "who-is-there" },
      { value: "serviceAccount.create", kind: "Deployment", at: "pod serviceAccountName", is: "who-is-there" },
      { value: "serviceAccount.automount", kind: "ServiceAccount", at: "automountServiceAccountToken", is: true },
      {
        value: "serviceAccount.annotations",
        kind: "ServiceAccount",
        at: "metadata annotations",
        is: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/rollcall" },
      },
      { value: "extraObjects", kind: "ConfigMap", at: "metadata name", is: "rollcall-more" },
      { value: "extraObjects", kind: "ConfigMap", at: "data more.txt", is: "it's 9070" },
      { value: "extraObjects", kind: "Secret", at: "metadata name", is: "rollcall-more" },
    ],
  },
  {
    values: { workFolder: { size: "7Gi", persistence: { enabled: true, storageClassName: "fast" } } },
    seen: [
      {
        value: "workFolder.persistence.enabled",
        kind: "Deployment",
        at: "pod volumes name=work persistentVolumeClaim claimName",
        is: "rollcall",
      },
      { value: "workFolder.size", kind: "PersistentVolumeClaim", at: "spec resources requests storage", is: "7Gi" },
      {
        value: "workFolder.persistence.storageClassName",
        kind: "PersistentVolumeClaim",
        at: "spec storageClassName",
        is: "fast",
      },
    ],
  },
  {
    values: { workFolder: { persistence: { enabled: true, existingClaim: "theirs" } } },
    seen: [
      {
        value: "workFolder.persistence.existingClaim",
        kind: "Deployment",
        at: "pod volumes name=work persistentVolumeClaim claimName",
        is: "theirs",
      },
    ],
  },
]
