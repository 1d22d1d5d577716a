// The workers of a drill: real processes that share a database, each behind a proxy before it, and started again when they are gone.
import type { TcpProxy } from "@rollcall/test-kit/postgres"
import { tcpProxy } from "@rollcall/test-kit/postgres"
import { Effect, Redacted } from "effect"
import type { ChildProcess } from "node:child_process"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { WorkerTimes } from "./times.ts"
import type { DrilledWorkspace } from "./workspaces.ts"

/** How the workers of a drill are started. */
export interface WorkersOptions {
  /** The worker that reads its times from `TEST_TIMES`, as a bundle. */
  readonly program: string
  readonly folder: string
  /** The database as it is itself. */
  readonly database: Redacted.Redacted
  readonly workspaces: ReadonlyArray<DrilledWorkspace>
}

/** A worker, whichever process it is at the time. */
export interface DrilledWorker {
  readonly name: string
  /** What stands between it and the database. */
  readonly proxy: TcpProxy
  readonly logFile: string
  readonly auditFile: (connection: string) => string
  readonly start: (times: WorkerTimes) => Effect.Effect<void>
  readonly kill: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Waits until its process is gone. */
  readonly ended: Effect.Effect<void>
  /** How often it has ended by itself. It is started again then, as Kubernetes does. */
  readonly ends: () => number
}

/** A worker of this name, not started yet. Its process ends with the scope. */
export const makeWorker = Effect.fnUntraced(function* (
  name: string,
  { program, folder, database, workspaces }: WorkersOptions,
) {
  const url = new URL(Redacted.value(database))
  const proxy = yield* tcpProxy(Number(url.port))
  url.port = String(proxy.port)
  const own = join(folder, name)
  mkdirSync(join(own, "tmp"), { recursive: true })
  const logFile = join(own, "log.ndjson")
  const auditFile = (connection: string) => join(own, `${connection}.audit.ndjson`)
  const connections = join(own, "connections.yaml")
  const entries = workspaces.map(({ name: of, entry }) => [of, { ...entry, "audit-file": auditFile(of) }])
  // YAML has JSON in it.
  writeFileSync(connections, JSON.stringify({ connections: Object.fromEntries(entries) }))
  const authorities = join(own, "ca.pem")
  writeFileSync(authorities, workspaces.map(({ c1 }) => c1?.ca ?? "").join("\n"))
  const inherited = Object.entries(process.env).filter(([key]) => !/^(?:BATON|OTEL|npm)_|^NODE_OPTIONS$/iu.test(key))

  let child: ChildProcess | undefined
  let isWanted = false
  let ends = 0
  const start = (times: WorkerTimes): void => {
    const log = openSync(logFile, "a")
    const started = spawn(process.execPath, [program], {
      cwd: own,
      env: {
        ...Object.fromEntries(inherited),
        TMPDIR: join(own, "tmp"),
        TEST_TIMES: JSON.stringify(times),
        BATON_CONNECTIONS: connections,
        BATON_DATABASE_URL: url.href,
        BATON_EXTRA_CA_FILE: authorities,
        BATON_HOST_ID: name,
        BATON_HTTP_TIMEOUT_SECONDS: String(times.request),
        BATON_C1Z_TEMP_DIR: own,
        BATON_FILE: join(folder, "files", "sync.c1z"),
        BATON_LOG_FORMAT: "json",
        // Half of the workspaces may have come to one worker.
        BATON_CONCURRENT_SYNCS: "8",
      },
      stdio: ["ignore", log, log],
    })
    closeSync(log)
    appendFileSync(logFile, `{"drill":"started as ${started.pid}"}\n`)
    child = started
    isWanted = true
    started.once("exit", (code) => {
      const isMissed = () => child === started && isWanted
      if (!isMissed()) return
      ends += 1
      appendFileSync(logFile, `{"drill":"ended with ${code}"}\n`)
      setTimeout(() => isMissed() && start(times), 1000)
    })
  }
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      isWanted = false
      child?.kill("SIGKILL")
    }),
  )
  const worker: DrilledWorker = {
    name,
    proxy,
    logFile,
    auditFile,
    start: (times) => Effect.sync(() => start(times)),
    kill: (signal) =>
      Effect.sync(() => {
        if (signal === "SIGKILL" || signal === "SIGTERM") isWanted = false
        child?.kill(signal)
      }),
    ended: Effect.promise(async () => {
      if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, "exit")
    }),
    ends: () => ends,
  }
  return worker
})

/** A line of a worker's log, as far as the drill reads it. */
export interface WorkerLine {
  readonly message: string
  readonly level: string
  readonly connection?: string | undefined
}

/** All lines of a worker's log so far. */
export const linesOf = ({ logFile }: DrilledWorker): ReadonlyArray<WorkerLine> =>
  readFileSync(logFile, "utf8")
    .split("\n")
    .filter((line) => line.startsWith('{"') && line.includes('"message"'))
    .map((line) => {
      const { message, level, annotations } = JSON.parse(line)
      return { message: String(message), level: String(level), connection: annotations?.connection }
    })
