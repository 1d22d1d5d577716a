// A real PostgreSQL for tests: the programs in the folder that `BATON_TEST_POSTGRES` names, or those of the machine. `.ci/run` finds or
// fetches some. The server is for this process alone, in a temporary folder, and forgets nothing of it behind: also when it is killed.
import { execFileSync, spawn } from "node:child_process"
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Layer, Redacted, Scope } from "effect"
import { Reactivity } from "effect/reactivity"
import { freePort } from "../scratch/freePort.ts"

export { tcpProxy, type TcpProxy } from "./tcpProxy.ts"

const named = process.env["BATON_TEST_POSTGRES"]

const versions = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])

const binaries =
  named ??
  versions("/usr/lib/postgresql")
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => `/usr/lib/postgresql/${version}/bin`)
    .find((folder) => existsSync(join(folder, "initdb")))

/** Whether there is one. Where the variable is set there has to be one: then what needs it fails without. */
export const hasPostgres = binaries !== undefined

/** Whether it brings a program, such as `pg_dump`: packages for tests bring the server alone. */
export const hasPostgresProgram = (name: string): boolean => binaries !== undefined && existsSync(join(binaries, name))

/** A server of PostgreSQL, for as long as the scope lives. */
export class PostgresServer extends Context.Service<
  PostgresServer,
  {
    /** The URL of a database: with its password. */
    readonly url: (database: string) => Redacted.Redacted
    readonly port: number
    /** A new empty database; its URL. */
    readonly freshDatabase: Effect.Effect<Redacted.Redacted>
    /** Runs a statement as the owner of the server, in the database of this name or in that of the owner. */
    readonly execute: (statement: string, database?: string) => Effect.Effect<ReadonlyArray<Record<string, unknown>>>
    /** Stops it, as an operator does or as a crash does. */
    readonly stop: (mode: "fast" | "immediate") => Effect.Effect<void>
    readonly start: Effect.Effect<void>
    /** Runs a program that came with it, such as `pg_dump`; its output. */
    readonly program: (name: string, ...args: ReadonlyArray<string>) => Effect.Effect<string>
  }
>()("@rollcall/test-kit/PostgresServer") {
  static readonly layer: Layer.Layer<PostgresServer> = Layer.effect(
    PostgresServer,
    Effect.gen(function* () {
      const port = yield* freePort
      const { data, call, control } = yield* Effect.acquireRelease(
        Effect.sync(() => makeData()),
        (made) => Effect.promise(made.remove),
      )
      const options = [
        `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`,
        // What tests kill is the process and not the machine.
        "-c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=16MB -c log_line_prefix=%p",
      ].join(" ")
      const log = join(data, "..", "log")
      const start = control("-l", log, "-o", options, "start")
      const url = (database: string) => Redacted.make(`postgres://postgres:${password}@127.0.0.1:${port}/${database}`)
      const execute = (statement: string, database = "postgres") =>
        Effect.scoped(
          Effect.flatMap(PgClient.makeClient({ url: url(database) }), (sql) =>
            sql.unsafe<Record<string, unknown>>(statement),
          ),
        ).pipe(Effect.provide(Reactivity.layer), Effect.orDie)
      let made = 0
      yield* start
      return {
        url,
        port,
        execute,
        freshDatabase: Effect.suspend(() => {
          made += 1
          return Effect.as(execute(`create database fresh_${made}`), url(`fresh_${made}`))
        }),
        stop: (mode) => control("-m", mode, "stop"),
        start,
        program: (name, ...args) => Effect.sync(() => call(name, ...args)),
      }
    }),
  )
}

let shared: Promise<PostgresServer["Service"]> | undefined

/** A server for all tests of this process, which goes with it. A test that stops it, or changes it as a whole, takes one of its own. */
export const sharedPostgres: Effect.Effect<PostgresServer["Service"]> = Effect.promise(() => {
  shared ??= Effect.runPromise(
    Effect.map(Layer.buildWithScope(PostgresServer.layer, Scope.makeUnsafe()), (built) =>
      Context.get(built, PostgresServer),
    ),
  )
  return shared
})

const password = "of-a-test"

/** The user of the machine that the server runs as: it refuses to run as root. */
const runsAs = () => {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
  const [, , uid, gid] = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody") ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

const makeData = () => {
  if (binaries === undefined) {
    throw new Error(
      "There is no PostgreSQL: name the folder of its programs with BATON_TEST_POSTGRES (.ci/postgres finds or fetches one).",
    )
  }
  const owner = runsAs()
  const folder = mkdtempSync(join(tmpdir(), "rollcall-postgres-"))
  const data = join(folder, "data")
  const secret = join(folder, "password")
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(secret, password, { mode: 0o600 })
  for (const path of [folder, data, secret]) if (owner.uid !== undefined) chownSync(path, owner.uid, owner.gid)
  const call = (program: string, ...args: ReadonlyArray<string>) =>
    execFileSync(join(binaries, program), args, {
      ...owner,
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, HOME: folder, PGPASSWORD: password },
      stdio: ["ignore", "pipe", "inherit"],
    })
  /** Starts or stops the server, while this process goes on. */
  const control = (...args: ReadonlyArray<string>) =>
    Effect.promise(async () => {
      // The server that it leaves behind must not hold these open.
      const told = spawn(join(binaries, "pg_ctl"), ["-D", data, "-w", ...args], {
        ...owner,
        cwd: folder,
        stdio: "ignore",
      })
      const [code] = await once(told, "exit")
      if (code !== 0) throw new Error(`pg_ctl ${args.at(-1)} ended with ${String(code)}.`)
    })
  // It waits until its input ends, which it does with this process however that ends, and stops and removes everything.
  const guard = spawn(
    "/bin/sh",
    [
      "-c",
      'read _; "$1/pg_ctl" -D "$2/data" -m immediate -w stop >"$2/stopped" 2>&1; rm -rf "$2"',
      "sh",
      binaries,
      folder,
    ],
    { ...owner, cwd: "/", detached: true, stdio: ["pipe", "ignore", "ignore"] },
  )
  const ended = new Promise<void>((resolve) => guard.once("exit", () => resolve()))
  // Neither keeps a process alive that has nothing else to do.
  guard.unref()
  if ("unref" in guard.stdin && typeof guard.stdin.unref === "function") guard.stdin.unref()
  const remove = async () => {
    guard.ref()
    guard.stdin.end()
    await ended
    // The folder of temporary files belongs to another user.
    rmSync(folder, { recursive: true, force: true })
  }
  call(
    "initdb",
    "-D",
    data,
    "--username=postgres",
    `--pwfile=${secret}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--no-locale",
    "--no-sync",
    "--no-instructions",
  )
  return { data, call, control, remove }
}
