// Values of what watches the worker.
import type { Rendering, Seen } from "./rendering.ts"

const rule = (value: string, name: string, field: string, is: unknown) => ({
  value,
  kind: "PrometheusRule",
  at: `spec groups name=rollcall rules alert=${name} ${field}`,
  is,
})

const dropped = { action: "drop", regex: "nodejs_.+", sourceLabels: ["__name__"] }
/** What is seen of values that both monitors have. */
const monitored = (value: string, kind: string, endpoints: string): ReadonlyArray<Seen> => {
  const endpoint = (field: string, is: unknown) => ({
    value: `${value}.${field}`,
    kind,
    at: `spec ${endpoints} 0 ${field}`,
    is,
  })
  return [
    { value: `${value}.enabled`, kind, at: `spec ${endpoints} 0 port`, is: "health" },
    { value: `${value}.namespace`, kind, at: "metadata namespace", is: "monitoring" },
    { value: `${value}.namespace`, kind, at: "spec namespaceSelector matchNames 0", is: "default" },
    endpoint("interval", "1m"),
    endpoint("scrapeTimeout", "20s"),
    endpoint("relabelings", [
      { targetLabel: "job", replacement: "default/rollcall" },
      { action: "labeldrop", regex: "container" },
    ]),
    endpoint("metricRelabelings", [dropped]),
  ]
}

export const monitoringRenderings: ReadonlyArray<Rendering> = [
  {
    values: {
      podMonitor: {
        enabled: true,
        namespace: "monitoring",
        labels: { release: "pods" },
        interval: "1m",
        scrapeTimeout: "20s",
        relabelings: [{ action: "labeldrop", regex: "container" }],
        metricRelabelings: [dropped],
      },
      alerts: {
        enabled: true,
        labels: { release: "rules" },
        job: "theirs",
        downHours: 7,
        overdueHours: 8,
        dataAgeHours: 9,
        gaps: true,
        namespace: "monitoring",
        ruleLabels: { team: "identity" },
        runbookUrl: "https://wiki.example.com/runbook",
        rules: { RollcallDrift: { for: "1h" } },
      },
    },
    seen: [
      ...monitored("podMonitor", "PodMonitor", "podMetricsEndpoints"),
      { value: "podMonitor.labels", kind: "PodMonitor", at: "metadata labels release", is: "pods" },
      { value: "alerts.enabled", kind: "PrometheusRule", at: "metadata name", is: "rollcall" },
      { value: "alerts.labels", kind: "PrometheusRule", at: "metadata labels release", is: "rules" },
      rule("alerts.job", "RollcallIsDown", "expr", 'absent(rollcall_build_info{job="theirs"})'),
      rule("alerts.downHours", "RollcallConnectionIsDown", "for", "7h"),
      rule("alerts.overdueHours", "RollcallSyncIsOverdue", "expr", /> 28800$/mu),
      rule("alerts.dataAgeHours", "RollcallDataIsOld", "expr", /> 32400$/mu),
      rule("alerts.gaps", "RollcallSyncHasGaps", "labels severity", "warning"),
      { value: "alerts.namespace", kind: "PrometheusRule", at: "metadata namespace", is: "monitoring" },
      rule("alerts.ruleLabels", "RollcallIsDown", "labels team", "identity"),
      rule(
        "alerts.runbookUrl",
        "RollcallIsDown",
        "annotations runbook_url",
        "https://wiki.example.com/runbook#rollcallisdown",
      ),
      rule("alerts.rules", "RollcallDrift", "for", "1h"),
    ],
  },
  {
    values: {
      serviceMonitor: {
        enabled: true,
        namespace: "monitoring",
        labels: { release: "services" },
        interval: "1m",
        scrapeTimeout: "20s",
        relabelings: [{ action: "labeldrop", regex: "container" }],
        metricRelabelings: [dropped],
      },
    },
    seen: [
      ...monitored("serviceMonitor", "ServiceMonitor", "endpoints"),
      { value: "serviceMonitor.labels", kind: "ServiceMonitor", at: "metadata labels release", is: "services" },
      { value: "serviceMonitor.enabled", kind: "Service", at: "metadata name", is: "rollcall-metrics" },
      { value: "serviceMonitor.enabled", kind: "Service", at: "spec ports 0 name", is: "health" },
      { value: "serviceMonitor.enabled", kind: "Service", at: "spec publishNotReadyAddresses", is: true },
      // What the monitor selects.
      ...["app.kubernetes.io/name", "app.kubernetes.io/instance"].flatMap((label) => [
        { value: "serviceMonitor.enabled", kind: "Service", at: `metadata labels ${label}`, is: "rollcall" },
        {
          value: "serviceMonitor.enabled",
          kind: "ServiceMonitor",
          at: `spec selector matchLabels ${label}`,
          is: "rollcall",
        },
      ]),
    ],
  },
  {
    values: {
      dashboard: {
        enabled: true,
        namespace: "monitoring",
        labels: { grafana_dashboard: "yes" },
        annotations: { grafana_folder: "Identity" },
      },
    },
    seen: [
      { value: "dashboard.enabled", kind: "ConfigMap", at: "data rollcall.json", is: /"title": "Rollcall"/u },
      { value: "dashboard.namespace", kind: "ConfigMap", at: "metadata namespace", is: "monitoring" },
      { value: "dashboard.labels", kind: "ConfigMap", at: "metadata labels grafana_dashboard", is: "yes" },
      {
        value: "dashboard.annotations",
        kind: "ConfigMap",
        at: "metadata annotations",
        is: { grafana_folder: "Identity" },
      },
    ],
  },
]
