{{- /*
The alerts, as a list of rules. They are per connection, whichever pod serves it: each compares what all pods say, so a connection that moves,
or a pod that is gone, changes nothing. What is paused or removed alerts nobody. A worker with one connection has no label `connection`, and
one alert of each kind. `docs/runbook.md` has a section for each.
*/}}
{{- define "rollcall.alertRules" -}}
{{- $name := include "rollcall.fullname" . }}
{{- $replicas := int .Values.replicas }}
{{- with .Values.alerts }}
{{- $job := printf "job=%q" (.job | default (include "rollcall.job" $)) }}
{{- $each := "by (namespace, connection)" }}
{{- /* Of the last minutes: a connection that moves to another pod is served by none for less than that. */}}
{{- $up := printf "max %s (max_over_time(rollcall_connection_up{%s}[5m]))" $each $job }}
{{- $served := printf "max %s (max_over_time(rollcall_connection_served{%s}[5m]))" $each $job }}
{{- $paused := printf "max %s (last_over_time(rollcall_connection_paused{%s}[5m])) == 1" $each $job }}
{{- $silent := printf "sum %s (rate(rollcall_polls_total{%s,outcome=\"success\"}[15m])) == 0" $each $job }}
{{- $which := "{{ with $labels.connection }}The connection {{ . }}{{ else }}The worker{{ end }}" }}
- alert: RollcallIsDown
  expr: absent(rollcall_build_info{ {{- $job -}} })
  for: 10m
  labels: { severity: critical, namespace: {{ $.Release.Namespace | quote }} }
  annotations:
    summary: No worker of {{ $name }} answers.
    description: Nothing is synced, no task is done and no access ends. Look at its pods, and at the log of the one before the last restart.
{{- if gt $replicas 1 }}
- alert: RollcallPodIsMissing
  expr: count by (namespace) (rollcall_build_info{ {{- $job -}} }) < {{ $replicas }}
  for: 15m
  labels: { severity: warning }
  annotations:
    summary: Only {{ "{{ $value }}" }} of the {{ $replicas }} workers of {{ $name }} answer.
    description: The others serve what it had, and there is one less to lose. Look at the pods that are missing or not ready.
{{- end }}
- alert: RollcallRestarts
  expr: increase(kube_pod_container_status_restarts_total{namespace={{ $.Release.Namespace | quote }},pod=~"{{ $name }}-[a-z0-9]+-[a-z0-9]+",container="worker"}[1h]) > 2
  labels: { severity: warning }
  annotations:
    summary: The pod {{ "{{ $labels.pod }}" }} starts again and again.
    description: The last line of its log before it ended says why.
- alert: RollcallDatabaseIsDown
  expr: count by (namespace) (rollcall_database_up{ {{- $job -}} } == 0) > 0
  for: 5m
  labels: { severity: critical }
  annotations:
    summary: The database does not answer {{ "{{ $value }}" }} of the workers of {{ $name }}.
    description: Without it they begin nothing and make no call. They go on by themselves when it answers again.
- alert: RollcallConnectionIsNotServed
  expr: |
    {{ $served }} == 0
    unless on (namespace) max by (namespace) (last_over_time(rollcall_database_up{ {{- $job -}} }[5m])) == 0
  for: 10m
  labels: { severity: critical }
  annotations:
    summary: No worker serves the connection {{ "{{ $labels.connection }}" }}.
    description: Its entry cannot be used, or nobody has taken it over. The log of each worker says which.
- alert: RollcallConnectionIsDown
  expr: |
    ({{ $up }} == 0
    and {{ $served }} == 1)
    unless {{ $paused }}
    unless max {{ $each }} (last_over_time(rollcall_token_valid{ {{- $job -}} }[5m])) == 0
    unless {{ $silent }}
  for: {{ .downHours }}h
  labels: { severity: critical }
  annotations:
    summary: The connection {{ "{{ $labels.connection }}" }} has not worked for {{ .downHours }} h.
    description: Its last sync failed, or it cannot begin. `rollcall connections list` and the log say why and what to do.
- alert: RollcallTokenIsRefused
  expr: |
    max {{ $each }} (last_over_time(rollcall_token_valid{ {{- $job -}} }[5m])) == 0
    unless {{ $paused }}
  for: 5m
  labels: { severity: critical }
  annotations:
    summary: '{{ $which }} has a token that is refused.'
    description: It was revoked, or its account was deactivated. No sync and no change can succeed; install the app again and set the new token.
- alert: RollcallSyncIsOverdue
  expr: |
    time() - max {{ $each }} (last_over_time(rollcall_sync_due_timestamp_seconds{ {{- $job -}} }[10m])) > {{ mul 3600 .overdueHours }}
    unless max {{ $each }} (max_over_time(rollcall_connection_paused{ {{- $job -}} }[{{ .overdueHours }}h])) == 1
    unless {{ $up }} == 0
  for: 15m
  labels: { severity: warning }
  annotations:
    summary: '{{ $which }} should have published a sync {{ "{{ $value | humanizeDuration }}" }} ago.'
    description: A sync hangs, waits for its turn, or failed before a restart. The log says how far it is.
- alert: RollcallDataIsOld # of ConductorOne, which decides when to sync
  expr: |
    time() - max {{ $each }} (last_over_time(rollcall_sync_last_success_timestamp_seconds{ {{- $job -}} }[10m])) > {{ mul 3600 .dataAgeHours }}
    unless max {{ $each }} (last_over_time(rollcall_sync_due_timestamp_seconds{ {{- $job -}} }[10m]))
    unless max {{ $each }} (max_over_time(rollcall_connection_paused{ {{- $job -}} }[1d])) == 1
  for: 15m
  labels: { severity: warning }
  annotations:
    summary: '{{ $which }} uploaded its last sync {{ "{{ $value | humanizeDuration }}" }} ago.'
    description: ConductorOne reviews what was true then. Its tasks fail, or it does not ask for syncs.
- alert: RollcallIsDisconnected
  expr: |
    {{ $silent }}
    unless {{ $paused }}
  for: 15m
  labels: { severity: critical }
  annotations:
    summary: '{{ $which }} does not reach ConductorOne.'
    description: No task can come. The log says why.
- alert: RollcallTaskFailed
  expr: sum by (namespace, connection, kind) (increase(rollcall_tasks_total{ {{- $job -}} ,outcome!="success"}[1h])) > 0
  labels: { severity: warning }
  annotations:
    summary: '{{ $which }} could not do a task of ConductorOne ({{ "{{ $labels.kind }}" }}).'
    description: A request for access was not carried out, or a sync was not; the log says why.
- alert: RollcallAccessStays
  expr: |
    max {{ $each }} (last_over_time(rollcall_leases_overdue{ {{- $job -}} }[5m])) > 0
    or max {{ $each }} (last_over_time(rollcall_leases_blocked{ {{- $job -}} }[5m])) > 0
  for: 15m
  labels: { severity: critical }
  annotations:
    summary: '{{ $which }} could not end access whose time is over.'
    description: The log says whose and why.
- alert: RollcallDrift # with a desired state
  expr: max {{ $each }} (last_over_time(rollcall_drift_entitlements{ {{- $job -}} ,state="differs"}[5m])) > 0
  labels: { severity: warning }
  annotations:
    summary: '{{ $which }} found somebody who holds what they should not, or lacks what they should hold.'
    description: The log names the entitlements.
- alert: RollcallDesiredStateIsWrong
  expr: |
    min {{ $each }} (last_over_time(rollcall_drift_file_valid{ {{- $job -}} }[5m])) == 0
    or max {{ $each }} (last_over_time(rollcall_drift_entitlements{ {{- $job -}} ,state="unclear"}[5m])) > 0
  labels: { severity: warning }
  annotations:
    summary: '{{ $which }} cannot read the desired state, or entries of it.'
    description: The log names the line.
{{- if .gaps }}
- alert: RollcallSyncHasGaps
  expr: sum by (namespace, connection, step) (increase(rollcall_sync_gaps_total{ {{- $job -}} }[1d])) > 0
  labels: { severity: warning }
  annotations:
    summary: '{{ $which }} does not see everything ({{ "{{ $labels.step }}" }}).'
    description: A scope, a plan or a setting is missing; the log says which.
{{- end }}
{{- end }}
{{- end -}}
