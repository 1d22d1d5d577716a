// A worker that syncs and uploads a large workspace: how long its heartbeats and probes have to wait for its thread, and
// how much memory it takes.
import type { ChildProcess } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { bundledCommand, bundledWorker } from "./bundle.ts"
import type { Figure } from "./Figure.ts"
import { measureNode } from "./measuredProcess.ts"
import type { WorkspaceSize } from "./simulatedProcesses.ts"
import { freePort, watchSignsOfLife } from "./signsOfLife.ts"
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

/** How late probes and heartbeats are at most, the longest turn of the thread, and peak memory, of one full-sync task from the start of the worker until it is uploaded. */
export const workerFigures = async (
  size: WorkspaceSize & { readonly mostMegabytes: number },
): Promise<ReadonlyArray<Figure>> => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-bench-"))
  const slack = await startSimulatedSlack(bundledCommand(), size)
  const c1 = await startSimulatedC1(heartbeatMillis)
  const port = await freePort()
  const endWatch = watchSignsOfLife(port, c1.ready.capturedFile, heartbeatMillis)
  try {
    const { peakMegabytes, processorMilliseconds, stdout } = await measureNode(
      ["--import", reporter, bundledWorker()],
      {
        BATON_TOKEN: slack.ready.botToken,
        BATON_BUSINESS_PLUS_TOKEN: slack.ready.userToken,
        BATON_BASE_URL: slack.ready.webApiUrl,
        BATON_SCIM_BASE_URL: slack.ready.scimUrl,
        BATON_RATE_LIMITS: "off",
        BATON_CLIENT_ID: c1.ready.clientId,
        BATON_CLIENT_SECRET: c1.ready.clientSecret,
        BATON_EXTRA_CA_FILE: c1.ready.caFile,
        BATON_C1Z_TEMP_DIR: folder,
        BATON_HEALTH_CHECK: "true",
        BATON_HEALTH_CHECK_PORT: String(port),
      },
      stopAfterTask,
    )
    const late = endWatch()
    const what = `worker, Business+, ${size.users.toLocaleString("en")} people`
    return [
      { name: `latest answer to a probe, ${what}`, measured: late.probe, unit: "ms", atMost: 1000 },
      { name: `latest heartbeat, ${what}`, measured: late.heartbeat, unit: "ms", atMost: 1000 },
      { name: `longest turn, ${what}`, measured: Number(stdout) / 1000, unit: "ms", atMost: 1000 },
      { name: `peak memory, ${what}`, measured: peakMegabytes, unit: "MB", atMost: size.mostMegabytes },
      { name: `processor time, ${what}`, measured: processorMilliseconds / 1000, unit: "s" },
    ]
  } finally {
    slack.stop()
    c1.stop()
    rmSync(folder, { recursive: true })
  }
}

const stopAfterTask = (worker: ChildProcess): void => {
  if (worker.stderr === null) return
  createInterface({ input: worker.stderr }).on("line", (line) => {
    if (line.includes("A task has ended well.")) worker.kill("SIGTERM")
  })
}
