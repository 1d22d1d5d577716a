// Values of what watches the worker.
import type { Rendering } from "./rendering.ts"

const rule = (value: string, name: string, field: string, is: unknown) => ({
  value,
  kind: "PrometheusRule",
  at: `spec groups name=rollcall rules alert=${name} ${field}`,
  is,
})

export const monitoringRenderings: ReadonlyArray<Rendering> = [
  {
    values: {
      podMonitor: { enabled: true, labels: { release: "pods" } },
      alerts: {
        enabled: true,
        labels: { release: "rules" },
        job: "theirs",
        downHours: 7,
        overdueHours: 8,
        dataAgeHours: 9,
        gaps: true,
      },
    },
    seen: [
      { value: "podMonitor.enabled", kind: "PodMonitor", at: "spec podMetricsEndpoints 0 port", is: "health" },
      { value: "podMonitor.labels", kind: "PodMonitor", at: "metadata labels release", is: "pods" },
      { value: "alerts.enabled", kind: "PrometheusRule", at: "metadata name", is: "rollcall" },
      { value: "alerts.labels", kind: "PrometheusRule", at: "metadata labels release", is: "rules" },
      rule("alerts.job", "RollcallIsDown", "expr", 'absent(rollcall_build_info{job="theirs"})'),
      rule("alerts.downHours", "RollcallConnectionIsDown", "for", "7h"),
      rule("alerts.overdueHours", "RollcallSyncIsOverdue", "expr", /> 28800$/mu),
      rule("alerts.dataAgeHours", "RollcallDataIsOld", "expr", /> 32400$/mu),
      rule("alerts.gaps", "RollcallSyncHasGaps", "labels severity", "warning"),
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
