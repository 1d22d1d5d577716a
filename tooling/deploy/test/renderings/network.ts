// Values of who may call the pods, and whom they may call.
import type { Rendering, Seen } from "./rendering.ts"

const namespaceOf = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
})
const address = (cidr: string) => ({ ipBlock: { cidr } })
const seen = (value: string, at: string, is: unknown): Seen => ({
  value: `networkPolicy.${value}`,
  kind: "NetworkPolicy",
  at: `spec ${at}`,
  is,
})
/** One peer with its port, which stands at this place of the rules. */
const out = (name: string, rule: number, cidr: string, port: number): ReadonlyArray<Seen> => [
  seen(`${name}.to`, `egress ${rule} to`, [address(cidr)]),
  seen(`${name}.port`, `egress ${rule} ports`, [{ protocol: "TCP", port }]),
]

export const networkRenderings: ReadonlyArray<Rendering> = [
  {
    values: {
      connections: { configMap: "workspaces" },
      console: {
        enabled: true,
        url: "https://rollcall.example.com",
        oidc: { issuer: "https://login.example.com", clientId: "rollcall", roles: { staff: "viewer" } },
      },
      database: { existingSecret: "postgres" },
      networkPolicy: {
        enabled: true,
        metrics: { from: [namespaceOf("monitoring")] },
        console: { from: [namespaceOf("ingress")] },
        dns: { to: [namespaceOf("openshift-dns")], port: 5353 },
        https: { except: ["203.0.113.0/24", "2001:db8::/32"] },
        database: { to: [address("10.0.0.1/32")], port: 5433 },
        storage: { to: [address("10.0.0.2/32")], port: 9443 },
        collector: { to: [address("10.0.0.3/32")], port: 4319 },
        proxy: { to: [address("10.0.0.4/32")], port: 8080 },
        extraIngress: [{ from: [address("10.0.0.5/32")], ports: [{ port: "health" }] }],
        extraEgress: [{ to: [address("10.0.0.6/32")], ports: [{ port: 8443 }] }],
      },
    },
    seen: [
      seen("enabled", "policyTypes", ["Ingress", "Egress"]),
      // After the pod of `helm test`.
      seen("metrics.from", "ingress 0 from 1", namespaceOf("monitoring")),
      seen("metrics.from", "ingress 0 ports", [{ protocol: "TCP", port: "health" }]),
      seen("console.from", "ingress 1 from", [namespaceOf("ingress")]),
      seen("console.from", "ingress 1 ports", [{ protocol: "TCP", port: "console" }]),
      seen("extraIngress", "ingress 2 from", [address("10.0.0.5/32")]),
      seen("dns.to", "egress 0 to", [namespaceOf("openshift-dns")]),
      seen("dns.port", "egress 0 ports 0 port", 5353),
      seen("https.except", "egress 1 to 0 ipBlock except 11", "203.0.113.0/24"),
      seen("https.except", "egress 1 to 1 ipBlock except 14", "2001:db8::/32"),
      ...out("database", 2, "10.0.0.1/32", 5433),
      ...out("storage", 3, "10.0.0.2/32", 9443),
      ...out("collector", 4, "10.0.0.3/32", 4319),
      ...out("proxy", 5, "10.0.0.4/32", 8080),
      seen("extraEgress", "egress 6 to", [address("10.0.0.6/32")]),
    ],
  },
  {
    values: { networkPolicy: { enabled: true, https: { enabled: false } } },
    seen: [seen("https.enabled", "egress 1", undefined)],
  },
  {
    values: {
      networkPolicy: {
        enabled: true,
        cilium: { enabled: true, hosts: ["slack-gov.com", "*.example.com"], dns: { "k8s:k8s-app": "coredns" } },
      },
    },
    seen: [
      seen("cilium.enabled", "egress", undefined),
      {
        value: "networkPolicy.cilium.hosts",
        kind: "CiliumNetworkPolicy",
        at: "spec egress 1 toFQDNs",
        is: [{ matchName: "slack-gov.com" }, { matchPattern: "*.example.com" }],
      },
      {
        value: "networkPolicy.cilium.dns",
        kind: "CiliumNetworkPolicy",
        at: "spec egress 0 toEndpoints 0 matchLabels k8s:k8s-app",
        is: "coredns",
      },
    ],
  },
]
