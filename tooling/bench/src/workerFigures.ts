// A worker that syncs and uploads a large workspace: how long its heartbeats and probes have to wait for its thread, and
// how much memory it takes.
import type { ChildProcess } from "node:child_process"
import { createInterface } from "node:readline"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { bundledCommand, bundledWorker } from "./bundle.ts"
import type { Figure } from "./Figure.ts"
import { measureNode } from "./measuredProcess.ts"
import type { WorkspaceSize } from "./simulatedProcesses.ts"
import { latestHeartbeat, watchProbes } from "./signsOfLife.ts"
import { startSimulatedC1, startSimulatedSlack } from "./simulatedProcesses.ts"

/**
 * As the program exits, it prints the longest that its thread worked on one thing, in microseconds of processor time: on a
 * machine that others use the clock would tell how busy they are.
 */
const reportLongestTurn = `
  let longest = 0
  let before = process.threadCpuUsage()
  const look = () => {
    const now = process.threadCpuUsage()
    longest = Math.max(longest, now.user - before.user + now.system - before.system)
    before = now
    setTimeout(look, 1).unref()
  }
  look()
  process.on("exit", () => process.stdout.write(String(longest)))
`
const reporter = `data:text/javascript,${encodeURIComponent(reportLongestTurn)}`

const heartbeatMillis = 1000

/** The figures of one full-sync task, from the start of the worker until it is uploaded. */
export const workerFigures = Effect.fnUntraced(function* (size: WorkspaceSize & { readonly mostMegabytes: number }) {
  const folder = yield* scratchFolder("bench")
  const slack = yield* startSimulatedSlack(bundledCommand(), size)
  const c1 = yield* startSimulatedC1(heartbeatMillis)
  const port = yield* freePort
  const latestAnswer = yield* watchProbes(port)
  const environment = {
    BATON_TOKEN: slack.botToken,
    BATON_BUSINESS_PLUS_TOKEN: slack.userToken,
    BATON_BASE_URL: slack.webApiUrl,
    BATON_SCIM_BASE_URL: slack.scimUrl,
    BATON_RATE_LIMITS: "off",
    BATON_CLIENT_ID: c1.clientId,
    BATON_CLIENT_SECRET: c1.clientSecret,
    BATON_EXTRA_CA_FILE: c1.caFile,
    BATON_C1Z_TEMP_DIR: folder,
    BATON_HEALTH_CHECK: "true",
    BATON_HEALTH_CHECK_PORT: String(port),
  }
  const { peakMegabytes, processorMilliseconds, stdout } = yield* Effect.promise(() =>
    measureNode(["--import", reporter, bundledWorker()], environment, stopAfterTask),
  )
  const heartbeat = latestHeartbeat(c1.capturedFile, heartbeatMillis)
  const what = `worker, Business+, ${size.users.toLocaleString("en")} people`
  const figures: ReadonlyArray<Figure> = [
    { name: `latest answer to a probe, ${what}`, measured: latestAnswer(), unit: "ms", atMost: 1000 },
    { name: `latest heartbeat, ${what}`, measured: heartbeat, unit: "ms", atMost: 1000 },
    { name: `longest turn, ${what}`, measured: Number(stdout) / 1000, unit: "ms", atMost: 1000 },
    { name: `peak memory, ${what}`, measured: peakMegabytes, unit: "MB", atMost: size.mostMegabytes },
    { name: `processor time, ${what}`, measured: processorMilliseconds / 1000, unit: "s" },
  ]
  return figures
}, Effect.scoped)

const stopAfterTask = (worker: ChildProcess): void => {
  if (worker.stderr === null) return
  createInterface({ input: worker.stderr }).on("line", (line) => {
    if (line.includes("Task succeeded.")) worker.kill("SIGTERM")
  })
}
