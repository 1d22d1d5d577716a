// The real command in a process of its own, against a simulated Slack that runs in the test.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { started } from "@rollcall/test-kit/bundles"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"

const [program, ...programArguments] = await started("cli")

/** How a run of the command ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** How the command is run. */
export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** A shell command that the run is wrapped in, such as `ulimit -f 100;`. */
  readonly shell?: string
  /** Where it runs; among the machine's temporary files by default. */
  readonly folder?: string
  /** What stands on its standard input. */
  readonly input?: string
}

/** A run that has begun. */
export interface Running {
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
  /** What it has said on stderr so far. */
  readonly said: () => string
}

/** Starts the command with these arguments, in an environment that holds no settings but the given ones. */
export const startRollcall = (args: ReadonlyArray<string>, options: RunOptions = {}): Running => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("BATON_"))
  const [command, commandArguments] =
    options.shell === undefined
      ? [program, [...programArguments, ...args]]
      : ["bash", ["-c", `${options.shell} exec "$0" "$@"`, program, ...programArguments, ...args]]
  const child = spawn(command, commandArguments, {
    cwd: options.folder ?? tmpdir(),
    env: { ...Object.fromEntries(inherited), NO_COLOR: "1", ...options.environment },
    stdio: "pipe",
  })
  // A run that ends without reading it is none of the input's business.
  child.stdin.on("error", () => undefined).end(options.input ?? "")
  let stdout = ""
  let stderr = ""
  // A character may be split between two chunks.
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  const ended = once(child, "close").then((): Ended => ({
    code: child.exitCode,
    signal: child.signalCode,
    stdout,
    stderr,
  }))
  return { kill: (signal) => void child.kill(signal), ended, said: () => stderr }
}

/** Runs the command to its end. */
export const rollcall = (args: ReadonlyArray<string>, options?: RunOptions): Effect.Effect<Ended> =>
  Effect.promise(() => startRollcall(args, options).ended)

/** A simulated workspace and a place for its file. */
export const world = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const slack = yield* startSimulator({ users: 30, userGroups: 3, rateLimits: "off", ...options })
  const file = join(yield* scratchFolder("cli"), "sync.c1z")
  const environment = {
    BATON_TOKEN: slack.botToken,
    BATON_BASE_URL: slack.webApiUrl,
    BATON_FILE: file,
    BATON_LEASES: `${file}.leases.db`,
    BATON_RATE_LIMITS: "off",
  }
  const sync = (args: ReadonlyArray<string> = [], more: RunOptions = {}) =>
    rollcall(["sync", ...args], { ...more, environment: { ...environment, ...more.environment } })
  return { slack, file, environment, sync }
})
