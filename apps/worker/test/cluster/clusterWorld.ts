// A database, simulated workspaces, and worker processes that share them.
import { bundled, bundledProgram } from "@rollcall/test-kit/bundles"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import type { PostgresServer } from "@rollcall/test-kit/postgres"
import { sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import type { Scope } from "effect"
import { Effect, Redacted } from "effect"
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { startWorker, until } from "../workerProcess.ts"

const quickCluster = await bundledProgram(new URL("../quickCluster.ts", import.meta.url))
const rollcall = await bundled("cli")

/** What a world has besides workspaces, which are `{}` where nothing is said. */
export interface WorldOptions {
  readonly server?: Effect.Effect<PostgresServer["Service"], never, Scope.Scope>
  /** Settings of entries besides those that open their workspaces, as YAML. */
  readonly settings?: Readonly<Record<string, string>>
  /** The folder in that of the world where workers publish, by `BATON_FILE_STORE`; otherwise beside the output. */
  readonly fileStore?: string
}

/** A database, simulated workspaces, and workers that share them. */
export const clusterWorld = Effect.fnUntraced(function* (
  workspaces: Readonly<Record<string, SimulatorOptions>>,
  { server = sharedPostgres, settings = {}, fileStore }: WorldOptions = {},
) {
  const folder = yield* scratchFolder("cluster")
  const published = join(folder, fileStore ?? "")
  mkdirSync(published, { recursive: true })
  const { freshDatabase, stop, start: startDatabase } = yield* server
  const url = yield* freshDatabase
  const connections = join(folder, "connections.yaml")
  const entries: Array<string> = ["connections:"]
  const slacks = new Map<string, Effect.Success<ReturnType<typeof startSimulator>>>()
  for (const [name, options] of Object.entries(workspaces)) {
    const slack = yield* startSimulator({ userGroups: 2, rateLimits: "off", ...options })
    const token = join(folder, `${name}.token`)
    writeFileSync(token, slack.botToken)
    const more = settings[name] === undefined ? "" : `, ${settings[name]}`
    entries.push(`  ${name}: { token-file: ${token}, base-url: "${slack.webApiUrl}", rate-limits: off${more} }`)
    slacks.set(name, slack)
  }
  writeFileSync(connections, `${entries.join("\n")}\n`)
  /** Starts a worker with further variables: `TEST_TIMES` gives it other times than `quickCluster.ts` has. */
  const start = (replica: string, more: Readonly<Record<string, string>> = {}) =>
    Effect.map(
      startWorker({
        program: quickCluster,
        folder,
        environment: {
          ...(fileStore === undefined ? {} : { BATON_FILE_STORE: published }),
          ...more,
          BATON_CONNECTIONS: connections,
          BATON_DATABASE_URL: Redacted.value(url),
          BATON_EVERY: "6h",
          BATON_FILE: join(folder, "sync.c1z"),
          BATON_LOG_FORMAT: "json",
          BATON_C1Z_TEMP_DIR: join(folder, replica),
        },
      }),
      (worker) => ({ ...worker, replica }),
    )
  /** Runs `rollcall connections` as a process that asks this worker. */
  const ask = ({ replica, environment }: Asked, ...args: ReadonlyArray<string>) =>
    Effect.callback<{ readonly code: number; readonly out: string; readonly err: string }>((resume) => {
      const env = {
        PATH: process.env["PATH"],
        HOME: folder,
        BATON_CONNECTIONS: connections,
        BATON_C1Z_TEMP_DIR: join(folder, replica),
        ...environment,
      }
      execFile(process.execPath, [rollcall, "connections", ...args], { cwd: folder, env }, (error, out, err) =>
        resume(Effect.succeed({ code: typeof error?.code === "number" ? error.code : 0, out, err })),
      )
    })
  const file = (name: string) => join(published, `${name}.c1z`)
  const isRight = (name: string) => {
    const slack = slacks.get(name)
    return slack !== undefined && existsSync(file(name)) && equal(storedIds(file(name)), expectedIds(slack))
  }
  const stored = (name: string) => readdirSync(published).filter((one) => one.startsWith(`${name}.2`))
  const restartDatabase = Effect.andThen(stop("immediate"), startDatabase)
  return { folder, url, start, ask, restartDatabase, slacks, file, isRight, stored }
})

/** Which worker a command asks, and with which further variables. */
interface Asked {
  readonly replica: string
  readonly environment?: Readonly<Record<string, string>>
}

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** A worker of such a world. */
export type ClusterWorker = Effect.Success<ReturnType<Effect.Success<ReturnType<typeof clusterWorld>>["start"]>>

/** How often a worker has said this of a connection. */
export const timesSaid = ({ logs }: Pick<ClusterWorker, "logs">, message: RegExp, connection: string): number =>
  logs().filter((line) => message.test(line.message) && line.annotations["connection"] === connection).length

/** The number of the last turn that a worker has begun with a connection; 0 where it has begun none. */
const lastTurn = ({ logs }: Pick<ClusterWorker, "logs">, connection: string): number =>
  Math.max(
    0,
    ...logs().flatMap(({ message, annotations }) => {
      const [, turn] = /serves the connection from now on \(turn (\d+)\)/u.exec(message) ?? []
      return turn !== undefined && annotations["connection"] === connection ? [Number(turn)] : []
    }),
  )

/**
 * The worker that serves a connection now, once one of them does, and another one. It may move as long as workers start: each that comes
 * takes its share.
 */
export const serving = Effect.fnUntraced(function* <W extends Pick<ClusterWorker, "logs">>(
  workers: ReadonlyArray<W>,
  connection: string,
) {
  const newest = () => workers.toSorted((a, b) => lastTurn(b, connection) - lastTurn(a, connection))
  yield* until(Effect.sync(() => newest().some((one) => lastTurn(one, connection) > 0)))
  const [server, other] = newest()
  if (server === undefined || other === undefined) throw new Error("There are no two workers.")
  return { server, other }
})
