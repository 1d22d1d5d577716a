// The console in the chart: a Service only where there is one, what the worker is told, and values that would leave it open or forgetful.
import { appFields, environmentName } from "@rollcall/config"
import { assert, describe, it } from "vitest"
import type { KubernetesObject } from "./kubernetesObject.ts"
import { containerOf, deploymentIn } from "./kubernetesObject.ts"
import { objectFaults } from "./objectFaults.ts"
import { podSecurityFaults } from "./podSecurity.ts"
import { findProgram, renderChart } from "./render.ts"

const values = {
  image: { repository: "registry.example.com/rollcall-worker", tag: "1.0.0" },
  replicas: 3,
  connections: { configMap: "connections" },
  database: { existingSecret: "postgres" },
  extraEnv: [{ name: "BATON_FILE_STORE", value: "s3://example/synced" }],
  secretKey: { existingSecret: "rollcall-key" },
  console: {
    enabled: true,
    url: "https://rollcall.example.com",
    oidc: {
      issuer: "https://login.example.com/realms/staff",
      clientId: "rollcall-console",
      existingSecret: "rollcall-oidc",
      roles: { "rollcall-admins": "admin", "sec-team": "viewer" },
    },
  },
}
const { oidc, ...others } = values.console

const rendered = (given: object): ReadonlyArray<KubernetesObject> => {
  const { objects, complaint } = renderChart("slack-eu", given)
  assert.strictEqual(complaint, "")
  return objects
}

describe.skipIf(findProgram("helm") === undefined)("the console of the chart (skipped where there is no helm)", () => {
  it("tells the worker where people sign in and what they may do", () => {
    const env: ReadonlyArray<{ readonly name: string; readonly value?: string }> =
      containerOf(deploymentIn(rendered(values))).env ?? []
    const told = Object.fromEntries(
      env.filter(({ name }) => /CONSOLE|OIDC|SECRET_KEY/u.test(name)).map(({ name, ...how }) => [name, how]),
    )
    assert.deepStrictEqual<unknown>(told, {
      BATON_SECRET_KEY_FILE: { value: "/etc/rollcall-secret-key/secret.key" },
      BATON_CONSOLE_PORT: { value: "8070" },
      BATON_CONSOLE_BIND_ADDRESS: { value: "0.0.0.0" },
      BATON_CONSOLE_URL: { value: values.console.url },
      BATON_OIDC_ISSUER: { value: oidc.issuer },
      BATON_OIDC_CLIENT_ID: { value: oidc.clientId },
      BATON_OIDC_SCOPES: { value: "profile,email" },
      BATON_OIDC_ROLES_CLAIM: { value: "groups" },
      BATON_OIDC_ROLES: { value: "rollcall-admins=admin,sec-team=viewer" },
      BATON_OIDC_CLIENT_SECRET: { valueFrom: { secretKeyRef: { name: "rollcall-oidc", key: "client-secret" } } },
    })
    const known = new Set([...appFields.map(({ name }) => environmentName(name)), "BATON_SECRET_KEY_FILE"])
    for (const name of Object.keys(told)) assert.isTrue(known.has(name), name)
  })

  it("has a Service inside the cluster for the port of its pods, and the key as a file of the pod's group", () => {
    const objects = rendered(values)
    const service: object = objects.find(({ kind }) => kind === "Service") ?? assert.fail("there is none")
    assert.deepInclude(service, {
      spec: {
        type: "ClusterIP",
        selector: { "app.kubernetes.io/name": "rollcall", "app.kubernetes.io/instance": "slack-eu" },
        ports: [{ name: "http", port: 80, targetPort: "console" }],
      },
    })
    const deployment = deploymentIn(objects)
    assert.deepInclude(containerOf(deployment).ports ?? [], { name: "console", containerPort: 8070 })
    const { volumes } = deployment.spec.template.spec
    assert.deepInclude(volumes ?? [], {
      name: "secret-key",
      secret: { secretName: "rollcall-key", defaultMode: 0o440 },
    })
    assert.deepStrictEqual(objectFaults(objects), [])
    assert.deepStrictEqual(podSecurityFaults(deployment.spec.template.spec), [])
  })

  it("is not there unless it is asked for", () => {
    const objects = rendered({ ...values, console: { ...others, enabled: false, oidc } })
    assert.notInclude(
      objects.map(({ kind }) => kind),
      "Service",
    )
    assert.notMatch(JSON.stringify(objects), /CONSOLE|OIDC|"console"/u)
  })

  it.for([
    ["no issuer", { console: others }, /nobody would have to sign in/],
    ["nobody who has a role", { console: { ...others, oidc: { ...oidc, roles: {} } } }, /nobody would have to sign in/],
    ["a role that is none", { console: { ...others, oidc: { ...oidc, roles: { all: "root" } } } }, /roles\/all/],
    [
      "a URL without TLS",
      { console: { ...values.console, url: "http://rollcall.example.com" } },
      /console.url with https/,
    ],
    ["no connections", { replicas: 1, connections: {}, database: {}, secretKey: {} }, /needs connections.configMap/],
    ["nowhere to keep what it is given", { replicas: 1, database: {}, secretKey: {} }, /which goes with the pod/],
    ["a key and no database", { replicas: 1, database: {}, console: {} }, /seals secrets in a database/],
  ] as const)("is refused with %s, and says so", ([, otherwise, told]) => {
    assert.match(renderChart("slack-eu", { ...values, ...otherwise }).complaint, told)
  })
})
