// Starts a worker as a process of its own, and reads what it says.
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { SimulatedC1 } from "@rollcall/c1-simulator"
import { Effect } from "effect"
import type { WorkerOrders } from "./workerProcess.ts"

const workerPath = fileURLToPath(new URL("workerProcess.ts", import.meta.url))

/**
 * A worker that is killed with the scope. `frame` is a command that runs it, such as one that gives it a small disk;
 * `onLine` is told every line that it says.
 */
export const startWorker = Effect.fnUntraced(function* (
  changed: Pick<WorkerOrders, "workFolder"> & Partial<WorkerOrders>,
  frame: ReadonlyArray<string> = [],
  onLine: (line: string) => void = () => undefined,
) {
  const { clientId, clientSecret, caFile } = yield* SimulatedC1
  const orders: WorkerOrders = { clientId, clientSecret, caFile, pages: 4, bulk: 0, ...changed }
  const env = { ...process.env, WORKER_ORDERS: JSON.stringify(orders) }
  const [command, ...args] = [...frame, process.execPath, "--expose-gc", workerPath]
  const worker = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] })
  createInterface(worker.stdout).on("line", onLine)
  const ended = new Promise((resolve) => worker.once("exit", resolve))
  const kill = Effect.promise(() => {
    worker.kill("SIGKILL")
    return ended
  })
  yield* Effect.addFinalizer(() => kill)
  return { kill }
})
