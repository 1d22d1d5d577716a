{{- /* What the objects are called. The longest end that one of them has is 10 characters. */ -}}
{{- define "rollcall.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name -}}
{{- end -}}

{{- define "rollcall.selectorLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default "rollcall" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "rollcall.labels" -}}
{{- include "rollcall.labelsWith" (list . dict) -}}
{{- end -}}

{{- /* The labels of an object with further ones of its own, given as `(list . labels)`. The chart's own win. */ -}}
{{- define "rollcall.labelsWith" -}}
{{- $root := index . 0 -}}
{{- $own := merge (include "rollcall.selectorLabels" $root | fromYaml) (dict "app.kubernetes.io/component" "worker") -}}
{{- toYaml (merge $own (index . 1 | default dict) ($root.Values.commonLabels | default dict)) -}}
{{- end -}}

{{- /* The pod's service account; empty for that of the namespace. */ -}}
{{- define "rollcall.serviceAccountName" -}}
{{- with .Values.serviceAccount -}}
{{- .name | default (ternary (include "rollcall.fullname" $) "" .create) -}}
{{- end -}}
{{- end -}}

{{- /* The name of the volume of a Secret, which may have no dots and no more than 63 characters, as the Secret's own may. */ -}}
{{- define "rollcall.secretVolume" -}}
{{- printf "secret-%s" . | replace "." "-" | trunc 63 | trimSuffix "-" | quote -}}
{{- end -}}

{{- /* The job that the series of all pods bear, whichever monitor has them read: one of this release alone, by which alerts find them. */ -}}
{{- define "rollcall.job" -}}
{{- printf "%s/%s" .Release.Namespace (include "rollcall.fullname" .) -}}
{{- end -}}
