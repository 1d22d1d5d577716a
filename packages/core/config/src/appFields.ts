// The settings that Rollcall's apps have whatever connector they run. Each app picks what it acts on; all of them are
// known in the configuration file, which the command and the worker share.
import type { ConfigField } from "@rollcall/connector"

/** The fields of both apps, in the order of help and documentation. */
export const appFields = [
  { name: "file", short: "f", type: "path", default: "sync.c1z", description: "The c1z file to write or read." },
  {
    name: "connector",
    type: "text",
    description:
      "The connector: an id of `rollcall connectors`, a package, or a path that begins with . or /; when unset, the one whose token is given.",
  },
  {
    name: "log-level",
    type: "choice",
    choices: ["debug", "info", "warn", "error"],
    aliases: { warning: "warn" },
    default: "info",
    description: "The lowest level of log messages to print.",
  },
  {
    name: "log-format",
    type: "choice",
    choices: ["json", "console"],
    description: "The format of log messages; when unset, console on a terminal and json elsewhere.",
  },
  {
    name: "strict",
    type: "boolean",
    default: false,
    description: "Treat gaps as errors: the file is written, and the command ends with 77.",
  },
  {
    name: "sync-resource-types",
    type: "list",
    description: "Resource types to sync, separated by commas; all when unset.",
  },
  {
    name: "skip-entitlements-and-grants",
    type: "boolean",
    default: false,
    description: "Sync resources only.",
  },
  {
    name: "skip-grants",
    type: "boolean",
    default: false,
    description: "Sync resources and entitlements, but not who holds them.",
  },
  {
    name: "provisioning",
    short: "p",
    type: "boolean",
    default: false,
    description: "Worker: allow granting and revoking.",
  },
  {
    name: "client-id",
    type: "text",
    needs: "client-secret",
    // It names the tenant's host: name@host/suffix.
    receives: "client-secret",
    description: "Worker: client id of ConductorOne.",
  },
  { name: "client-secret", type: "secret", description: "Worker: client secret of ConductorOne." },
  {
    name: "c1-api-host",
    type: "text",
    receives: "client-secret",
    description: "Worker: another host of ConductorOne, with or without a port; when unset, the host in the client id.",
  },
  { name: "host-id", type: "text", description: "Worker: a stable name of this deployment." },
  { name: "health-check", type: "boolean", default: false, description: "Worker: serve probes." },
  {
    name: "health-check-port",
    type: "integer",
    default: 8081,
    minimum: 0,
    maximum: 65_535,
    description: "Worker: the port of the probes.",
  },
  {
    name: "health-check-bind-address",
    type: "text",
    default: "127.0.0.1",
    description: "Worker: the address that the probes listen on.",
  },
  {
    name: "skip-full-sync",
    type: "boolean",
    default: false,
    description: "Worker: validate and finish full-sync tasks without uploading anything.",
  },
  {
    name: "task-concurrency",
    type: "integer",
    default: 3,
    minimum: 1,
    maximum: 100,
    description: "Worker: how many tasks run at once.",
  },
  {
    name: "get-tasks",
    type: "boolean",
    default: false,
    description: "Worker: ask ConductorOne for several tasks in one call.",
  },
  {
    name: "http-timeout-seconds",
    type: "integer",
    minimum: 1,
    maximum: 1800,
    description: "For a sync and the worker: the timeout of a request to the system; when unset, 30 seconds.",
  },
  {
    name: "c1z-temp-dir",
    type: "path",
    description:
      "The folder for temporary files; when unset, a sync uses the folder of the output and a view the folder of the system. Worker for ConductorOne: the folder of unfinished syncs.",
  },
  {
    name: "keep-sync-count",
    type: "integer",
    default: 2,
    minimum: 1,
    maximum: 1000,
    description: "How many finished full syncs a file holds, including the new one.",
  },
  {
    name: "max-shrink",
    type: "integer",
    default: 50,
    minimum: 0,
    maximum: 100,
    description:
      "How many percent of a resource type's records may be missing from the next sync; 100 accepts every loss.",
  },
  {
    name: "allow-shrink-until",
    type: "date",
    description: "Accept every loss up to the end of this day (UTC).",
  },
  { name: "skip-cleanup", type: "boolean", default: false, description: "Keep every earlier sync in the file." },
  {
    name: "archive",
    type: "path",
    description:
      "The folder that gets a dated copy of each published sync, and in which syncs are found by date; none when unset.",
  },
  {
    name: "archive-keep",
    type: "text",
    default: "14d,8w,24m",
    description:
      "The copies that the archive keeps: the last of so many days, weeks and months (UTC), such as 14d,8w,24m; all keeps each.",
  },
  {
    name: "workspace",
    type: "text",
    description: "The id of the workspace to read, where the archive has several.",
  },
  {
    name: "decoder-max-decoded-size-mb",
    type: "integer",
    default: 3072,
    minimum: 1,
    maximum: 1_048_576,
    description: "The maximum size of an unpacked file, in MiB.",
  },
  {
    name: "cache-dir",
    type: "path",
    description:
      "The folder in which views keep unpacked files, so that the next view of one is quicker; it holds personal data in clear; none when unset.",
  },
  {
    name: "cache-max-mb",
    type: "integer",
    default: 4096,
    minimum: 1,
    maximum: 1_048_576,
    description: "The maximum size of that folder, in MiB.",
  },
  {
    name: "every",
    type: "text",
    description: "Worker: how often to sync without ConductorOne: 6h, 90m, or a cron expression.",
  },
  {
    name: "connections",
    type: "path",
    notFromFolder: true,
    description:
      "Worker: a file, or a folder of files, of the connections to serve (connections.yaml), each with its own settings; when unset, one, of these settings.",
  },
  {
    name: "concurrent-syncs",
    type: "integer",
    default: 4,
    minimum: 1,
    maximum: 100,
    description: "Worker: how many syncs of several connections run at once.",
  },
  {
    name: "memory-limit",
    type: "text",
    description:
      "Worker: the memory that syncs which run at once are to fit in, such as 512Mi or 1Gi; when unset, that of the container.",
  },
  {
    name: "database-url",
    type: "secret",
    description:
      "The PostgreSQL database (postgres://user:password@host/name) that workers share: each connection is served by one of them (they need `connections`), and leases and changes are kept there, by commands too.",
  },
  {
    name: "file-store",
    type: "text",
    needs: "database-url",
    description:
      "Worker: where workers that share a database keep published files: a folder that all of them have, or s3://bucket/prefix; when unset, the folder of the output.",
  },
  {
    name: "secret-key-file",
    type: "path",
    needs: "database-url",
    notFromFolder: true,
    description:
      "Worker: a file of the key under which workers that share a database seal the tokens that they are given: 32 random bytes, or their base64; two lines while a key is replaced.",
  },
  {
    name: "console-port",
    type: "integer",
    minimum: 0,
    maximum: 65_535,
    needs: "connections",
    description:
      "Worker: serve a console of its connections on this port of 127.0.0.1, 0 for a free one; `rollcall console` opens it. Without it there is none.",
  },
  {
    name: "console-settings",
    type: "list",
    needs: "console-port",
    notFromFolder: true,
    description:
      "Worker: settings that each connection added in the console is given, as setting=value, such as base-url=https://slack.example/api/; visitors cannot change them.",
  },
  {
    name: "console-bind-address",
    type: "text",
    default: "127.0.0.1",
    needs: "console-port",
    notFromFolder: true,
    description:
      "Worker: the address that the console listens on; another than one of this machine needs oidc-issuer and an https console-url.",
  },
  {
    name: "console-url",
    type: "url",
    needs: "oidc-issuer",
    notFromFolder: true,
    description:
      "Worker: how browsers reach the console, such as https://rollcall.example.com; what stands there speaks TLS and leaves Host as it is.",
  },
  {
    name: "oidc-issuer",
    type: "url",
    needs: "oidc-client-id",
    receives: "oidc-client-secret",
    notFromFolder: true,
    description:
      "Worker: the issuer of OpenID Connect at which people sign in to the console, such as https://login.example.com/realms/staff.",
  },
  {
    name: "oidc-client-id",
    type: "text",
    needs: "console-url",
    notFromFolder: true,
    description: "Worker: the id of the console as a client of that issuer.",
  },
  {
    name: "oidc-client-secret",
    type: "secret",
    needs: "oidc-client-id",
    notFromFolder: true,
    description: "Worker: the secret of that client; without it the issuer must know a public client.",
  },
  {
    name: "oidc-scopes",
    type: "list",
    default: "profile,email",
    needs: "oidc-issuer",
    notFromFolder: true,
    description: "Worker: the scopes besides openid that are asked for, separated by commas.",
  },
  {
    name: "oidc-roles-claim",
    type: "text",
    default: "groups",
    needs: "oidc-issuer",
    notFromFolder: true,
    description: "Worker: the claim that gives people their roles in the console.",
  },
  {
    name: "oidc-roles",
    type: "list",
    needs: "oidc-issuer",
    notFromFolder: true,
    description:
      "Worker: values of that claim and their roles (viewer, operator, admin), such as rollcall-admins=admin,sec-team=viewer; who has none is not let in.",
  },
  {
    name: "audit-file",
    type: "path",
    description:
      "The audit log, with one line before and after each change; when unset, the c1z path and .audit.ndjson; worker: audit.ndjson in its work folder.",
  },
  {
    name: "max-additions",
    type: "integer",
    minimum: 0,
    description: "Refuse to begin a run with more additions than this; no limit when unset.",
  },
  {
    name: "max-removals",
    type: "integer",
    default: 25,
    minimum: 0,
    description: "Refuse to begin a run with more removals than this; disabling an account counts as one.",
  },
  {
    name: "max-additions-per-group",
    type: "integer",
    minimum: 0,
    description: "Refuse to begin a run that adds more people than this to one group; no limit when unset.",
  },
  {
    name: "max-removals-per-group",
    type: "integer",
    minimum: 0,
    description: "Refuse to begin a run that removes more people than this from one group; no limit when unset.",
  },
  {
    name: "max-addition-share",
    type: "integer",
    minimum: 0,
    description: "Refuse to begin a run that adds more than this percentage to a group's members; no limit when unset.",
  },
  {
    name: "max-removal-share",
    type: "integer",
    minimum: 0,
    maximum: 100,
    description:
      "Refuse to begin a run that removes more than this percentage of a group's members; no limit when unset.",
  },
  {
    name: "max-additions-per-hour",
    type: "integer",
    minimum: 0,
    description: "Refuse what would make more additions than this within an hour; no limit when unset.",
  },
  {
    name: "max-removals-per-hour",
    type: "integer",
    minimum: 0,
    description: "Refuse what would make more removals than this within an hour; no limit when unset.",
  },
  {
    name: "max-additions-per-group-per-hour",
    type: "integer",
    minimum: 0,
    description: "Refuse what would add more people than this to one group within an hour; no limit when unset.",
  },
  {
    name: "max-removals-per-group-per-hour",
    type: "integer",
    minimum: 0,
    description: "Refuse what would remove more people than this from one group within an hour; no limit when unset.",
  },
  {
    name: "max-addition-share-per-hour",
    type: "integer",
    minimum: 0,
    description:
      "Refuse what would add more than this percentage to a group's members within an hour; no limit when unset.",
  },
  {
    name: "max-removal-share-per-hour",
    type: "integer",
    minimum: 0,
    maximum: 100,
    description:
      "Refuse what would remove more than this percentage of a group's members within an hour; no limit when unset.",
  },
  {
    name: "protected",
    type: "list",
    description: "Ids of accounts, groups and entitlements from which nothing is removed, separated by commas.",
  },
  {
    name: "leases",
    type: "path",
    description:
      "The file that keeps what was changed and which access ends; when unset, rollcall/leases.db in the user's folder for state (XDG_STATE_HOME or ~/.local/state); worker: leases.db in its work folder.",
  },
  {
    name: "c1-leases",
    type: "choice",
    choices: ["off", "backstop"],
    default: "off",
    description:
      "Worker for ConductorOne: backstop removes what ConductorOne granted for a time and did not revoke after the end.",
  },
  {
    name: "c1-lease-grace",
    type: "text",
    default: "24h",
    description: "Worker: how long ConductorOne has to revoke after the end before BATON_C1_LEASES=backstop removes.",
  },
  {
    name: "max-lease",
    type: "text",
    description: "The longest that access may be granted for a time, such as 12h or 7d; no limit when unset.",
  },
  {
    name: "plan-max-age",
    type: "text",
    default: "24h",
    description: "How old a plan may be when it is applied, such as 24h or 90m; at most 30d.",
  },
  {
    name: "approvers",
    type: "path",
    notFromFolder: true,
    description:
      "A file of who may approve plans, with their public keys (approvers.yaml); never taken from a .baton.yaml of the current folder.",
  },
  {
    name: "require-approval",
    type: "boolean",
    default: false,
    description: "Carry out nothing that a second person has not approved; thresholds stand in the file of approvers.",
  },
  {
    name: "drift-file",
    type: "path",
    description:
      "Worker: a file of who is to hold what (YAML), as `rollcall plan --init` writes it; each published sync is compared with it.",
  },
  {
    name: "drift-webhook-url",
    type: "secret",
    needs: "drift-file",
    notFromFolder: true,
    notSent: true,
    description:
      "Worker: the address that is told when drift appears, changes or ends; https, or http on this machine; never taken from a .baton.yaml of the current folder.",
  },
  {
    name: "drift-webhook-secret",
    type: "secret",
    needs: "drift-webhook-url",
    notSent: true,
    description:
      "Worker: the secret that signs what is sent there, as Standard Webhooks does: whsec_ and the base64 of 24 to 64 bytes.",
  },
  {
    name: "drift-webhook-format",
    type: "choice",
    choices: ["standard", "slack"],
    default: "standard",
    description: "Worker: the form of what is sent: that of Standard Webhooks, or that of Slack's incoming webhooks.",
  },
  {
    name: "drift-webhook-names",
    type: "boolean",
    default: false,
    description: "Worker: send names and e-mail addresses too, and not only ids.",
  },
  {
    name: "extra-ca-file",
    type: "path",
    description: "Worker: a PEM file of further certificate authorities; for the command, set NODE_EXTRA_CA_CERTS.",
  },
  {
    name: "output-format",
    short: "o",
    type: "choice",
    choices: ["table", "json", "ndjson", "csv", "markdown", "html"],
    default: "table",
    description: "The format of the results; each command has some of these.",
  },
  {
    name: "quiet",
    short: "q",
    type: "boolean",
    default: false,
    description:
      "Print no progress and no warnings; errors, the summary and notes on an incomplete sync are still printed.",
  },
] as const satisfies ReadonlyArray<ConfigField>

type AppField = (typeof appFields)[number]

/** Some of the app's fields, by name, with their types. */
export const pickAppFields = <const Names extends ReadonlyArray<AppField["name"]>>(
  ...names: Names
): ReadonlyArray<Extract<AppField, { readonly name: Names[number] }>> =>
  appFields.filter((field): field is Extract<AppField, { readonly name: Names[number] }> => names.includes(field.name))

/** The fields that set these limits. */
export const pickLimits = <const Rows extends ReadonlyArray<{ readonly setting: AppField["name"] }>>(rows: Rows) =>
  pickAppFields(...rows.map(({ setting }): Rows[number]["setting"] => setting))
