// The root of the image, as one folder, of this tree's worker.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, chownSync, mkdtempSync } from "node:fs"
import { dirname, join } from "node:path"
import { bundled } from "@rollcall/test-kit/bundles"
import { freePort } from "@rollcall/test-kit/scratch"
import type { Cause, Duration } from "effect"
import { Effect, Schedule } from "effect"
import { architectures } from "../src/image/architectures.ts"
import { image } from "../src/image/image.ts"
import { readLock } from "../src/image/lock.ts"
import { newestLock } from "../src/image/renewLock.ts"
import { writeRoot } from "../src/image/root.ts"
import type { RunInRoot } from "../src/image/runInRoot.ts"
import { prepareRoot, runInRoot } from "../src/image/runInRoot.ts"
import { Unmade } from "../src/Part.ts"

/** Makes the root for the processor of this machine in a folder. Debian may have replaced what is locked: then it takes what is there. */
export const makeRoot = async (root: string): Promise<void> => {
  const architecture = architectures.find(({ platform }) => platform === `linux-${process.arch}`)
  if (architecture === undefined) throw new Error(`There is no image for ${process.arch}.`)
  const bundle = dirname(await bundled("worker"))
  const folders = { libraries: root, node: root, worker: root }
  try {
    writeRoot(folders, architecture, readLock(), bundle)
  } catch (cause) {
    if (!(cause instanceof Unmade)) throw cause
    process.stderr.write(`${cause.message}\n`)
    writeRoot(folders, architecture, newestLock(), bundle)
  }
  prepareRoot(root)
}

/** An empty work folder as the image has it: the image's user owns it, and root's group may write it. */
export const workFolderIn = (folder: string): string => {
  const made = mkdtempSync(join(folder, "work-"))
  chownSync(made, image.user, 0)
  chmodSync(made, 0o770)
  return made
}

/** Runs a program with the image's Node, and gives the JSON that it prints. */
export const inside = (options: RunInRoot, program: string): unknown => {
  const [command, args] = runInRoot({ ...options, command: ["/usr/local/bin/node", "-e", program] })
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8" })
  if (status !== 0) throw new Error(`It ended with ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

/** A running worker in the root. */
export interface RunningWorker {
  /** All that it has written. */
  readonly written: () => string
  /** Asks one of its probes, on an address that it listens on only because the image says so; fails while nothing answers. */
  readonly ask: (path: string) => Effect.Effect<{ readonly status: number; readonly text: string }, Cause.UnknownError>
  /** Sends SIGTERM and waits for the exit code. */
  readonly stop: Effect.Effect<number | null>
}

/** Starts the worker in the root with these settings; it is gone when the scope ends. */
export const startInRoot = Effect.fnUntraced(function* (options: RunInRoot) {
  const port = yield* freePort
  const environment = { ...options.environment, BATON_HEALTH_CHECK_PORT: String(port), BATON_RATE_LIMITS: "off" }
  const [command, args] = runInRoot({ ...options, environment })
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] })),
    (it) => Effect.sync(() => void it.kill("SIGKILL")),
  )
  let written = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (written += text))
  }
  const closed = once(child, "close").then(() => child.exitCode)
  const worker: RunningWorker = {
    written: () => written,
    ask: (path) =>
      Effect.tryPromise(async (signal) => {
        const response = await fetch(`http://127.0.0.2:${port}${path}`, { signal })
        return { status: response.status, text: await response.text() }
      }),
    stop: Effect.andThen(
      Effect.sync(() => child.kill("SIGTERM")),
      Effect.promise(() => closed),
    ),
  }
  return worker
})

/** Waits until a worker's first sync has succeeded, by its metrics. */
export const untilSynced = (worker: RunningWorker, patience: Duration.Input = "90 seconds") =>
  worker.ask("/metrics").pipe(
    Effect.map(({ text }) => /^rollcall_syncs_total\{outcome="success",.*\} 1$/mu.test(text)),
    Effect.orElseSucceed(() => false),
    Effect.repeat({ schedule: Schedule.spaced("100 millis"), until: Boolean }),
    Effect.timeout(patience),
    Effect.tapError(() => Effect.sync(() => console.error(worker.written()))),
  )
