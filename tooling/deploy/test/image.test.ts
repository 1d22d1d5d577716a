// The image as it is deployed: built from this tree, started from the manifests, against a simulated Slack and a simulated
// ConductorOne, until it is stopped as Kubernetes stops a pod. It takes podman; .ci/run does without, and runs the image's root alone.
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, layer } from "@effect/vitest"
import type { RunningC1 } from "@rollcall/c1-simulator"
import { startC1 } from "@rollcall/c1-simulator"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { startSimulator as startSlack } from "@rollcall/slack-simulator"
import { Context, Effect, Layer, Schedule } from "effect"
import { containerOf, deployFolder, deploymentIn, objectsIn, objectsOf } from "./kubernetesObject.ts"
import type { Deployment } from "./kubernetesObject.ts"
import type { Pod } from "./podman.ts"
import { hasPodman, loadImage, podman, temporaryVolume } from "./podman.ts"
import { printed, startDeployment, trusting, unusedName } from "./startDeployment.ts"

/** The image under test, which goes when the tests have ended. */
class Image extends Context.Service<Image, { readonly name: string }>()("test/Image") {
  static readonly layer: Layer.Layer<Image> = Layer.effect(
    Image,
    Effect.gen(function* () {
      const folder = yield* scratchFolder("podman")
      execFileSync(process.execPath, [join(deployFolder, "../tooling/release/src/image/main.ts"), folder])
      const [tar = ""] = readdirSync(folder)
      return { name: yield* loadImage(unusedName(), join(folder, tar)) }
    }),
  )
}

const ownDeployment = deploymentIn(objectsOf("kubernetes/deployment.yaml"))

const vendorsDeployment = deploymentIn(
  objectsIn(readFileSync(new URL("fixtures/vendor.yaml", import.meta.url), "utf8")),
)

/** Waits until the worker's metrics say this. */
const untilMeasured = (ask: (path: string) => Effect.Effect<{ readonly text: string }, unknown>, what: RegExp) =>
  Effect.repeat(
    Effect.map(ask("/metrics"), ({ text }) => what.test(text)),
    { schedule: Schedule.spaced("200 millis"), until: Boolean },
  ).pipe(Effect.timeout("60 seconds"))

/** Waits until ConductorOne knows how the task has ended. */
const untilFinished = (c1: RunningC1, task: string | undefined, pod: Pod) =>
  c1.untilFinished(task ?? "").pipe(
    Effect.timeout("60 seconds"),
    Effect.tapError(() => printed(pod.logs)),
  )

/** The Deployment with the volume of the component `work-folder-claim`, under another name. */
const onClaim = (deployment: Deployment, claimName: string): Deployment => {
  const { spec } = deployment
  const [{ emptyDir: _none, ...volume } = {}] =
    deploymentIn(objectsOf("kubernetes/work-folder-claim/volume.yaml")).spec.template.spec.volumes ?? []
  const volumes = [{ ...volume, persistentVolumeClaim: { claimName } }]
  return { ...deployment, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, volumes } } } }
}

describe.skipIf(!hasPodman)("the image (skipped where there is no podman)", () => {
  layer(Image.layer, { timeout: 120_000, excludeTestServices: true })((it) => {
    it.effect("says its version and its commit", () =>
      Effect.gen(function* () {
        const { name } = yield* Image
        const told: unknown = JSON.parse(yield* podman("image", "inspect", "--format", "{{json .Config.Labels}}", name))
        const label = (key: string): string => String(Object(told)[`org.opencontainers.image.${key}`])
        assert.match(label("version"), /^\d+\.\d+\.\d+/)
        assert.match(label("revision"), /^[0-9a-f]{40}(-dirty)?$/)
      }),
    )

    it.effect("as the Deployment of deploy/kubernetes, without ConductorOne, it syncs Slack to a file", () =>
      Effect.gen(function* () {
        const slack = yield* startSlack({ plan: "pro", users: 300 })
        const { name } = yield* Image
        const { pod, ask } = yield* startDeployment(ownDeployment, name, {
          BATON_TOKEN: slack.botToken,
          BATON_BASE_URL: slack.webApiUrl,
          BATON_EVERY: "6h",
        })
        yield* untilMeasured(ask, /^rollcall_syncs_total\{outcome="success",.*\} 1$/m)
        const file = join(yield* scratchFolder("podman"), "sync.c1z")
        yield* pod.copyOut("/var/lib/rollcall/sync.c1z", file)
        assert.deepStrictEqual(storedIds(file), expectedIds(slack))
      }),
    )

    for (const [which, deployment] of [
      ["of deploy/kubernetes", ownDeployment],
      ["that ConductorOne documents, with nothing but the image changed,", vendorsDeployment],
    ] as const) {
      it.effect(`as the Deployment ${which} it syncs Slack to ConductorOne, and ends when it is told to`, () =>
        Effect.gen(function* () {
          const slack = yield* startSlack({ plan: "business-plus", users: 300, idpGroups: 5 })
          const c1 = yield* startC1({ tasks: [{ syncFull: {} }], nextPollMillis: 200 })
          const secrets = {
            BATON_CLIENT_SECRET: c1.clientSecret,
            BATON_TOKEN: slack.botToken,
            BATON_BUSINESS_PLUS_TOKEN: slack.userToken,
          }
          const { pod, ask } = yield* startDeployment(deployment, yield* trusting((yield* Image).name, c1.caFile), {
            ...secrets,
            BATON_CLIENT_ID: c1.clientId,
            BATON_SSO_ENABLED: "true",
            BATON_GOV_ENV: "false",
            BATON_PROVISIONING: "true",
            BATON_BASE_URL: slack.webApiUrl,
            BATON_SCIM_BASE_URL: slack.scimUrl,
            BATON_EXTRA_CA_FILE: "/etc/simulated-ca.pem",
          })
          const finished = yield* untilFinished(c1, c1.tasks()[0]?.id, pod)
          assert.strictEqual(finished.outcome?.finalState.case, "success", finished.outcome?.status?.message)
          assert.deepStrictEqual(
            finished.assets.map(({ path }) => storedIds(path)),
            [expectedIds(slack)],
          )
          for (const path of ["/live", "/ready", "/health", "/metrics"]) {
            assert.strictEqual((yield* ask(path)).status, 200, path)
          }
          const hello = JSON.stringify(c1.captured().find(({ call }) => call === "Hello")?.message)
          assert.include(hello, `"hostId":"${containerOf(deployment).env?.[0]?.value}"`)

          assert.strictEqual(yield* pod.stop(30), 0)
          const logs = yield* pod.logs
          assert.include(logs, finished.id)
          for (const [name, secret] of Object.entries(secrets)) assert.notInclude(logs, secret, name)
        }),
      )
    }

    it.effect(
      "as a pod that takes the place of one stopped in mid-sync, it goes on from the work folder on their claim",
      () =>
        Effect.gen(function* () {
          // Six pages; the reply to the third never comes.
          const slack = yield* startSlack({
            plan: "pro",
            users: 5000,
            faults: [{ method: "users.list", call: 3, fault: { kind: "never" } }],
          })
          const c1 = yield* startC1({ tasks: [{ syncFull: {} }], nextPollMillis: 200 })
          const image = yield* trusting((yield* Image).name, c1.caFile)
          const deployment = onClaim(ownDeployment, yield* temporaryVolume)
          const settings = {
            BATON_CLIENT_ID: c1.clientId,
            BATON_CLIENT_SECRET: c1.clientSecret,
            BATON_TOKEN: slack.botToken,
            BATON_BASE_URL: slack.webApiUrl,
            BATON_EXTRA_CA_FILE: "/etc/simulated-ca.pem",
          }
          yield* Effect.scoped(
            Effect.gen(function* () {
              const { pod, ask } = yield* startDeployment(deployment, image, settings)
              yield* untilMeasured(ask, /^rollcall_sync_pages_total\{step="users",.*\} 2$/m)
              assert.strictEqual(yield* pod.stop(30), 0)
              const stopped = yield* untilFinished(c1, c1.tasks()[0]?.id, pod)
              assert.strictEqual(stopped.outcome?.finalState.case, "error")
              assert.isEmpty(stopped.assets)
            }),
          )

          const [next] = yield* c1.addTasks([{ syncFull: {} }])
          const { pod } = yield* startDeployment(deployment, image, settings)
          const { assets } = yield* untilFinished(c1, next, pod)
          assert.deepStrictEqual(
            assets.map(({ path }) => storedIds(path)),
            [expectedIds(slack)],
          )
          assert.strictEqual(slack.calls()["users.list"], 6 + 1)
        }),
    )
  })
})
