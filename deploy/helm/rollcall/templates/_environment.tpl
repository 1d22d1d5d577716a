{{- /* The container's `env`. A name may stand there once, so what `extraEnv` names is left to it. */ -}}
{{- define "rollcall.environment" -}}
{{- $extra := .Values.extraEnv | default list -}}
{{- $taken := list -}}
{{- range $extra }}{{ $taken = append $taken .name }}{{ end -}}
{{- $own := list -}}
{{- range list
  (dict "name" "BATON_HOST_ID" "value" (.Values.hostId | default .Release.Name))
  (dict "name" "BATON_HEALTH_CHECK" "value" "true")
  (dict "name" "BATON_HEALTH_CHECK_PORT" "value" "8081")
  (dict "name" "BATON_HEALTH_CHECK_BIND_ADDRESS" "value" "0.0.0.0")
  (dict "name" "BATON_C1Z_TEMP_DIR" "value" "/var/lib/rollcall")
-}}
{{- if not (has .name $taken) }}{{ $own = append $own . }}{{ end -}}
{{- end -}}
{{- toYaml (concat $own $extra) -}}
{{- end -}}
