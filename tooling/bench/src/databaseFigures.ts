// Workers that share a database: what a sync costs it with one, two and four of them, what their shared limits cost it, and how large what
// it keeps of an unfinished sync gets. By counts, which are the same on any machine; processor time beside them.
import { spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { Database, databaseLayer, limitStorePostgres } from "@rollcall/postgres"
import { LimitStore, type StoredLimit } from "@rollcall/resilience"
import { PostgresServer } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Context, Effect, Layer, Redacted } from "effect"
import { bundledCommand, bundledWorker } from "./bundle.ts"
import type { Traffic } from "./countingProxy.ts"
import { countingProxy } from "./countingProxy.ts"
import type { Figure } from "./Figure.ts"
import type { SlackReady, WorkspaceSize } from "./simulatedProcesses.ts"
import { startSimulatedSlack } from "./simulatedProcesses.ts"

/** What a sync may cost more with several workers than with one. */
const mostShare = 1.15

/** How long workers rest, before what they take at rest is measured, and while it is. */
const restMilliseconds = 10_000

/** The figures of these numbers of workers that share so many connections, and of a sync of a workspace of this size. */
export const databaseFigures = Effect.fnUntraced(
  function* (numbers: ReadonlyArray<number>, connections: number, large: WorkspaceSize) {
    const small = yield* startSimulatedSlack(bundledCommand(), { plan: "pro", users: 20, userGroups: 2 })
    const figures: Array<Figure> = []
    let one: Syncs | undefined
    for (const number of numbers) {
      const found = yield* syncAll(small, number, connections)
      one ??= found
      figures.push(...figuresOf(found, one, number, connections))
    }
    return [...figures, yield* limitFigure, ...(yield* workFigures(large))]
  },
  Effect.scoped,
  Effect.provide(PostgresServer.layer),
)

/** What all syncs took together. */
interface Syncs extends Traffic {
  /** Beyond what the workers take at rest. */
  readonly processorMilliseconds: number
  /** Of what goes on whether anything is synced or not, for each minute. */
  readonly besidesEachMinute: number
  /** How long they took, with the simulated Slack, the database and the workers on this machine. */
  readonly milliseconds: number
}

const figuresOf = (found: Syncs, one: Syncs, number: number, connections: number): ReadonlyArray<Figure> => {
  const workers = `${number} ${number === 1 ? "worker" : "workers"}`
  const bounded = (name: string, unit: string, of: (syncs: Syncs) => number): Figure => ({
    name: `${name} a sync, ${workers}, ${connections} connections`,
    measured: of(found) / connections,
    unit,
    ...(found === one ? {} : { atMost: (of(one) / connections) * mostShare }),
  })
  return [
    bounded("statements", "statements", ({ statements }) => statements),
    bounded("bytes to and from the database", "kB", ({ bytes }) => bytes / 1000),
    bounded("processor time of the workers", "ms", ({ processorMilliseconds }) => processorMilliseconds),
    {
      name: `statements besides syncs, ${workers}, ${connections} connections`,
      measured: found.besidesEachMinute,
      unit: "a minute",
    },
    {
      // On one machine all share its cores, so this says nothing of four workers on four machines.
      name: `syncs an hour, ${workers}, ${connections} connections, on ${availableParallelism()} cores for all`,
      measured: connections / (found.milliseconds / 3_600_000),
      unit: "syncs",
    },
  ]
}

/** Whether a statement is sent because of a sync, by the table that it begins with. */
const about = (statement: string): string =>
  /rollcall_(?:run|work|upload|task)\b|insert into rollcall_connection_(?:kept|view)\b/u.test(statement)
    ? "sync"
    : "besides"

/** Workers on a fresh database, each with all connections, of which none is synced by itself. */
const startWorkers = Effect.fnUntraced(function* (
  number: number,
  entries: ReadonlyArray<readonly [name: string, slack: SlackReady, settings: Readonly<Record<string, string>>]>,
) {
  const server = yield* PostgresServer
  const url = yield* server.freshDatabase
  const proxy = yield* countingProxy(server.port, about)
  const folder = yield* scratchFolder("bench-database")
  const lines = entries.flatMap(([name, slack, settings]) => {
    const token = join(folder, `${name}.token`)
    writeFileSync(token, slack.botToken, { mode: 0o600 })
    const all = { "token-file": token, "base-url": slack.webApiUrl, "rate-limits": "off", ...settings }
    return [`  ${name}:`, ...Object.entries(all).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`)]
  })
  const path = join(folder, "connections.yaml")
  writeFileSync(path, ["connections:", ...lines, ""].join("\n"))
  const through = new URL(Redacted.value(url))
  through.port = String(proxy.port)
  const workers = yield* Effect.forEach(Array.from({ length: number }), (_, at) =>
    Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [bundledWorker()], {
          env: {
            PATH: process.env["PATH"],
            BATON_CONNECTIONS: path,
            BATON_DATABASE_URL: through.href,
            // Once a year: syncs are asked for.
            BATON_EVERY: "0 3 1 1 *",
            BATON_FILE: join(folder, "sync.c1z"),
            BATON_C1Z_TEMP_DIR: join(folder, String(at)),
          },
          stdio: ["ignore", "ignore", "ignore"],
        }),
      ),
      (started) => Effect.sync(() => void started.kill("SIGKILL")),
    ),
  )
  const database = yield* Effect.map(Layer.build(databaseLayer({ url })), (built) => Context.get(built, Database))
  const { sql, run } = database
  const count = (statement: string) =>
    Effect.map(run(sql.unsafe<{ n: number }>(`select count(*)::int as n from ${statement}`)), ([row]) => row?.n ?? 0)
  const until = (statement: string, all: number) =>
    Effect.gen(function* () {
      while ((yield* count(statement)) < all) {
        const ended = workers.find(({ exitCode }) => exitCode !== null)
        if (ended !== undefined) return yield* Effect.die(new Error(`A worker ended with ${ended.exitCode}.`))
        yield* Effect.sleep(100)
      }
    })
  const ask = (names: ReadonlyArray<string>) =>
    run(sql`insert into rollcall_sync_request (name) select json_array_elements_text(${JSON.stringify(names)}::json)`)
  const processorMilliseconds = () =>
    workers.reduce((sum, { pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /u, "")
        .split(" ")
      // Hundredths of a second: proc_pid_stat(5).
      return sum + (Number(fields[11]) + Number(fields[12])) * 10
    }, 0)
  return { database, until, ask, proxy, processorMilliseconds }
})

/** Syncs each connection once, with so many workers. */
const syncAll = Effect.fnUntraced(function* (slack: SlackReady, number: number, connections: number) {
  const names = Array.from({ length: connections }, (_, at) => `c${at}`)
  const { until, ask, proxy, processorMilliseconds } = yield* startWorkers(
    number,
    names.map((name) => [name, slack, {}]),
  )
  yield* until(`rollcall_connection_view where view like '%"Connected"%'`, connections)
  yield* until("rollcall_cluster_runners", number)
  // Workers that joined late have been given their share by now.
  yield* Effect.promise(() => sleep(restMilliseconds))
  const resting = processorMilliseconds()
  yield* Effect.promise(() => sleep(restMilliseconds))
  yield* proxy.counted
  const [before, began] = [processorMilliseconds(), performance.now()]
  yield* ask(names)
  yield* until("rollcall_run where published_at is not null", connections)
  yield* until(`rollcall_connection_view where view like '%"lastSync"%'`, connections)
  const took = performance.now() - began
  const counted = yield* proxy.counted
  const idle = (before - resting) / restMilliseconds
  const found: Syncs = {
    ...(counted.get("sync") ?? { statements: 0, bytes: 0 }),
    processorMilliseconds: processorMilliseconds() - before - idle * took,
    besidesEachMinute: (counted.get("besides")?.statements ?? 0) / (took / 60_000),
    milliseconds: took,
  }
  return found
}, Effect.scoped)

/** Statements for each call of two workers at once, at the rates of Slack's tiers 2 to 4, which go sixty times as fast here. */
const limitFigure = Effect.gen(function* () {
  const server = yield* PostgresServer
  const url = yield* server.freshDatabase
  const proxy = yield* countingProxy(server.port, (statement) => (/rollcall_limit\b/u.test(statement) ? "limits" : ""))
  const through = new URL(Redacted.value(url))
  through.port = String(proxy.port)
  const layer = Layer.provide(limitStorePostgres, databaseLayer({ url: Redacted.make(through.href) }))
  const stores = yield* Effect.forEach([1, 2], () =>
    Effect.map(Layer.build(Layer.fresh(layer)), (built) => Context.get(built, LimitStore)),
  )
  const each = 120
  const tiers = [20, 50, 100].map((callsPerMinute): StoredLimit => {
    const key = `T1 tier of ${callsPerMinute} calls`
    return { key, owner: "T1", budget: { callsPerMinute, speed: 60 } }
  })
  yield* Effect.forEach(
    stores.flatMap((store) => tiers.map((limit) => [store, limit] as const)),
    ([{ take }, limit]) =>
      Effect.gen(function* () {
        for (let call = 0; call < each; call += 1) {
          for (let wait = yield* take([limit], true); wait !== undefined; wait = yield* take([limit], true)) {
            yield* Effect.sleep(wait.millis)
          }
        }
      }),
    { concurrency: "unbounded" },
  )
  const { statements = 0 } = (yield* proxy.counted).get("limits") ?? {}
  const figure: Figure = {
    name: "statements for limits a call, 2 workers at once",
    measured: statements / (stores.length * tiers.length * each),
    unit: "statements",
    atMost: 0.1,
  }
  return figure
}).pipe(Effect.scoped)

/** How large what is kept of an unfinished sync gets: it is forgotten when that is published, so it is looked at meanwhile. */
const workFigures = Effect.fnUntraced(function* (large: WorkspaceSize) {
  const slack = yield* startSimulatedSlack(bundledCommand(), large)
  const token = join(yield* scratchFolder("bench-token"), "token")
  writeFileSync(token, slack.userToken, { mode: 0o600 })
  const { database, until, ask } = yield* startWorkers(1, [
    ["large", slack, { "business-plus-token-file": token, "scim-base-url": slack.scimUrl }],
  ])
  const { sql, run } = database
  yield* until(`rollcall_connection_view where view like '%"Connected"%'`, 1)
  yield* ask(["large"])
  let most = { pages: 0, bytes: 0, largest: 0, table: 0 }
  for (let published = false; !published; yield* Effect.sleep(100)) {
    const [now] = yield* run(sql<typeof most>`
      select count(*)::int as pages, coalesce(sum(length(page)), 0)::float8 as bytes, coalesce(max(length(page)), 0) as largest,
        pg_total_relation_size('rollcall_work')::float8 as table from rollcall_work`)
    if (now !== undefined && now.bytes >= most.bytes) most = now
    const [row] = yield* run(sql<{ published: boolean }>`
      select bool_or(published_at is not null) as published from rollcall_run`)
    published = row?.published === true
  }
  const named = `of an unfinished sync of ${large.users.toLocaleString("en")} people`
  const figures: ReadonlyArray<Figure> = [
    { name: `kept in the database ${named}`, measured: most.bytes / 1e6, unit: "MB", atMost: 15 },
    { name: `its table, with what PostgreSQL adds`, measured: most.table / 1e6, unit: "MB", atMost: 20 },
    { name: `pages ${named}`, measured: most.pages, unit: "rows" },
    { name: `the largest page ${named}`, measured: most.largest / 1000, unit: "kB" },
  ]
  return figures
}, Effect.scoped)
