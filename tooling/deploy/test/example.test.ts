// The example with forty workspaces: what it makes is right for Kubernetes, and each of its connections can be served.
import { assert, describe, it } from "@effect/vitest"
import { readConnections } from "@rollcall/config"
import type { SharedSettings } from "@rollcall/host/connection-changes"
import { connectionStoreIn, resolveConnection } from "@rollcall/host/connection-changes"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer } from "effect"
import { generateKeyPairSync } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { deployFolder, deploymentIn, objectsOf } from "./kubernetesObject.ts"
import { objectFaults } from "./objectFaults.ts"
import { podSecurityFaults } from "./podSecurity.ts"
import { findProgram, renderChart } from "./render.ts"

const example = "helm/examples/forty-workspaces"
const read = (file: string) => readFileSync(join(deployFolder, example, file), "utf8")
const values: {
  readonly connections: { readonly configMap: string; readonly secrets: ReadonlyArray<string> }
  readonly extraEnv: ReadonlyArray<{ readonly name: string; readonly value: string }>
} = parse(read("values.yaml"))
const objects = [...objectsOf(`${example}/connections.yaml`), ...objectsOf(`${example}/secrets.example.yaml`)]

/** What a ConfigMap or a Secret of the example holds. */
const held = (kind: string, name: string): Readonly<Record<string, string>> => {
  const found: object = objects.find((one) => one.kind === kind && one.metadata.name === name) ?? {}
  const data: unknown = Reflect.get(found, kind === "Secret" ? "stringData" : "data")
  return typeof data === "object" ? { ...data } : assert.fail(`there is no ${kind} ${name}`)
}

/** A key that ConductorOne could have made: no other is taken. */
const clientKey = Buffer.from(
  JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })),
).toString("base64url")

const connectionsText = held("ConfigMap", values.connections.configMap)["connections.yaml"] ?? ""

describe("the example with forty workspaces", () => {
  it.live("has forty connections that a worker can serve, none of which is in the way of another", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("example")
      const path = join(folder, "connections.yaml")
      writeFileSync(path, connectionsText.replaceAll("/etc/rollcall-secrets", folder))
      for (const secret of values.connections.secrets) {
        mkdirSync(join(folder, secret))
        for (const [key, value] of Object.entries(held("Secret", secret)))
          writeFileSync(join(folder, secret, key), value.replace("v1:SECRET", `v1:${clientKey}`))
      }
      const { connections, problems } = yield* readConnections(path)
      assert.deepStrictEqual([connections.length, problems], [40, []])
      const environment = Object.fromEntries(values.extraEnv.map(({ name, value }) => [name, value]))
      const shared: SharedSettings = {
        sources: { flags: {}, environment },
        settings: { file: "/var/lib/rollcall/sync.c1z", "c1z-temp-dir": "/var/lib/rollcall" },
      }
      const services = yield* Layer.build(connectionStoreIn(join(folder, "state")))
      const served = new Map<string, Effect.Success<ReturnType<typeof resolveConnection>>>()
      for (const connection of connections) {
        const resolved = yield* resolveConnection(connection, shared, [...served]).pipe(Effect.provide(services))
        assert.deepStrictEqual(resolved.warnings, [], connection.name)
        served.set(connection.name, resolved)
      }
      const modules = [...served.values()].map(({ module }) => module.id)
      assert.lengthOf(
        modules.filter((id) => id === "slack-business-plus"),
        8,
      )
      assert.lengthOf(
        [...served.values()].filter(({ isScheduled }) => isScheduled),
        39,
      )
    }).pipe(Effect.scoped),
  )

  it("has each secret that an entry names, in a Secret that is mounted, and no other", () => {
    const named = [...connectionsText.matchAll(/\/etc\/rollcall-secrets\/(\S+)\/([\w-]+)/gu)].map(
      ([, secret, key]) => `${secret} ${key}`,
    )
    const mounted = values.connections.secrets.flatMap((secret) =>
      Object.keys(held("Secret", secret)).map((key) => `${secret} ${key}`),
    )
    assert.sameMembers(mounted, named)
    assert.lengthOf(named, 41)
  })

  it.skipIf(findProgram("helm") === undefined)("is what Kubernetes takes (skipped where there is no helm)", () => {
    const { objects: made, complaint } = renderChart("rollcall", values)
    assert.strictEqual(complaint, "")
    assert.deepStrictEqual(objectFaults([...made, ...objects]), [])
    assert.deepStrictEqual(made.map(({ kind }) => kind).toSorted(), [
      "Deployment",
      "PodDisruptionBudget",
      "PodMonitor",
      "PrometheusRule",
    ])
    const deployment = deploymentIn(made)
    assert.deepStrictEqual(podSecurityFaults(deployment.spec.template.spec), [])
    const asked = JSON.stringify(deployment).matchAll(
      /"(?:secretName|secretKeyRef|secretRef)":(?:\{[^}]*"name":)?"([\w-]+)"/gu,
    )
    assert.sameMembers(
      [...asked].map(([, name]) => name),
      objects.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata.name),
    )
  })
})
