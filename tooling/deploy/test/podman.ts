// Podman as the tests use it: images, and pods that are started from Kubernetes' own objects.
import { execFile, spawnSync } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import type { Scope } from "effect"
import type { Deployment } from "./kubernetesObject.ts"

const environment = existsSync("/run/systemd/system")
  ? process.env
  : { CONTAINERS_CONF: fileURLToPath(new URL("fixtures/containers.conf", import.meta.url)), ...process.env }

/** Whether this machine has a podman that runs. */
export const hasPodman = spawnSync("podman", ["info"], { env: environment }).status === 0

const execute = promisify(execFile)

const runPodman = (args: ReadonlyArray<string>) =>
  Effect.promise(() => execute("podman", args, { env: environment, maxBuffer: 64 * 1024 * 1024 }))

/** Runs podman and gives what it printed; dies with what it complained of. */
export const podman = (...args: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.map(runPodman(args), ({ stdout }) => stdout)

/** An image that goes with the scope. */
export const buildImage = (name: string, context: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(Effect.as(podman("build", "--layers=false", "--quiet", "--tag", name, context), name), () =>
    podman("image", "rm", "--force", name),
  )

/** The image of a layout in a tar, under this name, which goes with the scope. */
export const loadImage = (name: string, tar: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      const said = yield* podman("load", "--input", tar)
      const loaded = /^Loaded image: (\S+)$/m.exec(said)?.[1]
      if (loaded === undefined) throw new Error(`podman loaded no image:\n${said}`)
      yield* podman("tag", loaded, name)
      return name
    }),
    () => podman("image", "rm", "--force", name),
  )

/** An empty volume that goes with the scope; podman takes a claim for a volume of its name. */
export const temporaryVolume: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.map(podman("volume", "create"), (name) => name.trim()),
  (name) => podman("volume", "rm", name),
)

/** A Secret's values, by its name. */
export type SecretValues = Readonly<Record<string, string>>

/**
 * Gives podman a Secret for the length of the scope. Before 4.4 a container's `envFrom` wants the values alone in it, and
 * does not understand the object that `podman kube play` stores.
 */
const storeSecret = Effect.fnUntraced(function* (name: string, values: SecretValues) {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  )
  const [major = 0, minor = 0] = (yield* podman("version", "--format", "{{.Client.Version}}")).split(".").map(Number)
  const isOld = major < 4 || (major === 4 && minor < 4)
  const file = join(yield* scratchFolder("podman"), "secret.json")
  writeFileSync(file, JSON.stringify(isOld ? data : { apiVersion: "v1", kind: "Secret", metadata: { name }, data }))
  yield* Effect.acquireRelease(isOld ? podman("secret", "create", name, file) : podman("kube", "play", file), () =>
    podman("secret", "rm", name),
  )
})

/** A running pod with one container. */
export interface Pod {
  /** All that the container printed. */
  readonly logs: Effect.Effect<string>
  /** Sends SIGTERM, waits as long as Kubernetes would, and gives the exit code; 137 of a container that was killed. */
  readonly stop: (graceSeconds: number) => Effect.Effect<number>
  /** Copies a file of the container to this machine. */
  readonly copyOut: (from: string, to: string) => Effect.Effect<void>
}

/**
 * Starts the pod of a Deployment with the Secret that it names. The pod goes with the scope. What podman cannot do as
 * Kubernetes does is changed: the pod is on the host's network, where the simulators are, and there podman publishes no
 * port; and it would run a probe as `curl` inside the container, where there is none.
 */
export const playDeployment = Effect.fnUntraced(function* (
  { metadata, spec, ...rest }: Deployment,
  secretValues: SecretValues,
): Effect.fn.Return<Pod, never, Scope.Scope> {
  const [container, ...others] = spec.template.spec.containers
  const secret = container?.envFrom?.[0]?.secretRef.name
  if (container === undefined || secret === undefined || others.length > 0)
    throw new Error("one container was expected")
  yield* storeSecret(secret, secretValues)
  const { ports: _ports, livenessProbe: _liveness, readinessProbe: _readiness, ...playable } = container
  const pod = { ...spec.template.spec, hostNetwork: true, containers: [playable] }
  const file = join(yield* scratchFolder("podman"), "deployment.json")
  const played = { ...rest, metadata, spec: { ...spec, template: { ...spec.template, spec: pod } } }
  writeFileSync(file, JSON.stringify(played))
  const id = yield* Effect.acquireRelease(Effect.map(podman("kube", "play", file), containerIn), () =>
    podman("kube", "down", file),
  )
  return {
    // Podman prints what went to the standard error to its own.
    logs: Effect.map(runPodman(["logs", id]), ({ stdout, stderr }) => stdout + stderr),
    stop: (graceSeconds) =>
      Effect.andThen(
        podman("stop", "--time", String(graceSeconds), id),
        Effect.map(podman("inspect", "--format", "{{.State.ExitCode}}", id), Number),
      ),
    copyOut: (from, to) => Effect.asVoid(podman("cp", `${id}:${from}`, to)),
  }
})

/** The container among what `podman kube play` says that it made. */
const containerIn = (said: string): string => {
  const id = /^Container:\n([0-9a-f]{64})$/m.exec(said)?.[1]
  if (id === undefined) throw new Error(`podman made no container:\n${said}`)
  return id
}
