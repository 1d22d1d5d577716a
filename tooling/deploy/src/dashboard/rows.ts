// What Grafana shows of the workers: each row of panels with its queries. `dashboard.ts` makes the file that Grafana reads of it.
//
// Connections move between pods, so what is said of a connection is the maximum over all of them. A worker with one connection has no label
// `connection`, which `All` covers.

/** A query; `legend` names labels of its series as `{{label}}`. */
export interface Query {
  readonly expr: string
  readonly legend?: string
}

/** A panel; its unit is one of Grafana's (https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts). */
export interface Panel {
  readonly title: string
  /** What it shows, and what to think of it, in a sentence or two. */
  readonly description: string
  /**
   * `stat`: one number; with `red`, which begins there. `states`: over time, 1 is up and 0 is down. `table`: a row for each connection, a
   * column for each query, whose `legend` is its head; the unit of the column stands in `units`. `lines` and `stack`: over time.
   */
  readonly kind: "stat" | "states" | "table" | "lines" | "stack"
  readonly unit?: string
  readonly red?: number
  readonly units?: ReadonlyArray<string>
  readonly queries: ReadonlyArray<Query>
}

/** Panels under a title. */
export interface Row {
  readonly title: string
  readonly panels: ReadonlyArray<Panel>
}

const worker = (metric: string, more = "") => `${metric}{namespace="$namespace",job="$job"${more}}`
const connection = (metric: string, more = "") => worker(metric, `,connection=~"$connection"${more}`)
/** The value of each connection, whichever worker says it. */
const each = (metric: string, more?: string) => `max by (connection) (${connection(metric, more)})`
const rate = (by: string, series: string) => `sum by (${by}) (rate(${series}[$__rate_interval]))`
/** Of rare events: how many there were within an hour, or a day. */
const within = (time: string, by: string, series: string) => `sum by (${by}) (increase(${series}[${time}]))`
const quantile = (q: number, by: string, series: string) =>
  `histogram_quantile(${q}, sum by (${by}) (increase(${series}[1d])))`
/** A number of what is there, 0 where there is none. */
const count = (expr: string) => `count(${expr}) or vector(0)`

const overview: ReadonlyArray<Panel> = [
  {
    title: "Workers",
    description: "Pods that answer Prometheus.",
    kind: "stat",
    queries: [{ expr: `count(${worker("rollcall_build_info")})` }],
  },
  {
    title: "Connections served",
    description: "Connections that a worker serves. A worker with one connection is not counted here.",
    kind: "stat",
    queries: [{ expr: `sum(${each("rollcall_connection_served")})` }],
  },
  {
    title: "Connections that fail",
    description: "Connections that are not paused and whose last sync failed, or that cannot begin.",
    kind: "stat",
    red: 1,
    queries: [
      { expr: count(`${each("rollcall_connection_up")} == 0 unless ${each("rollcall_connection_paused")} == 1`) },
    ],
  },
  {
    title: "Paused",
    description: "Connections that somebody paused.",
    kind: "stat",
    queries: [{ expr: `sum(${each("rollcall_connection_paused")})` }],
  },
  {
    title: "Tokens refused",
    description: "Tokens that the system refused when it was last asked. Nothing can be read or changed with them.",
    kind: "stat",
    red: 1,
    queries: [{ expr: count(`${each("rollcall_token_valid")} == 0`) }],
  },
  {
    title: "Syncs that are late",
    description: "Connections on a schedule whose next published sync is due. One that runs now is among them.",
    kind: "stat",
    queries: [{ expr: count(`time() - ${each("rollcall_sync_due_timestamp_seconds")} > 0`) }],
  },
  {
    title: "Oldest data",
    description: "The age of the connection that was published, or uploaded, the longest ago.",
    kind: "stat",
    unit: "s",
    queries: [{ expr: `max(${each("rollcall_sync_age_seconds")})` }],
  },
  {
    title: "Alerts",
    description: "Alerts of Rollcall that fire in this namespace. The runbook says of each what to do.",
    kind: "stat",
    red: 1,
    queries: [{ expr: count(`ALERTS{namespace="$namespace",alertname=~"Rollcall.+",alertstate="firing"}`) }],
  },
]

const connections: ReadonlyArray<Panel> = [
  {
    title: "Each connection",
    description:
      "Up is 1 where a worker serves the connection and nothing is wrong with it; the token is 1 where it was accepted.",
    kind: "table",
    units: ["none", "none", "none", "s", "s", "none", "none"],
    queries: [
      { legend: "Up", expr: each("rollcall_connection_up") },
      { legend: "Token", expr: each("rollcall_token_valid") },
      { legend: "Paused", expr: each("rollcall_connection_paused") },
      { legend: "Data is", expr: each("rollcall_sync_age_seconds") },
      { legend: "Next sync in", expr: `${each("rollcall_sync_next_timestamp_seconds")} - time()` },
      { legend: "Accounts", expr: each("rollcall_sync_records", `,kind="resource",type="user"`) },
      {
        legend: "Grants",
        expr: `max by (connection) (sum by (connection, pod) (${connection("rollcall_sync_records", `,kind="grant"`)}))`,
      },
    ],
  },
  {
    title: "Up",
    description: "Red while a connection is served by no worker, or failed.",
    kind: "states",
    queries: [{ legend: "{{connection}}", expr: each("rollcall_connection_up") }],
  },
]

const syncs: ReadonlyArray<Panel> = [
  {
    title: "Age of the data",
    description: "It falls with each sync that is published or uploaded, and rises in between.",
    kind: "lines",
    unit: "s",
    queries: [{ legend: "{{connection}}", expr: each("rollcall_sync_age_seconds") }],
  },
  {
    title: "Syncs an hour",
    description: "Syncs that ended, by outcome.",
    kind: "stack",
    queries: [{ legend: "{{outcome}}", expr: within("1h", "outcome", connection("rollcall_syncs_total")) }],
  },
  {
    title: "How long syncs take",
    description:
      "Of the published syncs of a day: half took no longer than the first, nineteen of twenty no longer than the second.",
    kind: "lines",
    unit: "s",
    queries: [
      { legend: "half", expr: quantile(0.5, "le", connection("rollcall_sync_duration_seconds_bucket")) },
      { legend: "95 %", expr: quantile(0.95, "le", connection("rollcall_sync_duration_seconds_bucket")) },
    ],
  },
  {
    title: "Pages read",
    description: "Pages a second. While a sync runs and this stands still, it waits or hangs: see what calls wait for.",
    kind: "stack",
    unit: "reqps",
    queries: [{ legend: "{{connection}}", expr: rate("connection", connection("rollcall_sync_pages_total")) }],
  },
  {
    title: "Records",
    description: "Records of the last syncs, by type. A step down that nobody made is worth a look.",
    kind: "lines",
    queries: [
      {
        legend: "{{kind}} {{type}}",
        expr: `sum by (kind, type) (max by (connection, kind, type) (${connection("rollcall_sync_records")}))`,
      },
    ],
  },
  {
    title: "Left out",
    description: "What syncs of a day could not see because a scope, a plan or a setting is missing, by step.",
    kind: "lines",
    queries: [
      {
        legend: "{{connection}} {{step}}",
        expr: within("1d", "connection, step", connection("rollcall_sync_gaps_total")),
      },
    ],
  },
  {
    title: "Archived copies a day",
    description: "Dated copies of published syncs, by outcome.",
    kind: "stack",
    queries: [{ legend: "{{outcome}}", expr: within("1d", "outcome", connection("rollcall_archive_copies_total")) }],
  },
]

const calls: ReadonlyArray<Panel> = [
  {
    title: "Calls",
    description: "Calls a second, retries included, by system and result.",
    kind: "stack",
    unit: "reqps",
    queries: [
      { legend: "{{system}} {{result}}", expr: rate("system, result", connection("rollcall_api_calls_total")) },
    ],
  },
  {
    title: "Calls by method",
    description: "The ten methods that are called most often.",
    kind: "lines",
    unit: "reqps",
    queries: [
      {
        legend: "{{system}} {{method}}",
        expr: `topk(10, ${rate("system, method", connection("rollcall_api_calls_total"))})`,
      },
    ],
  },
  {
    title: "Calls that wait",
    description:
      "Calls that wait at the same time, by reason: our own pace (budget), a pause that Slack asked for (cooldown), a failure (retry).",
    kind: "stack",
    queries: [{ legend: "{{reason}}", expr: rate("reason", connection("rollcall_api_call_wait_seconds_total")) }],
  },
  {
    title: "What calls wait for",
    description: "The ten limits that calls waited for most often within an hour.",
    kind: "lines",
    queries: [
      {
        legend: "{{key}} {{reason}}",
        expr: `topk(10, ${within("1h", "key, reason", connection("rollcall_api_call_waits_total"))})`,
      },
    ],
  },
]

const conductorOne: ReadonlyArray<Panel> = [
  {
    title: "Tasks an hour",
    description: "Tasks of ConductorOne that ended, by kind and outcome, where there were any.",
    kind: "stack",
    queries: [
      {
        legend: "{{kind}} {{outcome}}",
        expr: `${within("1h", "kind, outcome", connection("rollcall_tasks_total"))} > 0`,
      },
    ],
  },
  {
    title: "Tasks that run",
    description: "Tasks that run now, by kind.",
    kind: "stack",
    queries: [{ legend: "{{kind}}", expr: `sum by (kind) (${connection("rollcall_tasks_running")})` }],
  },
  {
    title: "How long tasks take",
    description: "Nineteen of twenty tasks of a day took no longer, by kind.",
    kind: "lines",
    unit: "s",
    queries: [
      { legend: "{{kind}}", expr: quantile(0.95, "le, kind", connection("rollcall_task_duration_seconds_bucket")) },
    ],
  },
  {
    title: "Polls and heartbeats",
    description:
      "Calls a second that ask for tasks, and that say that a sync is alive. Without polls that succeed no task comes.",
    kind: "lines",
    unit: "reqps",
    queries: [
      { legend: "polls {{outcome}}", expr: rate("outcome", connection("rollcall_polls_total")) },
      { legend: "heartbeats {{outcome}}", expr: rate("outcome", connection("rollcall_heartbeats_total")) },
    ],
  },
  {
    title: "Uploads a day",
    description: "Attempts to upload a file, by outcome.",
    kind: "stack",
    queries: [{ legend: "{{outcome}}", expr: within("1d", "outcome", connection("rollcall_uploads_total")) }],
  },
  {
    title: "Bytes uploaded a day",
    description: "The size of the files that were uploaded, by connection.",
    kind: "stack",
    unit: "bytes",
    queries: [
      { legend: "{{connection}}", expr: within("1d", "connection", connection("rollcall_upload_bytes_total")) },
    ],
  },
]

const leases: ReadonlyArray<Panel> = [
  {
    title: "Access for a time",
    description: "Access that has an end and is not over: granted here, and by ConductorOne.",
    kind: "stack",
    queries: [
      { legend: "granted here", expr: `sum(${each("rollcall_leases_open")})` },
      { legend: "by ConductorOne", expr: `sum(${each("rollcall_leases_c1_open")})` },
    ],
  },
  {
    title: "Access that stays",
    description: "Access whose time is over. All of these should be 0.",
    kind: "lines",
    red: 1,
    queries: [
      { legend: "{{connection}} not ended", expr: each("rollcall_leases_overdue") },
      { legend: "{{connection}} failed", expr: each("rollcall_leases_failed") },
      { legend: "{{connection}} not allowed", expr: each("rollcall_leases_blocked") },
      { legend: "{{connection}} not revoked by ConductorOne", expr: each("rollcall_leases_c1_overdue") },
    ],
  },
  {
    title: "Accounts to enable",
    description: "Accounts that were disabled until a time that is over, and that somebody has to decide on.",
    kind: "lines",
    queries: [{ legend: "{{connection}}", expr: each("rollcall_leases_reminders_due") }],
  },
  {
    title: "Clock",
    description:
      "How far the clock of the worker is ahead of Slack's. Above 120 seconds, or below -120, no access ends.",
    kind: "lines",
    unit: "s",
    queries: [{ legend: "{{connection}}", expr: each("rollcall_clock_skew_seconds") }],
  },
]

const drift: ReadonlyArray<Panel> = [
  {
    title: "People who differ",
    description: "People who lack what the desired state gives them, hold what it does not, or cannot be given it.",
    kind: "stack",
    queries: [
      {
        legend: "{{kind}}",
        expr: `sum by (kind) (max by (connection, kind) (${connection("rollcall_drift_people")}))`,
      },
    ],
  },
  {
    title: "Entitlements",
    description: "Entitlements of the desired state, by how they compare with the last sync.",
    kind: "stack",
    queries: [
      {
        legend: "{{state}}",
        expr: `sum by (state) (max by (connection, state) (${connection("rollcall_drift_entitlements")}))`,
      },
    ],
  },
  {
    title: "Desired state can be read",
    description: "1 where the file could be read after the last sync.",
    kind: "states",
    queries: [{ legend: "{{connection}}", expr: `min by (connection) (${connection("rollcall_drift_file_valid")})` }],
  },
  {
    title: "Comparisons and messages a day",
    description: "Comparisons with the desired state, and messages to the webhook, by outcome.",
    kind: "lines",
    queries: [
      {
        legend: "comparisons {{outcome}}",
        expr: within("1d", "outcome", connection("rollcall_drift_comparisons_total")),
      },
      { legend: "messages {{outcome}}", expr: within("1d", "outcome", connection("rollcall_drift_messages_total")) },
    ],
  },
]

const workers: ReadonlyArray<Panel> = [
  {
    title: "Connections of each worker",
    description: "They move to another worker when one stops, and back as workers come.",
    kind: "stack",
    queries: [{ legend: "{{pod}}", expr: `sum by (pod) (${worker("rollcall_connection_served")})` }],
  },
  {
    title: "Memory",
    description:
      "Memory of the process, and the part of it that V8 uses. The limit of the container holds for the first.",
    kind: "lines",
    unit: "bytes",
    queries: [
      { legend: "{{pod}}", expr: `max by (pod) (${worker("process_resident_memory_bytes")})` },
      { legend: "{{pod}} V8", expr: `max by (pod) (${worker("nodejs_heap_size_used_bytes")})` },
    ],
  },
  {
    title: "Wait for the thread",
    description: "How long probes and heartbeats had to wait since metrics were last read: at most, and on average.",
    kind: "lines",
    unit: "s",
    queries: [
      { legend: "{{pod}} at most", expr: `max by (pod) (${worker("nodejs_eventloop_lag_max_seconds")})` },
      { legend: "{{pod}} on average", expr: `max by (pod) (${worker("nodejs_eventloop_lag_mean_seconds")})` },
    ],
  },
  {
    title: "Versions",
    description: "Workers by their version and that of Node.",
    kind: "stack",
    queries: [
      { legend: "{{version}}, Node {{node}}", expr: `count by (version, node) (${worker("rollcall_build_info")})` },
    ],
  },
  {
    title: "Collector",
    description: "Requests to an OpenTelemetry collector that failed within an hour, by signal.",
    kind: "lines",
    queries: [
      { legend: "{{signal}}", expr: within("1h", "signal", worker("rollcall_telemetry_export_failures_total")) },
    ],
  },
]

const database: ReadonlyArray<Panel> = [
  {
    title: "Database answers",
    description: "1 where the database that workers share answered the worker when it was last asked.",
    kind: "states",
    queries: [{ legend: "{{pod}}", expr: `max by (pod) (${worker("rollcall_database_up")})` }],
  },
  {
    title: "Size of its tables",
    description:
      "Tables of Rollcall with their indexes. The journal of changes grows; what unfinished syncs have read comes and goes.",
    kind: "stack",
    unit: "bytes",
    queries: [{ legend: "{{table}}", expr: `max by (table) (${worker("rollcall_database_table_bytes")})` }],
  },
  {
    title: "Stalled",
    description:
      "For how long a worker could not take, keep or give back connections although the database answers. At 180 seconds it ends.",
    kind: "lines",
    unit: "s",
    red: 60,
    queries: [{ legend: "{{pod}}", expr: `max by (pod) (${worker("rollcall_cluster_stalled_seconds")})` }],
  },
]

/** The dashboard, from what everybody looks at first to what a few have. */
export const rows: ReadonlyArray<Row> = [
  { title: "Overview", panels: overview },
  { title: "Connections", panels: connections },
  { title: "Syncs", panels: syncs },
  { title: "Calls", panels: calls },
  { title: "ConductorOne", panels: conductorOne },
  { title: "Access that ends", panels: leases },
  { title: "Drift", panels: drift },
  { title: "Workers", panels: workers },
  { title: "Database", panels: database },
]
