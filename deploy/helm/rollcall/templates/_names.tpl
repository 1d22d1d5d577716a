{{- define "rollcall.selectorLabels" -}}
app.kubernetes.io/name: rollcall
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "rollcall.labels" -}}
{{ include "rollcall.selectorLabels" . }}
app.kubernetes.io/component: worker
{{- end -}}

{{- /* The name of the volume of a Secret, which may have no dots and no more than 63 characters, as the Secret's own may. */ -}}
{{- define "rollcall.secretVolume" -}}
{{- printf "secret-%s" . | replace "." "-" | trunc 63 | trimSuffix "-" | quote -}}
{{- end -}}

{{- /* Where pods run: what the values say, and several on different nodes where there are some, unless the values say that too. */ -}}
{{- define "rollcall.affinity" -}}
{{- $given := .Values.affinity | default dict -}}
{{- $apart := dict -}}
{{- if and (gt (int .Values.replicas) 1) (not (hasKey $given "podAntiAffinity")) -}}
{{- $same := dict "labelSelector" (dict "matchLabels" (include "rollcall.selectorLabels" . | fromYaml)) "topologyKey" "kubernetes.io/hostname" -}}
{{- $apart = dict "podAntiAffinity" (dict "preferredDuringSchedulingIgnoredDuringExecution" (list (dict "weight" 100 "podAffinityTerm" $same))) -}}
{{- end -}}
{{- with merge (dict) $given $apart }}{{ toYaml . }}{{ end -}}
{{- end -}}
