// A drill: workers that share a database serve simulated workspaces while faults of a seed happen to them; what it has seen is judged at
// the end.
import { databaseLayer } from "@rollcall/postgres"
import { PostgresServer } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Context, Effect, Layer, Schedule } from "effect"
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { watchDatabase } from "./database.ts"
import type { Fault } from "./faults.ts"
import { randomOf } from "./faults.ts"
import { judge } from "./judge.ts"
import { lendIn } from "./leases.ts"
import { recoveriesOf, type Recovery } from "./recovery.ts"
import type { Round } from "./rounds.ts"
import { strike } from "./strike.ts"
import { watchWorkspaces } from "./watch.ts"
import type { DrilledWorker } from "./workers.ts"
import { linesOf, makeWorker } from "./workers.ts"
import { startWorkspaces } from "./workspaces.ts"

/** What a drill is told. */
export interface DrillOptions {
  readonly seed: number
  readonly workspaces: number
  readonly rounds: (random: () => number) => ReadonlyArray<Round>
  /** The workers' program; see `WorkersOptions`. */
  readonly program: string
  /** Where logs, audit logs and files go when something did not hold. */
  readonly keep: string
  /** Keeps them whatever came of it. */
  readonly keepsAll?: boolean
  /** Is told what happens, a line each. */
  readonly say: (line: string) => void
}

/** What came of it. */
export interface DrillResult {
  /** What did not hold. */
  readonly wrong: ReadonlyArray<string>
  readonly faults: ReadonlyArray<Fault>
  readonly recoveries: ReadonlyArray<Recovery>
  readonly figures: Readonly<Record<string, number>>
}

/** Three of them, as the smallest installation that outlives one of any kind of fault. */
const workerNames = ["one", "two", "three"]

/** How often it is looked at what happened, in milliseconds. */
const looks = 500

/** Runs a drill to its end. */
export const runDrill = Effect.fn("Drill.run")(function* (options: DrillOptions) {
  const { seed, say } = options
  const folder = yield* scratchFolder("drill")
  mkdirSync(join(folder, "files"))
  const secret = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const server = Context.get(yield* Layer.build(PostgresServer.layer), PostgresServer)
  const url = yield* server.freshDatabase
  const database = yield* Layer.build(databaseLayer({ url, maxConnections: 4 }))
  const watched = yield* Effect.provideContext(watchDatabase, database)
  const rounds = options.rounds(randomOf(seed))
  const every = rounds[0]?.times.every ?? 20
  const workspaces = yield* startWorkspaces({ count: options.workspaces, seed, every, secret })
  const workers = yield* Effect.forEach(workerNames, (name) =>
    makeWorker(name, { program: options.program, folder, database: url, workspaces }),
  )
  const lasts = rounds.at(-1)?.faults.at(-1)?.at ?? 0
  const lenders = yield* Effect.forEach(
    workspaces.filter(({ hasLeases }) => hasLeases),
    (workspace) => Effect.provideContext(lendIn(workspace, lasts), database),
  )

  let begun = Date.now()
  const seconds = () => (Date.now() - begun) / 1000
  const faults: Array<Fault> = []
  const held = new Map<Fault, ReadonlyArray<string>>()
  const watch = watchWorkspaces({ workspaces, files: join(folder, "files"), rows: watched.rows })
  yield* Effect.forkScoped(Effect.repeat(watch.look, Schedule.spaced(looks)))
  const feeding = yield* Effect.forkScoped(
    Effect.repeat(
      Effect.forEach(
        [...lenders.map(({ lend }) => Effect.ignore(lend)), watch.giveTasks, watch.giveAgain],
        (feed) => feed,
        {
          concurrency: "unbounded",
        },
      ),
      Schedule.spaced("2 seconds"),
    ),
  )

  /** Of the workers, that with the most connections is the first. */
  const targetOf = ({ kind, target }: Fault): number => {
    const byLoad = workers
      .map((worker, at) => ({ at, load: watch.heldBy(worker).length }))
      .toSorted((a, b) => b.load - a.load)
    return kind.startsWith("Slack") ? target : (byLoad[target]?.at ?? target)
  }
  for (const [at, { name, times, faults: planned }] of rounds.entries()) {
    say(`${name}: ${JSON.stringify(times.worker)}, no progress for at most ${times.patience} s`)
    yield* Effect.forEach(
      workers,
      (worker) =>
        Effect.andThen(
          at === 0 ? Effect.void : Effect.andThen(worker.kill("SIGTERM"), worker.ended),
          worker.start(times.worker),
        ),
      { discard: true },
    )
    if (at === 0) {
      yield* Effect.repeat(watch.look, { schedule: Schedule.spaced(looks), until: watch.areServed })
      begun = Date.now()
    }
    watch.allow(times.patience)
    for (const fault of planned) {
      yield* Effect.sleep(Math.max(0, (fault.at - seconds()) * 1000))
      const now = { ...fault, at: seconds(), target: targetOf(fault) }
      held.set(now, watch.heldBy(workers[now.target]))
      faults.push(now)
      if (now.kind === "worker killed") watch.killed()
      yield* strike(now, { workers, workspaces, server, times: times.worker })
      say(`${now.at.toFixed(1)} s: ${nameOf(now)}, for ${(seconds() - now.at).toFixed(1)} s`)
    }
  }

  // Whatever went on is brought to its end; then all is as if nothing had happened.
  const last = Date.now()
  yield* Effect.sync(() => feeding.interruptUnsafe())
  const patience = rounds.at(-1)?.times.patience ?? 60
  const waits = Effect.gen(function* () {
    yield* watch.giveAgain
    const publications = yield* Effect.orElseSucceed(watched.publications, () => [])
    const open = yield* Effect.forEach(lenders, ({ areOver }) => Effect.orElseSucceed(areOver, () => false))
    return [
      ...watch.behind(publications, last),
      ...open.flatMap((isOver, of) =>
        isOver ? [] : [`a lease of ${workspaces.filter((one) => one.hasLeases)[of]?.name}`],
      ),
    ]
  })
  const unsettled = yield* waits.pipe(
    Effect.repeat({
      schedule: Schedule.spaced(looks),
      until: (left) => left.length === 0 || Date.now() - last > 2000 * patience,
    }),
  )
  say(`${seconds().toFixed(1)} s: over${unsettled.length === 0 ? "" : `, but for ${unsettled.join(", ")}`}`)
  yield* Effect.forEach(workers, ({ kill, ended }) => Effect.andThen(kill("SIGTERM"), ended), {
    concurrency: "unbounded",
  })
  yield* watch.look

  for (const task of watch.givenAgain()) say(`given again, as it was on its way to a worker that was killed: ${task}`)
  const publications = yield* watched.publications
  const compared = yield* watch.compare(publications)
  const record = {
    workspaces: workspaces.map(({ name }) => name),
    publications,
    ...compared,
    tasks: watch.tasks(),
    leases: (yield* Effect.forEach(lenders, ({ ends }) => ends(workers, begun))).flat(),
    throttled: workspaces.map(
      ({ name, slack }) => [name, Object.values(slack.throttled()).reduce((sum, count) => sum + count, 0)] as const,
    ),
    silent: watch.silent(),
    unsettled,
    bugs: workers.flatMap(bugsOf),
    faults,
  }
  const wrong = judge(record)
  rmSync(options.keep, { recursive: true, force: true })
  if (wrong.length > 0 || options.keepsAll === true) cpSync(folder, options.keep, { recursive: true, filter: isKept })
  const result: DrillResult = {
    wrong,
    faults,
    recoveries: recoveriesOf({ begun, faults, held, turns: yield* watched.turns, progress: watch.progress() }),
    figures: {
      publications: publications.length,
      compared: record.compared,
      "tasks of ConductorOne": record.tasks.length,
      "tasks given again": watch.givenAgain().length,
      leases: record.leases.length,
      turns: (yield* watched.turns).length,
      "workers that ended by themselves": workers.reduce((sum, { ends }) => sum + ends(), 0),
      "calls of Slack": workspaces.reduce(
        (sum, { slack }) => sum + Object.values(slack.calls()).reduce((of, count) => of + count, 0),
        0,
      ),
      "calls beyond limits": record.throttled.reduce((sum, [, count]) => sum + count, 0),
    },
  }
  return result
}, Effect.scoped)

/** A fault in words. */
export const nameOf = ({ kind, target }: Fault): string => {
  if (kind === "database restarted") return kind
  if (kind.startsWith("Slack")) return `${kind} (workspaces ${target + 1}, ${target + 4}, …)`
  return `${kind} (${workerNames[target]})`
}

/** Logs, audit logs and published files, without secrets and sockets. */
const isKept = (path: string): boolean => /\.(?:ndjson|c1z)$/u.test(path) || statSync(path).isDirectory()

const bugsOf = (worker: DrilledWorker): ReadonlyArray<string> =>
  linesOf(worker)
    .filter(({ message }) => /because of a bug|The failure in full/u.test(message))
    .map(({ message, connection }) => `${worker.name}, ${connection}: ${message.slice(0, 300)}`)
