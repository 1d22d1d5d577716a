// The settings of the Go connector that Rollcall takes without acting on them, so that a deployment can change over
// with its configuration as it is and learns in one warning what has no effect any more.

/** A setting of the Go connector without effect here. */
export interface IgnoredSetting {
  readonly name: string
  readonly takesValue: boolean
  /** It has no flag and no key in the file. */
  readonly environmentOnly?: boolean
}

const switches = [
  "bulk-create-ticket",
  "compact-syncs",
  "create-ticket",
  "diff-syncs",
  "get-ticket",
  "gov-env",
  "keep-previous-sync-c1z",
  "list-action-schemas",
  "list-resource-actions",
  "list-ticket-schemas",
  "log-event-log",
  "otel-collector-endpoint-tls-insecure",
  "otel-logging-disabled",
  "otel-tracing-disabled",
  "parallel-sync",
  "skip-grants",
  "ticketing",
] as const

const values = [
  "applied-sync-id",
  "auth-method",
  "base-sync-id",
  "bulk-ticket-template-path",
  "business-plus-token",
  "compact-file-paths",
  "compact-output-path",
  "compact-sync-ids",
  "create-account-email",
  "create-account-login",
  "create-account-profile",
  "create-account-resource-type",
  "delete-resource",
  "delete-resource-type",
  "event-feed",
  "event-feed-cursor",
  "event-feed-id",
  "event-feed-start-at",
  "external-resource-c1z",
  "external-resource-entitlement-id-filter",
  "external-resource-traits",
  "grant-entitlement",
  "grant-principal",
  "grant-principal-type",
  "invoke-action",
  "invoke-action-args",
  "invoke-action-resource-type",
  "invoke-resource-action",
  "invoke-resource-action-args",
  "invoke-resource-action-resource-type",
  "list-action-schemas-resource-type",
  "log-level-debug-expires-at",
  "log-path",
  "otel-collector-endpoint",
  "otel-collector-endpoint-tls-cert",
  "otel-collector-endpoint-tls-cert-path",
  "revoke-grant",
  "rotate-credentials",
  "rotate-credentials-type",
  "session-store-maximum-size",
  "storage-engine",
  "sync-resources",
  "ticket-id",
  "ticket-template-path",
  "workers",
] as const

const variables = [
  "c1z-bulkload-index-timeout",
  "c1z-finalize-timeout",
  "debug-print-response-body",
  "decoder-max-memory-mb",
  "disable-http-cache",
  "dont-fix-cycles",
  "graph-expand-dest-batch-size",
  "graph-expand-max-depth",
  "http-cache-backend",
  "http-cache-max-size",
  "http-cache-ttl",
  "tmpdir",
  "zstd-pool-disable",
] as const

/**
 * Every setting of the Go connector (SDK 0.25) that has no effect here. One that a connector of this command declares as
 * its own field has an effect, and is not warned about.
 */
export const ignoredSettings: ReadonlyArray<IgnoredSetting> = [
  ...switches.map((name) => ({ name, takesValue: false })),
  ...values.map((name) => ({ name, takesValue: true })),
  ...variables.map((name) => ({ name, takesValue: true, environmentOnly: true })),
]
