{{- /* Whether two monitors would read each pod twice, and each figure would be there twice. */ -}}
{{- define "rollcall.checkMonitors" -}}
{{- if and .Values.podMonitor.enabled .Values.serviceMonitor.enabled -}}
{{- fail "podMonitor.enabled and serviceMonitor.enabled are both true, and Prometheus would read each pod twice. Set one of them to false." -}}
{{- end -}}
{{- end -}}

{{- /* What both kinds of monitors have, given as `(list . values)`: the namespace and the labels of the object. */ -}}
{{- define "rollcall.monitorMetadata" -}}
{{- $root := index . 0 -}}
{{- with index . 1 -}}
name: {{ include "rollcall.fullname" $root }}
{{- with .namespace }}
namespace: {{ . | quote }}
{{- end }}
labels:
  {{- include "rollcall.labelsWith" (list $root .labels) | nindent 2 }}
{{- end -}}
{{- end -}}

{{- /* Where the pods are: told where the monitor itself is elsewhere. */ -}}
{{- define "rollcall.monitorSelector" -}}
{{- $root := index . 0 -}}
selector:
  matchLabels:
    {{- include "rollcall.selectorLabels" $root | nindent 4 }}
{{- with (index . 1).namespace }}
namespaceSelector:
  matchNames: [{{ $root.Release.Namespace | quote }}]
{{- end }}
{{- end -}}

{{- /* How the port `health` is read. */ -}}
{{- define "rollcall.monitorEndpoint" -}}
{{- $root := index . 0 -}}
{{- with index . 1 -}}
- port: health
  {{- with .interval }}
  interval: {{ . }}
  {{- end }}
  {{- with .scrapeTimeout }}
  scrapeTimeout: {{ . }}
  {{- end }}
  relabelings:
    - targetLabel: job
      replacement: {{ include "rollcall.job" $root | quote }}
    {{- with .relabelings }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
{{- end -}}
