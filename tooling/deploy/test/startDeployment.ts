// Starts a Deployment on this machine, as it is but for the image, and for names and a port that nobody has taken.
import { randomBytes } from "node:crypto"
import { copyFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Schedule } from "effect"
import { containerOf } from "./kubernetesObject.ts"
import type { Deployment } from "./kubernetesObject.ts"
import type { SecretValues } from "./podman.ts"
import { buildImage, playDeployment } from "./podman.ts"

/** A name for an image that no image on this machine has. */
export const unusedName = (): string => `localhost/rollcall-test-${randomBytes(4).toString("hex")}`

/** The image with a certificate in it, as `/etc/simulated-ca.pem`, since a plain Deployment mounts none. */
export const trusting = Effect.fnUntraced(function* (image: string, caFile: string) {
  const folder = yield* scratchFolder("podman")
  copyFileSync(caFile, join(folder, "ca.pem"))
  writeFileSync(join(folder, "Containerfile"), `FROM ${image}\nCOPY --chmod=0444 ca.pem /etc/simulated-ca.pem\n`)
  return yield* buildImage(unusedName(), folder)
})

/** The Deployment with another image, and names and a port that nobody on this machine has taken. */
const renamed = (deployment: Deployment, image: string, port: string): Deployment => {
  const suffix = randomBytes(4).toString("hex")
  const secret = containerOf(deployment).envFrom?.[0]?.secretRef.name
  const text = JSON.stringify({ ...deployment, metadata: { ...deployment.metadata, name: `rollcall-test-${suffix}` } })
  return JSON.parse(
    text
      .replace('"image":"rollcall-worker"', `"image":"${image}"`)
      .replace('"name":"BATON_HEALTH_CHECK_PORT","value":"8081"', `"name":"BATON_HEALTH_CHECK_PORT","value":"${port}"`)
      .replace(`"secretRef":{"name":"${secret}"}`, `"secretRef":{"name":"rollcall-test-${suffix}"}`),
  )
}

/** Starts the pod of a Deployment with these settings, and tells how to ask its probes once they answer. */
export const startDeployment = Effect.fnUntraced(function* (
  deployment: Deployment,
  image: string,
  settings: SecretValues,
) {
  const port = String(yield* freePort)
  const pod = yield* playDeployment(renamed(deployment, image, port), {
    ...settings,
    BATON_RATE_LIMITS: "off",
    BATON_HEALTH_CHECK_PORT: port,
  })
  const ask = (path: string) =>
    Effect.tryPromise(async () => {
      // Another address than the one that is listened on by default: the Deployment, or else the image, binds all, as kubelet needs it.
      const reply = await fetch(`http://127.0.0.2:${port}${path}`)
      return { status: reply.status, text: await reply.text() }
    })
  yield* Effect.retry(ask("/live"), { schedule: Schedule.spaced("100 millis"), times: 100 }).pipe(
    Effect.tapError(() => printed(pod.logs)),
  )
  return { pod, ask }
})

/** Prints what a container said, for whoever wants to know why a test fails. */
export const printed = (logs: Effect.Effect<string>) =>
  Effect.flatMap(logs, (text) => Effect.sync(() => console.error(text)))
