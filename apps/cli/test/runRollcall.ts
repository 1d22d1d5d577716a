// Runs the real command in a process of its own, in a folder of its own and without any settings of the machine.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { started } from "@rollcall/test-kit/bundles"
import { Effect } from "effect"

const command = await started("cli")

/** The program as it is in the repository; it starts several times slower than the bundle. */
export const sources = fileURLToPath(new URL("../src/main.ts", import.meta.url))

/** How the command is run. */
export interface RunOptions {
  readonly folder: string
  /** The program; the bundle by default. */
  readonly main?: string | undefined
  readonly environment?: Readonly<Record<string, string>>
  /** Streams whose reader is gone from the start. */
  readonly unread?: ReadonlyArray<"stdout" | "stderr">
  /** What runs the command, which it is given as arguments; nothing by default. */
  readonly within?: ReadonlyArray<string> | undefined
}

/** A run of the command. */
export interface Run {
  readonly signal: (name: NodeJS.Signals) => void
  /** What it has written to the standard output so far. */
  readonly out: () => string
  /** What it has written to the standard error so far. */
  readonly err: () => string
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>
}

/** Starts the command. */
export const startRollcall = (
  args: ReadonlyArray<string>,
  { folder, main, environment = {}, unread = [], within = [] }: RunOptions,
): Run => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(BATON|npm)_|^NODE_OPTIONS$/i.test(name))
  const chosen = main === undefined ? command : [process.execPath, main]
  const [program = process.execPath, ...programArgs] = [...within, ...chosen, ...args]
  const child = spawn(program, programArgs, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), XDG_STATE_HOME: folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  })
  for (const stream of unread) child[stream].destroy()
  let out = ""
  let err = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text))
  const ended = once(child, "close").then(() => ({ code: child.exitCode, out, err }))
  return { signal: (name) => void child.kill(name), out: () => out, err: () => err, ended }
}

/** Runs the command to its end. */
export const runRollcall = (args: ReadonlyArray<string>, options: RunOptions) =>
  Effect.promise(() => startRollcall(args, options).ended)
