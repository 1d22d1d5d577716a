{{- /* Refuses a console that the worker would refuse, or that would forget what it is given. */ -}}
{{- define "rollcall.checkConsole" -}}
{{- with .Values.console -}}
{{- if .enabled -}}
{{- if not $.Values.connections.configMap -}}
{{- fail "console.enabled needs connections.configMap: what the console is about are connections. The file in it may have none: `connections: {}`." -}}
{{- end -}}
{{- if not (and .oidc.issuer .oidc.clientId .oidc.roles) -}}
{{- fail "console.enabled needs console.oidc.issuer, console.oidc.clientId and console.oidc.roles: everybody in the cluster can reach its address, and nobody would have to sign in." -}}
{{- end -}}
{{- if not (hasPrefix "https://" .url) -}}
{{- fail "console.enabled needs console.url with https, such as https://rollcall.example.com: how browsers reach it. An ingress of yours speaks TLS there." -}}
{{- end -}}
{{- if not (or $.Values.database.existingSecret $.Values.workFolder.persistence.enabled) -}}
{{- fail "console.enabled without a database keeps what it is given in the work folder, which goes with the pod. Set database.existingSecret, or workFolder.persistence.enabled to true." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.secretKey.existingSecret (not .Values.database.existingSecret) -}}
{{- fail "secretKey.existingSecret seals secrets in a database, and there is none. Set database.existingSecret, or leave secretKey.existingSecret empty." -}}
{{- end -}}
{{- end -}}

{{- /* What the worker is told of the console, as a list of a container's `env`. */ -}}
{{- define "rollcall.consoleEnvironment" -}}
{{- $env := list -}}
{{- with .Values.console -}}
{{- if .enabled -}}
{{- $roles := list -}}
{{- range $value, $role := .oidc.roles }}{{ $roles = append $roles (printf "%s=%s" $value $role) }}{{ end -}}
{{- $env = list
  (dict "name" "BATON_CONSOLE_PORT" "value" (.port | toString))
  (dict "name" "BATON_CONSOLE_BIND_ADDRESS" "value" "0.0.0.0")
  (dict "name" "BATON_CONSOLE_URL" "value" .url)
  (dict "name" "BATON_OIDC_ISSUER" "value" .oidc.issuer)
  (dict "name" "BATON_OIDC_CLIENT_ID" "value" .oidc.clientId)
  (dict "name" "BATON_OIDC_SCOPES" "value" (join "," .oidc.scopes))
  (dict "name" "BATON_OIDC_ROLES_CLAIM" "value" .oidc.rolesClaim)
  (dict "name" "BATON_OIDC_ROLES" "value" (join "," $roles))
-}}
{{- with .oidc.existingSecret }}{{ $env = append $env (dict "name" "BATON_OIDC_CLIENT_SECRET" "valueFrom" (dict "secretKeyRef" (dict "name" . "key" "client-secret"))) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toYaml $env -}}
{{- end -}}
