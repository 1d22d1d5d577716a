{{- /* The container's `env`. A name may stand there once, so what `extraEnv` names is left to it. */ -}}
{{- define "rollcall.environment" -}}
{{- $extra := .Values.extraEnv | default list -}}
{{- $taken := list -}}
{{- range $extra }}{{ $taken = append $taken .name }}{{ end -}}
{{- range $extra -}}
{{- if and (eq .name "BATON_LEASES") $.Values.connections.configMap -}}
{{- fail "BATON_LEASES has no effect with connections. Take it out of extraEnv: with database.existingSecret leases are in the database; without, name a file as `leases` in the entry of a connection." -}}
{{- end -}}
{{- if and (eq .name "BATON_LEASES") (hasKey . "value") (not $.Values.workFolder.persistence.enabled) (or (not (hasPrefix "/" (.value | default ""))) (hasPrefix "/var/lib/rollcall" (.value | default ""))) -}}
{{- fail "BATON_LEASES names a file that goes with the pod, and access for a time would then never end. Set workFolder.persistence.enabled to true, or name a file on a volume of extraVolumes." -}}
{{- end -}}
{{- if and (eq .name "BATON_C1_LEASES") (eq (.value | default "") "backstop") (not $.Values.workFolder.persistence.enabled) (not $.Values.database.existingSecret) (not (has "BATON_LEASES" $taken)) -}}
{{- fail "BATON_C1_LEASES is backstop, and what ConductorOne granted for a time would be forgotten with the pod. Set workFolder.persistence.enabled to true, or name a file on a volume of extraVolumes as BATON_LEASES." -}}
{{- end -}}
{{- end -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.database.existingSecret) -}}
{{- fail "replicas is more than 1, and the pods would sync and change the same things twice. Set database.existingSecret to the Secret of a PostgreSQL database that they share, or leave replicas at 1." -}}
{{- end -}}
{{- if and .Values.database.existingSecret (not .Values.connections.configMap) -}}
{{- fail "database.existingSecret needs connections.configMap: what the pods share are the connections in it." -}}
{{- end -}}
{{- if and (gt (int .Values.replicas) 1) .Values.workFolder.persistence.enabled -}}
{{- fail "replicas is more than 1, and one claim cannot be the work folder of several pods. Set workFolder.persistence.enabled to false: what a sync has read is in the database." -}}
{{- end -}}
{{- if and (gt (int .Values.replicas) 1) (not (has "BATON_FILE_STORE" $taken)) (not .Values.extraVolumeMounts) -}}
{{- fail "replicas is more than 1, and each pod would publish files to a folder of its own, which goes with it. Name a place that all pods reach as BATON_FILE_STORE in extraEnv: s3://bucket/prefix, or the folder of a shared volume of extraVolumeMounts. Where all connections are for ConductorOne and none publishes files, name the work folder: /var/lib/rollcall." -}}
{{- end -}}
{{- include "rollcall.checkConsole" . -}}
{{- $own := list -}}
{{- $desired := list -}}
{{- if .Values.connections.configMap }}{{ $desired = append $desired (dict "name" "BATON_CONNECTIONS" "value" "/etc/rollcall-connections") }}{{ end -}}
{{- with .Values.database.existingSecret }}{{ $desired = append $desired (dict "name" "BATON_DATABASE_URL" "valueFrom" (dict "secretKeyRef" (dict "name" . "key" "url"))) }}{{ end -}}
{{- if .Values.drift.configMap }}{{ $desired = append $desired (dict "name" "BATON_DRIFT_FILE" "value" "/etc/rollcall-drift/access.yaml") }}{{ end -}}
{{- if .Values.secretKey.existingSecret }}{{ $desired = append $desired (dict "name" "BATON_SECRET_KEY_FILE" "value" "/etc/rollcall-secret-key/secret.key") }}{{ end -}}
{{- $desired = concat $desired (include "rollcall.consoleEnvironment" . | fromYamlArray) -}}
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
