{{- /* Refuses a policy behind which something that the values ask for could not work. */ -}}
{{- define "rollcall.checkNetworkPolicy" -}}
{{- with .Values.networkPolicy -}}
{{- if and (or $.Values.podMonitor.enabled $.Values.serviceMonitor.enabled) (not .metrics.from) -}}
{{- fail "networkPolicy.enabled keeps Prometheus out, whose monitor is enabled. Name where it runs in networkPolicy.metrics.from, such as [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }]." -}}
{{- end -}}
{{- if and $.Values.console.enabled (not .console.from) -}}
{{- fail "networkPolicy.enabled keeps everybody out of the console. Name where your ingress runs in networkPolicy.console.from, such as [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }]." -}}
{{- end -}}
{{- if and $.Values.database.existingSecret (not .database.to) -}}
{{- fail "networkPolicy.enabled keeps the worker from its database. Name where that is in networkPolicy.database.to, such as [{ ipBlock: { cidr: 10.20.30.40/32 } }]." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /*
What is in no network but a private one, or in none: every address of IANA's special-purpose registries that is not global, and those that
translate to one (https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry).
The addresses at which clouds tell a machine its secrets are among them: 169.254.169.254, 100.100.100.200, fd00:ec2::254, fd20:ce::254.
*/ -}}
{{- define "rollcall.privateNetworks" -}}
ipv4:
  - 0.0.0.0/8
  - 10.0.0.0/8
  - 100.64.0.0/10
  - 127.0.0.0/8
  - 169.254.0.0/16
  - 172.16.0.0/12
  - 192.0.0.0/24
  - 192.168.0.0/16
  - 198.18.0.0/15
  - 224.0.0.0/4
  - 240.0.0.0/4
ipv6:
  # Not ::ffff:0:0/96, which no packet bears, and which Kubernetes takes for an address of IPv4.
  - ::/96
  # NAT64 (RFC 6052) of the private networks of IPv4; that of the others is how a cluster with IPv6 alone reaches Slack.
  - 64:ff9b::/104
  - 64:ff9b::a00:0/104
  - 64:ff9b::6440:0/106
  - 64:ff9b::7f00:0/104
  - 64:ff9b::a9fe:0/112
  - 64:ff9b::ac10:0/108
  - 64:ff9b::c0a8:0/112
  - 64:ff9b:1::/48
  - 100::/64
  - 2002::/16
  - fc00::/7
  - fe80::/10
  - ff00::/8
{{- end -}}

{{- /* Whom the workers may call, as a list of rules. A rule without peers would let out to everybody, so there is none. */ -}}
{{- define "rollcall.egressRules" -}}
{{- with .Values.networkPolicy }}
{{- /* With Cilium, names and what they stand for are in a policy of its own, as rules add up. */}}
{{- if not .cilium.enabled }}
- to:
    {{- toYaml .dns.to | nindent 4 }}
  ports:
    - { protocol: UDP, port: {{ .dns.port }} }
    - { protocol: TCP, port: {{ .dns.port }} }
{{- if .https.enabled }}
{{- $except := include "rollcall.privateNetworks" $ | fromYaml }}
{{- range .https.except }}
{{- $family := ternary "ipv6" "ipv4" (contains ":" .) }}
{{- $_ := set $except $family (append (get $except $family) .) }}
{{- end }}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
          {{- toYaml $except.ipv4 | nindent 10 }}
    - ipBlock:
        cidr: ::/0
        except:
          {{- toYaml $except.ipv6 | nindent 10 }}
  ports:
    - { protocol: TCP, port: 443 }
{{- end }}
{{- end }}
{{- range list .database .storage .collector .proxy }}
{{- if .to }}
- to:
    {{- toYaml .to | nindent 4 }}
  ports:
    - { protocol: TCP, port: {{ .port }} }
{{- end }}
{{- end }}
{{- with .extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}
