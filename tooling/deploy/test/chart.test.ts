// The Helm chart: it makes the objects of deploy/kubernetes, and refuses values that would not work. Helm itself renders
// it; .ci/run brings Helm where Go is there.
import { assert, describe, it } from "vitest"
import type { KubernetesObject } from "./kubernetesObject.ts"
import { containerOf, deploymentIn, objectsOf } from "./kubernetesObject.ts"
import { objectFaults } from "./objectFaults.ts"
import { podSecurityFaults } from "./podSecurity.ts"
import { findProgram, renderChart } from "./render.ts"

const image = { repository: "registry.example.com/rollcall-worker", tag: "1.0.0" }
const [example, claim, volume] = [
  "deployment.yaml",
  "work-folder-claim/claim.yaml",
  "work-folder-claim/volume.yaml",
].map((file) => objectsOf(`kubernetes/${file}`))

const rendered = (values: object = {}, release = "rollcall"): ReadonlyArray<KubernetesObject> => {
  const { objects, complaint } = renderChart(release, { image, ...values })
  assert.strictEqual(complaint, "")
  return objects
}
const podOf = (objects: ReadonlyArray<KubernetesObject>) => deploymentIn(objects).spec.template.spec

const manyValues = {
  workFolder: { size: "8Gi", persistence: { enabled: true, storageClassName: "fast" } },
  imagePullSecrets: [{ name: "registry" }],
  extraEnv: [{ name: "BATON_LOG_LEVEL", value: "debug" }],
  extraVolumes: [{ name: "company", configMap: { name: "company-ca" } }],
  extraVolumeMounts: [{ name: "company", mountPath: "/etc/company", readOnly: true }],
  drift: { configMap: "access" },
  podAnnotations: { "example.com/team": "identity" },
  nodeSelector: { "kubernetes.io/arch": "arm64" },
  tolerations: [{ key: "spot", operator: "Exists" }],
  affinity: { nodeAffinity: {} },
}

describe.skipIf(findProgram("helm") === undefined)("the chart (skipped where there is no helm)", () => {
  it("makes the Deployment of the manifests, with the image that it is given", () => {
    const deployment = deploymentIn(example ?? [])
    const { template } = deployment.spec
    const containers = [{ ...containerOf(deployment), image: "registry.example.com/rollcall-worker:1.0.0" }]
    const withImage = { ...template, spec: { ...template.spec, containers } }
    const expected = { ...deployment, spec: { ...deployment.spec, template: withImage } }
    assert.deepStrictEqual<ReadonlyArray<KubernetesObject>>(rendered(), [expected])
  })

  it("with persistence, makes the claim of the manifests, leaves it when the release goes, and mounts it", () => {
    const objects = rendered({ workFolder: { persistence: { enabled: true } } })
    const annotations = { "helm.sh/resource-policy": "keep" }
    assert.deepStrictEqual<ReadonlyArray<KubernetesObject>>(
      objects.filter(({ kind }) => kind === "PersistentVolumeClaim"),
      (claim ?? []).map((object) => ({ ...object, metadata: { ...object.metadata, annotations } })),
    )
    const { persistentVolumeClaim } = podOf(volume ?? []).volumes?.[0] ?? {}
    assert.deepStrictEqual(podOf(objects).volumes, [{ name: "work", persistentVolumeClaim }])
  })

  it("mounts a claim that is there already, and makes none", () => {
    const objects = rendered({ workFolder: { persistence: { enabled: true, existingClaim: "theirs" } } })
    assert.lengthOf(objects, 1)
    assert.deepStrictEqual(podOf(objects).volumes, [{ name: "work", persistentVolumeClaim: { claimName: "theirs" } }])
  })

  it("names all after the release, so that there can be several in a namespace", () => {
    const objects = rendered({ workFolder: { persistence: { enabled: true } } }, "slack-eu")
    assert.deepStrictEqual([...new Set(objects.map(({ metadata }) => metadata.name))], ["slack-eu"])
    assert.notInclude(
      JSON.stringify(objects).replaceAll(/rollcall-worker|"app.kubernetes.io\/name":"rollcall"/g, ""),
      '"rollcall"',
    )
    assert.deepInclude(containerOf(deploymentIn(objects)).env ?? [], { name: "BATON_HOST_ID", value: "slack-eu" })
  })

  it("reads a Secret of another name, and says who it is under another name", () => {
    const container = containerOf(deploymentIn(rendered({ existingSecret: "from-vault", hostId: "baton-slack" })))
    assert.deepStrictEqual(container.envFrom, [{ secretRef: { name: "from-vault" } }])
    assert.deepInclude(container.env ?? [], { name: "BATON_HOST_ID", value: "baton-slack" })
  })

  it("leaves user and groups to the cluster with `fixedUser: false`, as OpenShift asks for, and changes nothing else", () => {
    const { runAsUser, runAsGroup, fsGroup, ...others } = podOf(rendered()).securityContext ?? {}
    assert.deepStrictEqual([runAsUser, runAsGroup, fsGroup], [65_532, 65_532, 65_532])
    const objects = rendered({ fixedUser: false })
    assert.deepStrictEqual({ ...podOf(objects), securityContext: {} }, { ...podOf(rendered()), securityContext: {} })
    assert.deepStrictEqual(podOf(objects).securityContext, others)
    assert.strictEqual(others["runAsNonRoot"], true)
    assert.notMatch(JSON.stringify(objects), /65532|runAsUser|runAsGroup|"fsGroup"/)
    assert.deepStrictEqual(objectFaults(objects), [])
    assert.deepStrictEqual(podSecurityFaults(podOf(objects)), ["runAsUser is not a number above 0"])
  })

  it("adds environment, volumes and places to run", () => {
    const objects = rendered(manyValues)
    const pod = podOf(objects)
    const container = containerOf(deploymentIn(objects))
    assert.deepInclude(container.env ?? [], { name: "BATON_LOG_LEVEL", value: "debug" })
    assert.deepInclude(container.volumeMounts ?? [], { name: "company", mountPath: "/etc/company", readOnly: true })
    assert.deepInclude(pod.volumes ?? [], { name: "company", configMap: { name: "company-ca" } })
    const { imagePullSecrets, nodeSelector, tolerations, affinity } = manyValues
    assert.deepInclude(pod, { imagePullSecrets, nodeSelector, tolerations, affinity })
    assert.deepStrictEqual(deploymentIn(objects).spec.template.metadata.annotations, manyValues.podAnnotations)
  })

  it("leaves a variable to `extraEnv` where that names it, so that no name stands there twice", () => {
    const extraEnv = [
      { name: "BATON_HEALTH_CHECK_BIND_ADDRESS", value: "::" },
      { name: "BATON_HOST_ID", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    ]
    const env = containerOf(deploymentIn(rendered({ extraEnv }))).env ?? []
    const names = env.map(({ name }) => name)
    assert.deepStrictEqual(names, [...new Set(names)])
    assert.deepStrictEqual<ReadonlyArray<object>>(env.slice(-2), extraEnv)
    assert.deepInclude(env, { name: "BATON_HEALTH_CHECK_PORT", value: "8081" })
  })

  it("mounts the desired state of a ConfigMap as a folder, and names the file, unless `extraEnv` names another", () => {
    const objects = rendered({ drift: { configMap: "access" } })
    const { env, volumeMounts } = containerOf(deploymentIn(objects))
    assert.deepInclude(podOf(objects).volumes ?? [], { name: "drift", configMap: { name: "access" } })
    assert.deepInclude(volumeMounts ?? [], { name: "drift", mountPath: "/etc/rollcall-drift", readOnly: true })
    assert.deepInclude(env ?? [], { name: "BATON_DRIFT_FILE", value: "/etc/rollcall-drift/access.yaml" })
    assert.notInclude(JSON.stringify(rendered()), "drift")
    const extraEnv = [{ name: "BATON_DRIFT_FILE", value: "/mnt/access.yaml" }]
    const named = containerOf(deploymentIn(rendered({ drift: { configMap: "access" }, extraEnv }))).env ?? []
    assert.deepStrictEqual(
      named.filter(({ name }) => name === "BATON_DRIFT_FILE"),
      extraEnv,
    )
  })

  it("refuses leases that would go with the pod", () => {
    const leasesIn = (value: string) => ({ image, extraEnv: [{ name: "BATON_LEASES", value }] })
    const path = "/var/lib/rollcall/leases.db"
    assert.include(renderChart("rollcall", leasesIn(path)).complaint, "workFolder.persistence.enabled")
    const kept = { workFolder: { persistence: { enabled: true } } }
    assert.strictEqual(renderChart("rollcall", { ...leasesIn(path), ...kept }).complaint, "")
    assert.strictEqual(renderChart("rollcall", leasesIn("/mnt/ours/leases.db")).complaint, "")
  })

  it("refuses a backstop for ConductorOne whose leases would go with the pod", () => {
    const backstop = { name: "BATON_C1_LEASES", value: "backstop" }
    const complaintOf = (extraEnv: ReadonlyArray<object>, more: object = {}) =>
      renderChart("rollcall", { image, extraEnv, ...more }).complaint
    assert.include(complaintOf([backstop]), "BATON_C1_LEASES is backstop")
    assert.strictEqual(complaintOf([{ ...backstop, value: "off" }]), "")
    assert.strictEqual(complaintOf([backstop], { workFolder: { persistence: { enabled: true } } }), "")
    assert.strictEqual(complaintOf([backstop, { name: "BATON_LEASES", value: "/mnt/ours/leases.db" }]), "")
  })

  const several = {
    replicas: 3,
    connections: { configMap: "connections", secrets: ["slack-tokens"] },
    database: { existingSecret: "postgres" },
    extraEnv: [{ name: "BATON_FILE_STORE", value: "s3://example/synced" }],
  }

  it("with several replicas, rolls them, spreads them, and lets one go at a time", () => {
    const objects = rendered(several)
    const spec: object = deploymentIn(objects).spec
    assert.deepInclude(spec, {
      replicas: 3,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
    })
    assert.deepStrictEqual(objects.map(({ kind }) => kind).toSorted(), ["Deployment", "PodDisruptionBudget"])
    const budget: object = objects.find(({ kind }) => kind === "PodDisruptionBudget") ?? {}
    // Without the database none is ready, and nodes could not be drained.
    assert.deepInclude(Reflect.get(budget, "spec"), { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" })
    const labelSelector = {
      matchLabels: { "app.kubernetes.io/name": "rollcall", "app.kubernetes.io/instance": "rollcall" },
    }
    const pod: object = podOf(objects)
    const zones = { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" }
    assert.deepInclude(pod, { topologySpreadConstraints: [{ ...zones, labelSelector }] })
    const apart = { podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector }, weight: 100 }
    const podAntiAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [apart] }
    assert.deepInclude(pod, { affinity: { podAntiAffinity } })
    assert.lengthOf(rendered(), 1)
  })

  it("adds to the affinity of the values that several pods keep apart, unless they say how", () => {
    const theirs = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } }
    assert.deepStrictEqual(podOf(rendered({ ...several, affinity: theirs }))["affinity"], theirs)
    const added: object = podOf(rendered({ ...several, affinity: manyValues.affinity }))["affinity"] ?? {}
    assert.sameMembers(Object.keys(added), ["nodeAffinity", "podAntiAffinity"])
    assert.isUndefined(podOf(rendered())["affinity"])
  })

  it("gives a pod the time to hand over that the worker needs, and delays it by no hook", () => {
    const pod = podOf(rendered(several))
    // 25 seconds, and three for a collector.
    assert.isAtLeast(Number(pod["terminationGracePeriodSeconds"]), 28)
    assert.notInclude(JSON.stringify(pod), "preStop")
  })

  it("mounts the connections and their secrets, and takes the database's URL from a Secret", () => {
    const objects = rendered(several)
    const { env, volumeMounts } = containerOf(deploymentIn(objects))
    const url = { secretKeyRef: { name: "postgres", key: "url" } }
    const variables: ReadonlyArray<object> = env ?? []
    assert.deepInclude(variables, { name: "BATON_CONNECTIONS", value: "/etc/rollcall-connections" })
    assert.deepInclude(variables, { name: "BATON_DATABASE_URL", valueFrom: url })
    const volumes: ReadonlyArray<object> = podOf(objects).volumes ?? []
    assert.deepInclude(volumes, { name: "connections", configMap: { name: "connections" } })
    assert.deepInclude(volumes, {
      name: "secret-slack-tokens",
      secret: { secretName: "slack-tokens", defaultMode: 0o440 },
    })
    assert.includeDeepMembers(
      [...(volumeMounts ?? [])],
      [
        { name: "connections", mountPath: "/etc/rollcall-connections", readOnly: true },
        { name: "secret-slack-tokens", mountPath: "/etc/rollcall-secrets/slack-tokens", readOnly: true },
      ],
    )
  })

  it("mounts a Secret whose name is none for a volume", () => {
    const secrets = ["slack.tokens", `${"long-".repeat(12)}names`]
    const objects = rendered({ ...several, connections: { ...several.connections, secrets } })
    const names = podOf(objects).volumes?.map(({ name }) => String(name)) ?? []
    for (const name of names) assert.match(name, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u)
    const mounts = containerOf(deploymentIn(objects)).volumeMounts ?? []
    assert.deepInclude(mounts, {
      name: "secret-slack-tokens",
      mountPath: "/etc/rollcall-secrets/slack.tokens",
      readOnly: true,
    })
    assert.includeMembers(
      names,
      mounts.map(({ name }) => String(name)),
    )
  })

  it("refuses replicas that share nothing, or one claim, and takes a database for the leases of a backstop", () => {
    const { database, ...withoutDatabase } = several
    const complaint = (values: object) => renderChart("rollcall", { image, ...values }).complaint
    assert.include(complaint(withoutDatabase), "Set database.existingSecret")
    assert.include(complaint({ database }), "needs connections.configMap")
    assert.include(
      complaint({ ...several, workFolder: { persistence: { enabled: true } } }),
      "one claim cannot be the work folder of several pods",
    )
    rendered({ ...several, extraEnv: [...several.extraEnv, { name: "BATON_C1_LEASES", value: "backstop" }] })
    const file = { extraEnv: [{ name: "BATON_LEASES", value: "/mnt/ours/leases.db" }] }
    assert.include(complaint({ ...several, ...file }), "BATON_LEASES has no effect with connections")
  })

  it("refuses replicas that would each publish to a folder of their own, and takes whatever place is named", () => {
    const nowhere = { ...several, extraEnv: [] }
    assert.include(
      renderChart("rollcall", { image, ...nowhere }).complaint,
      "Name a place that all pods reach as BATON_FILE_STORE in extraEnv",
    )
    rendered({ ...nowhere, replicas: 1 })
    rendered({ ...nowhere, extraEnv: [{ name: "BATON_FILE_STORE", value: "/var/lib/rollcall" }] })
    const shared = { name: "synced", mountPath: "/synced" }
    rendered({
      ...nowhere,
      extraVolumes: [{ name: "synced", persistentVolumeClaim: { claimName: "synced" } }],
      extraVolumeMounts: [shared],
    })
  })

  it("holds to the schemas of Kubernetes, with few values and with many", () => {
    const objects = [...rendered(), ...rendered(manyValues), ...rendered({ ...several, affinity: manyValues.affinity })]
    assert.deepStrictEqual(objectFaults(objects), [])
  })

  it("passes where the restricted Pod Security Standard is enforced, with many values too", () => {
    for (const values of [manyValues, several]) {
      assert.deepStrictEqual(podSecurityFaults(podOf(rendered(values))), [])
    }
  })

  it.for([
    ["no image", { image: {} }, /image/],
    ["an empty tag", { image: { ...image, tag: "" } }, /image\.tag/],
    [
      "a digest as a tag",
      { image: { ...image, tag: "1.0.0@sha256:5e" } },
      /image.tag is "1.0.0@sha256:5e".*image.digest/,
    ],
    ["a digest that is none", { image: { ...image, digest: "5e" } }, /image\/digest/],
    ["a label that the chart gives itself", { podLabels: { "app.kubernetes.io/name": "x" } }, /podLabels/],
    ["a value that it does not know", { secret: "rollcall" }, /'secret'/],
    ["a boolean that is not quoted", { extraEnv: [{ name: "BATON_PROVISIONING", value: true }] }, /extraEnv\/0\/value/],
    ["a size that is none", { workFolder: { size: "big" } }, /workFolder\/size/],
  ] as const)("is refused with %s, and says so", ([, values, told]) => {
    assert.match(renderChart("rollcall", { image, ...values }).complaint, told)
  })
})
