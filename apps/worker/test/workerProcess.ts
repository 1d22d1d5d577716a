// The real worker in a process of its own, without any settings of the machine.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { started } from "@rollcall/test-kit/bundles"
import { freePort } from "@rollcall/test-kit/scratch"
import { Effect, Schedule, Schema } from "effect"

/** The worker as it is in the repository; it starts several times slower than the bundle. */
export const sources = fileURLToPath(new URL("../src/main.ts", import.meta.url))

const bundle = await started("worker")

/** How a worker is started. */
export interface WorkerOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly args?: ReadonlyArray<string>
  /** Where it runs; among the machine's temporary files by default. */
  readonly folder?: string
  /** The file to run; the bundle by default. */
  readonly program?: string | undefined
  /** A shell command that the run is wrapped in, such as `ulimit -f 100;`. */
  readonly shell?: string
}

/** A line of its log. */
export interface LogLine {
  readonly message: string
  readonly level: string
  readonly annotations: Readonly<Record<string, unknown>>
}

/** An answer of its probes. */
export interface Answer {
  readonly status: number
  readonly text: string
}

const decodeLine = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Struct({
      message: Schema.Unknown,
      level: Schema.String,
      annotations: Schema.Record(Schema.String, Schema.Unknown),
    }),
  ),
)

const linesOf = (text: string): ReadonlyArray<LogLine> =>
  text
    .split("\n")
    .slice(0, -1)
    .filter((line) => line.startsWith("{"))
    .map((line) => {
      const { message, ...rest } = decodeLine(line)
      return { message: String(message), ...rest }
    })

/** Starts a worker that is gone when the scope ends; its probes listen on a free port. */
export const startWorker = Effect.fnUntraced(function* (options: WorkerOptions = {}) {
  const port = yield* freePort
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:BATON|OTEL|npm)_|^NODE_OPTIONS$/i.test(name))
  const [program, ...programArguments] = options.program === undefined ? bundle : [process.execPath, options.program]
  const [command, args] =
    options.shell === undefined ? [program, []] : ["bash", ["-c", `${options.shell} exec "$0" "$@"`, program]]
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(command, [...args, ...programArguments, ...(options.args ?? [])], {
        cwd: options.folder ?? tmpdir(),
        env: {
          ...Object.fromEntries(inherited),
          BATON_HEALTH_CHECK: "true",
          BATON_HEALTH_CHECK_PORT: String(port),
          ...options.environment,
        },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    ),
    (it) => Effect.sync(() => void it.kill("SIGKILL")),
  )
  let out = ""
  let err = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text))
  const closed = once(child, "close").then(() => child.exitCode)
  const logs = () => linesOf(err)
  const ask = (path: string) =>
    Effect.tryPromise(async (signal): Promise<Answer> => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal })
      return { status: response.status, text: await response.text() }
    })
  return {
    port,
    pid: child.pid ?? 0,
    kill: (signal: NodeJS.Signals) => Effect.sync(() => void child.kill(signal)),
    /** Its exit code, once it has ended. */
    ended: Effect.promise(() => closed),
    ask,
    logs,
    /** All that it has written. */
    written: () => out + err,
    /** Waits until its probe answers so. */
    answers: (path: string, status: number) =>
      until(Effect.map(Effect.result(ask(path)), (it) => it._tag === "Success" && it.success.status === status)),
    /** Waits for a line of its log that says this, after `after` such lines. */
    says: (message: string | RegExp, after = 0) =>
      until(Effect.sync(() => logs().filter((line) => line.message.search(message) >= 0).length > after)),
  }
})

/** Waits until it is so. */
export const until = <E, R>(isSo: Effect.Effect<boolean, E, R>): Effect.Effect<void, E, R> =>
  isSo.pipe(Effect.repeat({ schedule: Schedule.spaced("25 millis"), until: (it) => it }), Effect.asVoid)
