{{- /* The container's `env`. A name may stand there once, so what `extraEnv` names is left to it. */ -}}
{{- define "rollcall.environment" -}}
{{- $extra := .Values.extraEnv | default list -}}
{{- $taken := list -}}
{{- range $extra }}{{ $taken = append $taken .name }}{{ end -}}
{{- range $extra -}}
{{- if and (eq .name "BATON_LEASES") (hasKey . "value") (not $.Values.workFolder.persistence.enabled) (or (not (hasPrefix "/" (.value | default ""))) (hasPrefix "/var/lib/rollcall" (.value | default ""))) -}}
{{- fail "BATON_LEASES names a file that goes with the pod, and access for a time would then never end. Set workFolder.persistence.enabled to true, or name a file on a volume of extraVolumes." -}}
{{- end -}}
{{- if and (eq .name "BATON_C1_LEASES") (eq (.value | default "") "backstop") (not $.Values.workFolder.persistence.enabled) (not (has "BATON_LEASES" $taken)) -}}
{{- fail "BATON_C1_LEASES is backstop, and what ConductorOne granted for a time would be forgotten with the pod. Set workFolder.persistence.enabled to true, or name a file on a volume of extraVolumes as BATON_LEASES." -}}
{{- end -}}
{{- end -}}
{{- $own := list -}}
{{- $desired := list -}}
{{- if .Values.drift.configMap }}{{ $desired = list (dict "name" "BATON_DRIFT_FILE" "value" "/etc/rollcall-drift/access.yaml") }}{{ end -}}
{{- range concat $desired (list
  (dict "name" "BATON_HOST_ID" "value" (.Values.hostId | default .Release.Name))
  (dict "name" "BATON_HEALTH_CHECK" "value" "true")
  (dict "name" "BATON_HEALTH_CHECK_PORT" "value" "8081")
  (dict "name" "BATON_HEALTH_CHECK_BIND_ADDRESS" "value" "0.0.0.0")
  (dict "name" "BATON_C1Z_TEMP_DIR" "value" "/var/lib/rollcall"))
-}}
{{- if not (has .name $taken) }}{{ $own = append $own . }}{{ end -}}
{{- end -}}
{{- toYaml (concat $own $extra) -}}
{{- end -}}
