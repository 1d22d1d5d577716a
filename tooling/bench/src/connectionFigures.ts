// A worker with many connections: what it holds in memory while all of them wait, and at most while one of them syncs a large workspace.
import { spawn } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { PostgresServer } from "@rollcall/test-kit/postgres"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Redacted } from "effect"
import { bundledCommand, bundledWorker } from "./bundle.ts"
import type { Figure } from "./Figure.ts"
import type { SlackReady, WorkspaceSize } from "./simulatedProcesses.ts"
import { startSimulatedSlack } from "./simulatedProcesses.ts"

/** Bounds of the memory of a worker that waits, in MB: for each connection after the first, and for what serves several, a database and the
 * console. */
const mostEach = 3
const mostShared = 40

/** The same of one with the most connections, one of which syncs. */
const mostWhileSyncing = 1000

/** How long a worker waits before its memory is read: its heap is collected meanwhile. */
const restMilliseconds = 5000

/** The figures of these numbers of connections, and of the last of them with a sync of a workspace of this size. */
export const connectionFigures = Effect.fnUntraced(
  function* (numbers: ReadonlyArray<number>, large: WorkspaceSize) {
    const small = yield* startSimulatedSlack(bundledCommand(), { plan: "pro", users: 20, userGroups: 2 })
    const figures: Array<Figure> = []
    let alone: number | undefined
    for (const number of numbers) {
      const { resident } = yield* serveConnections(small, number)
      alone ??= resident
      figures.push({
        name: `memory of a worker that waits, ${named(number)}`,
        measured: resident,
        unit: "MB",
        ...(number === 1 ? {} : { atMost: alone + mostShared + mostEach * (number - 1) }),
      })
    }
    const server = yield* PostgresServer
    const shared = yield* serveConnections(small, 1, undefined, {
      BATON_DATABASE_URL: Redacted.value(yield* server.freshDatabase),
      BATON_CONSOLE_PORT: String(yield* freePort),
    })
    figures.push({
      name: `memory of a worker that waits, ${named(1)}, with a database and the console`,
      measured: shared.resident,
      unit: "MB",
      atMost: (alone ?? 0) + mostShared,
    })
    const most = numbers.at(-1) ?? 1
    const slack = yield* startSimulatedSlack(bundledCommand(), large)
    const { peak } = yield* serveConnections(small, most, slack)
    const people = large.users.toLocaleString("en")
    figures.push({
      name: `peak memory, ${named(most)}, one syncs ${people} people`,
      measured: peak,
      unit: "MB",
      atMost: mostWhileSyncing,
    })
    return figures
  },
  Effect.scoped,
  Effect.provide(PostgresServer.layer),
)

const named = (number: number): string => `${number} ${number === 1 ? "connection" : "connections"}`

/** Runs a worker until all of its connections are connected, and one, where it is given, has synced; in MB (10^6 bytes). */
const serveConnections = Effect.fnUntraced(function* (
  waiting: SlackReady,
  number: number,
  syncing?: SlackReady,
  further: Readonly<Record<string, string>> = {},
) {
  const folder = yield* scratchFolder("bench")
  const entry = (name: string, slack: SlackReady, every: string) => {
    const token = join(folder, `${name}.token`)
    writeFileSync(token, slack.botToken, { mode: 0o600 })
    const settings = { "token-file": token, "base-url": slack.webApiUrl, "rate-limits": "off", every }
    return [`  ${name}:`, ...Object.entries(settings).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`)]
  }
  const names = Array.from({ length: number - (syncing === undefined ? 0 : 1) }, (_, at) => `c${at}`)
  const lines = [
    ...(syncing === undefined ? [] : entry("large", syncing, "30d")),
    // Once a year, so that it has synced nothing yet.
    ...names.flatMap((name) => entry(name, waiting, "0 3 1 1 *")),
  ]
  const path = join(folder, "connections.yaml")
  writeFileSync(path, ["connections:", ...lines, ""].join("\n"))
  const port = yield* freePort
  const worker = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [bundledWorker()], {
        env: {
          ...process.env,
          BATON_CONNECTIONS: path,
          BATON_FILE: join(folder, "sync.c1z"),
          BATON_C1Z_TEMP_DIR: folder,
          BATON_HEALTH_CHECK: "true",
          BATON_HEALTH_CHECK_PORT: String(port),
          ...further,
        },
        stdio: ["ignore", "ignore", "ignore"],
      }),
    ),
    (started) => Effect.sync(() => void started.kill("SIGKILL")),
  )
  const memory = (what: "VmRSS" | "VmHWM"): number => {
    const kilobytes = new RegExp(`^${what}:\\s+(\\d+) kB$`, "mu").exec(
      readFileSync(`/proc/${worker.pid}/status`, "utf8"),
    )?.[1]
    return (Number(kilobytes) * 1024) / 1e6
  }
  const states = async (): Promise<ReadonlyArray<string>> => {
    if (worker.exitCode !== null) throw new Error(`The worker ended with ${worker.exitCode}.`)
    const reply = await fetch(`http://127.0.0.1:${port}/connections`).catch(() => undefined)
    if (reply === undefined) return []
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker's own words
    const { connections } = (await reply.json()) as { readonly connections: ReadonlyArray<{ readonly state: string }> }
    return connections.map(({ state }) => state)
  }
  const isDone = (all: ReadonlyArray<string>): boolean =>
    all.length === number &&
    all.every((state) => state === "Connected") &&
    (syncing === undefined || existsSync(join(folder, "large.c1z")))
  yield* Effect.promise(async () => {
    while (!isDone(await states())) await sleep(200)
    await sleep(restMilliseconds)
  })
  return { resident: memory("VmRSS"), peak: memory("VmHWM") }
}, Effect.scoped)
