// Starts the task loop as a process of its own, and reads what it says.
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { SimulatedC1 } from "@rollcall/c1-simulator"
import { Effect } from "effect"
import type { LoopOrders } from "./loopProcess.ts"

const loopPath = fileURLToPath(new URL("loopProcess.ts", import.meta.url))

/**
 * A loop that is killed with the scope. `frame` is a command that runs it, such as one that gives it a small disk;
 * `onLine` is told every line that it says.
 */
export const startLoopProcess = Effect.fnUntraced(function* (
  changed: Pick<LoopOrders, "workFolder"> & Partial<LoopOrders>,
  frame: ReadonlyArray<string> = [],
  onLine: (line: string) => void = () => undefined,
) {
  const { clientId, clientSecret, caFile } = yield* SimulatedC1
  const orders: LoopOrders = { clientId, clientSecret, pages: 4, bulk: 0, ...changed }
  const env = { ...process.env, LOOP_ORDERS: JSON.stringify(orders), NODE_EXTRA_CA_CERTS: caFile }
  const [command, ...args] = [...frame, process.execPath, "--expose-gc", loopPath]
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] })
  createInterface(child.stdout).on("line", onLine)
  const ended = new Promise((resolve) => child.once("exit", resolve))
  const kill = Effect.promise(() => {
    child.kill("SIGKILL")
    return ended
  })
  yield* Effect.addFinalizer(() => kill)
  return { kill }
})
