// A registry for images and charts on this machine: the one that `BATON_TEST_REGISTRY` names. `.ci/registry` finds or fetches one.
import { freePort, scratchFolder } from "../scratch/index.ts"
import { Effect, Schedule } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { join } from "node:path"

const program = process.env["BATON_TEST_REGISTRY"] || undefined

/** Whether there is one. */
export const hasRegistry = program !== undefined

/** An empty registry for as long as the scope lives, without TLS and without a password: `127.0.0.1:PORT`. */
export const startRegistry = Effect.gen(function* () {
  const folder = yield* scratchFolder("registry")
  const host = `127.0.0.1:${yield* freePort}`
  const file = join(folder, "config.json")
  writeFileSync(
    file,
    JSON.stringify({
      version: "0.1",
      log: { level: "error", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: folder } },
      http: { addr: host },
    }),
  )
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(program ?? "docker-registry", ["serve", file], { stdio: ["ignore", "ignore", "inherit"] })),
    (started) =>
      Effect.promise(async () => {
        if (started.exitCode !== null || !started.kill("SIGKILL")) return
        await once(started, "exit")
      }),
  )
  const answers = Effect.tryPromise(() => fetch(`http://${host}/v2/`)).pipe(
    Effect.filterOrFail(({ ok }) => ok && child.exitCode === null),
  )
  yield* Effect.retry(answers, { schedule: Schedule.spaced("50 millis"), times: 600 })
  return host
})
