// Starting child.ts.
import type { ChildProcessWithoutNullStreams, SpawnOptionsWithoutStdio } from "node:child_process"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { WorkStoreOptions } from "../../src/WorkStore.ts"

export const childPath = fileURLToPath(new URL("child.ts", import.meta.url))

/** What a child that ended has left. */
export interface Ended {
  readonly signal: string | null
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const start = (args: ReadonlyArray<string>, options: SpawnOptionsWithoutStdio): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [childPath, ...args], options)

/** Runs a child to its end. */
export const runChild = async (
  args: ReadonlyArray<string>,
  storeOptions: Partial<WorkStoreOptions> = {},
  options: SpawnOptionsWithoutStdio = {},
): Promise<Ended> =>
  endOf(start(args, { ...options, env: { ...process.env, STORE_OPTIONS: JSON.stringify(storeOptions) } }))

/** Waits for a process to end. */
const endOf = async (child: ChildProcessWithoutNullStreams): Promise<Ended> => {
  let stdout = ""
  let stderr = ""
  child.stdout.on("data", (chunk) => (stdout += String(chunk)))
  child.stderr.on("data", (chunk) => (stderr += String(chunk)))
  await once(child, "close")
  return { signal: child.signalCode, code: child.exitCode, stdout, stderr }
}

/** Starts a child that holds an output, once it does. */
export const holdOutput = async (output: string): Promise<ChildProcessWithoutNullStreams> => {
  const child = start([output, "hold"], {})
  await once(child.stdout, "data")
  return child
}

/** Ends a child at once, as the system would. */
export const killChild = async (child: ChildProcessWithoutNullStreams): Promise<void> => {
  child.kill("SIGKILL")
  await once(child, "close")
}
