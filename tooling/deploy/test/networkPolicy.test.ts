// The NetworkPolicy of the chart: what a network that enforces it lets through, address by address, and what it does not.
import { BlockList, isIPv6 } from "node:net"
import { assert, describe, it } from "vitest"
import type { KubernetesObject } from "./kubernetesObject.ts"
import { containerOf, deploymentIn } from "./kubernetesObject.ts"
import { findProgram, renderChart } from "./render.ts"
import { lookUp } from "./renderings/rendering.ts"

const image = { repository: "registry.example.com/rollcall-worker", tag: "1.0.0" }

type Labels = Readonly<Record<string, string>>
interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: ReadonlyArray<string> }
  readonly namespaceSelector?: { readonly matchLabels: Labels }
  readonly podSelector?: { readonly matchLabels: Labels }
}
interface Rule {
  readonly from?: ReadonlyArray<Peer>
  readonly to?: ReadonlyArray<Peer>
  readonly ports?: ReadonlyArray<{ readonly protocol: string; readonly port: string | number }>
}
interface Policy {
  readonly podSelector: { readonly matchLabels: Labels }
  readonly ingress: ReadonlyArray<Rule>
  readonly egress?: ReadonlyArray<Rule>
}

const policyIn = (objects: ReadonlyArray<KubernetesObject>): Policy => {
  const [found] = objects.filter(({ kind }) => kind === "NetworkPolicy")
  return Reflect.get(found ?? assert.fail("there is no policy"), "spec")
}
const rendered = (networkPolicy: object = {}, values: object = {}) => {
  const made = renderChart("rollcall", { image, networkPolicy: { enabled: true, ...networkPolicy }, ...values })
  assert.strictEqual(made.complaint, "")
  return made
}

/** Whether an address is in one of these networks; one of the other kind is in none. */
const isIn = (address: string, ...cidrs: ReadonlyArray<string>) =>
  cidrs.some((cidr) => {
    const [network = "", prefix] = cidr.split("/")
    if (isIPv6(network) !== isIPv6(address)) return false
    const kind = isIPv6(address) ? "ipv6" : "ipv4"
    const list = new BlockList()
    list.addSubnet(network, Number(prefix), kind)
    return list.check(address, kind)
  })

/** The ports of an address that is no pod of the cluster, to which a policy lets out. */
const portsTo = ({ egress = [] }: Policy, address: string) =>
  egress
    .filter(({ to = [] }) =>
      to.some(({ ipBlock }) => ipBlock && isIn(address, ipBlock.cidr) && !isIn(address, ...(ipBlock.except ?? []))),
    )
    .flatMap(({ ports = [] }) => ports.map(({ port }) => port))

describe.skipIf(findProgram("helm") === undefined)("the network policy (skipped where there is no helm)", () => {
  const plain = rendered()
  const policy = policyIn(plain.objects)

  it.for(["3.68.124.168", "172.15.255.255", "172.32.0.1", "100.128.0.1", "2600:1f18::1", "64:ff9b::344:7ca8"])(
    "lets out to %s on port 443 alone",
    (address) => {
      assert.deepStrictEqual(portsTo(policy, address), [443])
    },
  )

  it.for([
    ["10.96.0.1", "the API of a cluster"],
    ["172.20.0.1", "another"],
    ["192.168.1.1", "a private network"],
    ["100.64.0.1", "a shared network, which some clusters use for pods"],
    ["127.0.0.1", "this machine"],
    ["169.254.169.254", "what a cloud tells a machine"],
    ["100.100.100.200", "the same elsewhere"],
    ["169.254.20.10", "a cache of names on the node"],
    ["::1", "this machine"],
    ["fd00:ec2::254", "what a cloud tells a machine"],
    ["fd20:ce::254", "the same elsewhere"],
    ["fe80::a9fe:a9fe", "a link"],
    ["64:ff9b::a9fe:a9fe", "169.254.169.254 by NAT64"],
    ["64:ff9b::a60:1", "10.96.0.1 by NAT64"],
    ["64:ff9b:1::a9fe:a9fe", "the same by a NAT64 of one's own"],
    ["2002:a9fe:a9fe::1", "the same by 6to4"],
    ["ff02::1", "everybody on a link"],
  ] as const)("does not let out to %s: %s", ([address]) => {
    assert.deepStrictEqual(portsTo(policy, address), [])
  })

  it("lets out to no network that is named as one not to be called, nor by https where it is off", () => {
    const except = policyIn(rendered({ https: { except: ["3.0.0.0/8", "2600::/16"] } }).objects)
    assert.deepStrictEqual([portsTo(except, "3.68.124.168"), portsTo(except, "2600::1")], [[], []])
    assert.deepStrictEqual(portsTo(except, "4.68.124.168"), [443])
    assert.deepStrictEqual(portsTo(policyIn(rendered({ https: { enabled: false } }).objects), "3.68.124.168"), [])
  })

  it("names networks as Kubernetes takes them: each within the whole that it is taken from, without further digits", () => {
    for (const { ipBlock } of (policy.egress ?? []).flatMap(({ to = [] }) => to)) {
      for (const cidr of ipBlock?.except ?? []) {
        const [network = "", prefix = ""] = cidr.split("/")
        assert.strictEqual(isIPv6(network), ipBlock?.cidr === "::/0", cidr)
        // The API server takes these for IPv4, and refuses the policy.
        assert.notMatch(network, /^::ffff:/u)
        assert.strictEqual(
          new URL(`http://${isIPv6(network) ? `[${network}]` : network}`).hostname.replaceAll(/[[\]]/gu, ""),
          network,
        )
        assert.isAbove(Number(prefix), 0)
      }
    }
  })

  it("has no rule for everybody, whatever is given", () => {
    const all = rendered({
      database: { to: [{ ipBlock: { cidr: "10.1.2.3/32" } }] },
      storage: { to: [] },
      collector: { to: [] },
    })
    for (const { ingress, egress = [] } of [policy, policyIn(all.objects)]) {
      for (const { from = [] } of ingress) assert.isNotEmpty(from)
      for (const { to = [] } of egress) assert.isNotEmpty(to)
      for (const { ports = [] } of [...ingress, ...egress]) assert.isNotEmpty(ports)
    }
    assert.deepStrictEqual(portsTo(policyIn(all.objects), "10.1.2.3"), [5432])
    assert.deepStrictEqual(portsTo(policyIn(all.objects), "10.1.2.4"), [])
    assert.match(renderChart("rollcall", { image, networkPolicy: { metrics: { from: [{}] } } }).complaint, /from\/0/u)
  })

  it("is for the workers, lets in the pod of helm test, and asks for names where clusters have them", () => {
    const { labels } = deploymentIn(plain.objects).spec.template.metadata
    assert.deepInclude(labels, policy.podSelector.matchLabels)
    const pod = plain.tests.find(({ kind }) => kind === "Pod")?.metadata.labels ?? {}
    assert.notStrictEqual(pod["app.kubernetes.io/name"], policy.podSelector.matchLabels["app.kubernetes.io/name"])
    assert.deepStrictEqual<unknown>(
      policy.ingress.map(({ from = [] }) => from.map(({ podSelector }) => podSelector?.matchLabels)),
      [[{ "app.kubernetes.io/name": pod["app.kubernetes.io/name"], "app.kubernetes.io/instance": "rollcall" }]],
    )
    assert.deepStrictEqual(policy.egress?.[0], {
      to: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
          podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        },
      ],
      ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ],
    })
  })

  it("lets in by ports that the pod names, and by none for workers among themselves, which have none", () => {
    const everything = {
      replicas: 3,
      connections: { configMap: "workspaces" },
      database: { existingSecret: "postgres" },
      extraEnv: [{ name: "BATON_FILE_STORE", value: "s3://example/synced" }],
      console: {
        enabled: true,
        url: "https://rollcall.example.com",
        oidc: { issuer: "https://login.example.com", clientId: "rollcall", roles: { staff: "viewer" } },
      },
    }
    const peers = [{ namespaceSelector: { matchLabels: { name: "theirs" } } }]
    const { objects } = rendered({ console: { from: peers }, database: { to: peers } }, everything)
    const named = (containerOf(deploymentIn(objects)).ports ?? []).map(({ name }) => name)
    assert.deepStrictEqual(
      policyIn(objects).ingress.flatMap(({ ports = [] }) => ports.map(({ port }) => port)),
      named,
    )
    const complaintOf = (networkPolicy: object, values: object) =>
      renderChart("rollcall", { image, networkPolicy: { enabled: true, ...networkPolicy }, ...values }).complaint
    assert.include(complaintOf({ console: { from: peers } }, everything), "networkPolicy.database.to")
    assert.include(complaintOf({ database: { to: peers } }, everything), "networkPolicy.console.from")
    assert.include(complaintOf({}, { podMonitor: { enabled: true } }), "networkPolicy.metrics.from")
    assert.include(complaintOf({}, { serviceMonitor: { enabled: true } }), "networkPolicy.metrics.from")
  })

  it("leaves names and port 443 to Cilium where that is to know hosts by name, which would add up otherwise", () => {
    const { objects } = rendered({ cilium: { enabled: true }, proxy: { to: [{ ipBlock: { cidr: "10.0.0.4/32" } }] } })
    const own = policyIn(objects)
    assert.deepStrictEqual(portsTo(own, "3.68.124.168"), [])
    assert.lengthOf(own.egress ?? [], 1)
    const cilium = objects.find(({ kind }) => kind === "CiliumNetworkPolicy") ?? assert.fail("there is none")
    assert.deepStrictEqual<unknown>(lookUp(cilium, "spec endpointSelector"), own.podSelector)
    assert.deepStrictEqual(lookUp(cilium, "spec egress 1"), {
      toFQDNs: [{ matchName: "slack.com" }, { matchName: "api.slack.com" }, { matchPattern: "*.conductor.one" }],
      toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }],
    })
    assert.deepStrictEqual(lookUp(cilium, "spec egress 0 toPorts 0"), {
      ports: [{ port: "53", protocol: "ANY" }],
      rules: { dns: [{ matchPattern: "*" }] },
    })
  })
})
