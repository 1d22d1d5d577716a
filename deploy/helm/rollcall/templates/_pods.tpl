{{- /* The image: by the digest or tag of the values, else as the chart was released. */ -}}
{{- define "rollcall.image" -}}
{{- with .Values.image -}}
{{- if not .repository -}}
{{- fail "image.repository is empty. Set it to where the image was pushed, such as registry.example.com/rollcall-worker." -}}
{{- end -}}
{{- if or (contains "@" .tag) (contains "sha256:" .tag) -}}
{{- fail (printf "image.tag is %q, which holds a digest. Put the digest into image.digest, as sha256: and 64 digits, and leave image.tag to a version, or empty." .tag) -}}
{{- end -}}
{{- $released := $.Chart.AppVersion | default "" -}}
{{- $digest := .digest -}}
{{- if not (or .digest .tag) }}{{ $digest = index ($.Chart.Annotations | default dict) "imageDigest" }}{{ end -}}
{{- if $digest -}}
{{- printf "%s@%s" .repository $digest -}}
{{- else if or .tag $released -}}
{{- printf "%s:%s" .repository (.tag | default $released) -}}
{{- else -}}
{{- fail "image.tag and image.digest are empty, and this chart was released with no image. Set image.tag to the version that was built, such as 1.0.0." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The pod's security context, without what the cluster chooses where it chooses users. */ -}}
{{- define "rollcall.podSecurityContext" -}}
{{- $given := .Values.podSecurityContext | default dict -}}
{{- if not .Values.fixedUser }}{{ $given = omit $given "runAsUser" "runAsGroup" "fsGroup" }}{{ end -}}
{{- with $given }}{{ toYaml . }}{{ end -}}
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
