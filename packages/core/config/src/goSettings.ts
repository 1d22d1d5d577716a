// The settings of the Go connector (baton-slack, SDK 0.25) and what becomes of each here, so that a deployment can change
// over with its configuration as it is. Those that ask for something other than a sync are refused: a script that
// revokes, say, must not be answered with a sync and exit code 0.

/** Something that the Go connector does instead of a sync where a setting asks for it. */
export interface OtherRequest {
  /** Completes the sentence "The setting asks to …". */
  readonly asksTo: string
  /** What to do instead, in a sentence or two. */
  readonly instead: string
  /** The worker acts on it, so that only the command refuses it. */
  readonly takenByWorker?: true
}

/** A setting of the Go connector. */
export interface GoSetting {
  readonly name: string
  /** Whether its flag takes a value; one that does not is a boolean. */
  readonly takesValue: boolean
  /** It has no flag and no key in the file. */
  readonly environmentOnly?: true
  readonly here: Outcome | OtherRequest
}

/**
 * What becomes of a setting that is not refused: `same` is one of ours, `worker` acts in the worker and is taken by
 * `rollcall sync`, `workerOnly` has no flag there, `unused` is taken and named in a warning.
 */
export type Outcome = "same" | "worker" | "workerOnly" | "unused"

/** Names by their kind: flags without a value, flags with one, and variables alone. */
interface Names {
  readonly switches?: ReadonlyArray<string>
  readonly values?: ReadonlyArray<string>
  readonly variables?: ReadonlyArray<string>
}

const noCommand = "Rollcall has no command for it"

const requests: ReadonlyArray<OtherRequest & Names> = [
  {
    asksTo: "grant an entitlement",
    instead: "Run `rollcall grant --entitlement … --principal …`.",
    values: ["grant-entitlement", "grant-principal", "grant-principal-type"],
  },
  { asksTo: "revoke a grant", instead: "Run `rollcall revoke --grant …`.", values: ["revoke-grant"] },
  {
    asksTo: "run an action",
    instead: "Run `rollcall actions run …`; `rollcall actions list` names the actions.",
    values: [
      "invoke-action",
      "invoke-action-args",
      "invoke-action-resource-type",
      "invoke-resource-action",
      "invoke-resource-action-args",
      "invoke-resource-action-resource-type",
    ],
  },
  {
    asksTo: "list actions",
    instead: "Run `rollcall actions list`.",
    switches: ["list-action-schemas", "list-resource-actions"],
    values: ["list-action-schemas-resource-type"],
  },
  {
    asksTo: "create an account",
    instead: `${noCommand}: create the account in Slack or in the identity provider.`,
    values: ["create-account-email", "create-account-login", "create-account-profile", "create-account-resource-type"],
  },
  {
    asksTo: "delete a resource",
    instead: `${noCommand}; \`rollcall actions run disable_user …\` deactivates an account.`,
    values: ["delete-resource", "delete-resource-type"],
  },
  {
    asksTo: "rotate credentials",
    instead: `${noCommand}: rotate them in Slack.`,
    values: ["rotate-credentials", "rotate-credentials-type"],
  },
  {
    asksTo: "create or read tickets",
    instead: `${noCommand}: Slack has no tickets.`,
    switches: ["bulk-create-ticket", "create-ticket", "get-ticket", "list-ticket-schemas"],
  },
  {
    asksTo: "read an event feed",
    instead: `${noCommand}: the Slack connector has no event feed.`,
    values: ["event-feed", "event-feed-cursor", "event-feed-id", "event-feed-start-at"],
  },
  {
    asksTo: "merge syncs",
    instead: `${noCommand}; --keep-sync-count limits how many syncs a file holds.`,
    switches: ["compact-syncs"],
    values: ["compact-file-paths", "compact-output-path", "compact-sync-ids"],
  },
  {
    asksTo: "compare two syncs",
    instead: "Run `rollcall diff …`; `rollcall syncs` lists the syncs of a file.",
    switches: ["diff-syncs"],
    values: ["applied-sync-id", "base-sync-id"],
  },
  {
    asksTo: "sync single resources",
    instead: `${noCommand}; --sync-resource-types narrows a sync to resource types.`,
    values: ["sync-resources"],
  },
  {
    asksTo: "read nothing",
    instead: "Only the worker acts on it; `rollcall doctor` checks the token without a sync.",
    takenByWorker: true,
    switches: ["skip-full-sync"],
  },
]

const same: Names = {
  switches: ["gov-env", "skip-entitlements-and-grants", "skip-grants"],
  values: [
    "base-url",
    "business-plus-token",
    "c1z-temp-dir",
    "file",
    "http-timeout-seconds",
    "log-format",
    "log-level",
    "sync-resource-types",
    "token",
  ],
  variables: ["decoder-max-decoded-size-mb", "keep-sync-count", "skip-cleanup"],
}

const worker: Names = { switches: ["provisioning"], values: ["task-concurrency"] }

const workerOnly: Names = {
  switches: ["health-check"],
  values: ["client-id", "client-secret", "health-check-bind-address", "health-check-port"],
  variables: ["c1-api-host", "get-tasks", "host-id"],
}

const unused: Names = {
  switches: [
    "keep-previous-sync-c1z",
    "log-event-log",
    "otel-collector-endpoint-tls-insecure",
    "otel-logging-disabled",
    "otel-tracing-disabled",
    "parallel-sync",
    "ticketing",
  ],
  values: [
    "auth-method",
    "bulk-ticket-template-path",
    "external-resource-c1z",
    "external-resource-entitlement-id-filter",
    "external-resource-traits",
    "log-level-debug-expires-at",
    "log-path",
    "otel-collector-endpoint",
    "otel-collector-endpoint-tls-cert",
    "otel-collector-endpoint-tls-cert-path",
    "session-store-maximum-size",
    "storage-engine",
    "ticket-id",
    "ticket-template-path",
    "workers",
  ],
  variables: [
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
  ],
}

const settingsOf = ({ switches = [], values = [], variables = [] }: Names, here: GoSetting["here"]) => [
  ...switches.map((name): GoSetting => ({ name, takesValue: false, here })),
  ...values.map((name): GoSetting => ({ name, takesValue: true, here })),
  ...variables.map((name): GoSetting => ({ name, takesValue: true, environmentOnly: true, here })),
]

/** Every setting of the Go connector, but for `BATON_CONFIG_PATH` and what its lambda mode alone reads. */
export const goSettings: ReadonlyArray<GoSetting> = [
  ...settingsOf(same, "same"),
  ...settingsOf(worker, "worker"),
  ...settingsOf(workerOnly, "workerOnly"),
  ...requests.flatMap((request) => settingsOf(request, request)),
  ...settingsOf(unused, "unused"),
]
