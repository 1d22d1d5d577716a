// Serves the connections of a file or a folder: each works by itself, as the only one of a worker would, beside the others. One that is
// wrong or fails does not touch them. The file is read again and again, and what changed in it is taken up.
import type { Connection, Connections, ConfigSources } from "@rollcall/config"
import { readConnections } from "@rollcall/config"
import { isFailure, sentenceOf, SyncTurn } from "@rollcall/connector"
import { PollGate } from "@rollcall/c1-tasks"
import type { OpenConnector } from "@rollcall/host"
import { bytesIn } from "@rollcall/host"
import type { ControlAnswer } from "@rollcall/host/connections"
import { connectionsFolder } from "@rollcall/host/connections"
import type { Duration } from "effect"
import { Cause, Clock, Context, Effect, FiberMap, Option, Result, Schedule } from "effect"
import { constrainedMemory, memoryUsage } from "node:process"
import type { Mode } from "../connection.ts"
import { openConnection } from "../connection.ts"
import { Readiness } from "../health/Readiness.ts"
import type { TokenOwner } from "../health/tokenOwner.ts"
import { describeFailure } from "../health/tokenOwner.ts"
import { connectionMetrics } from "../metrics/ConnectorMetrics.ts"
import { SyncWatch } from "../metrics/syncMetrics.ts"
import type { WorkerConfig } from "../settings/workerFields.ts"
import type { ConnectionReports } from "./ConnectionStates.ts"
import { ConnectionStates } from "./ConnectionStates.ts"
import type { ResolvedConnection } from "./resolveConnection.ts"
import { resolveConnection } from "./resolveConnection.ts"
import type { SyncAdmission } from "./SyncAdmission.ts"
import { makeSyncAdmission } from "./SyncAdmission.ts"
import type { Obey } from "./serveControl.ts"
import { keepPaused, serveControl } from "./serveControl.ts"
import { makeWorkGate, WorkGate } from "./WorkGate.ts"

export { ConnectionStates } from "./ConnectionStates.ts"

/** How often the file is read again. Kubernetes takes a minute to bring a changed ConfigMap anyway. */
export const ReadConnections = Context.Reference<Duration.Input>("@rollcall/worker/ReadConnections", {
  defaultValue: () => "10 seconds",
})

/** A connection that was taken up: what its entry said, what it must not share with others, and what is wrong with it. */
interface TakenUp {
  readonly entry: string
  readonly reports: ConnectionReports
  readonly gate: WorkGate
  readonly isScheduled: boolean
  readonly places: ReadonlyArray<string>
  readonly problem?: string | undefined
}

/** Serves what was found, and what is found later, for ever. Fails only where the probes cannot be served. */
export const serveConnections = Effect.fnUntraced(function* (
  first: Connections,
  path: string,
  { settings }: WorkerConfig,
  sources: ConfigSources,
) {
  const states = yield* ConnectionStates
  const readiness = yield* Readiness
  const readEvery = yield* ReadConnections
  const admission = makeSyncAdmission({
    concurrentSyncs: settings["concurrent-syncs"],
    memoryLimit: bytesIn(settings["memory-limit"] ?? "") ?? containerMemory(),
    memoryInUse: () => memoryUsage.rss(),
  })
  const fibers = yield* FiberMap.make<string>()
  const taken = new Map<string, TakenUp>()
  let told: ReadonlyArray<string> = []

  const folder = connectionsFolder(path, settings["c1z-temp-dir"])
  const paused = yield* keepPaused(
    folder,
    first.connections.map(({ name }) => name),
  )
  const shown = Effect.map(states.all, (connections): ControlAnswer => ({ connections }))
  const obey: Obey = Effect.fnUntraced(function* (name, request) {
    const one = taken.get(name)
    if (one === undefined)
      return refused(`There is no connection ${name}.`, "`rollcall connections list` has all names.")
    if (request === "sync-now") {
      if (paused.has(name)) return refused(`${name} is paused.`, `Run \`rollcall connections resume ${name}\` first.`)
      if (one.problem !== undefined) return refused(`${name} cannot run. ${one.problem}`, "")
      if (!one.isScheduled) {
        return refused(`${name} works for ConductorOne, which decides when to sync.`, "Ask for a sync there.")
      }
      yield* one.gate.ask
    } else {
      const isPaused = request === "pause"
      yield* isPaused ? one.gate.pause : one.gate.resume
      yield* one.reports.paused(isPaused)
      yield* paused.set(name, isPaused)
    }
    const did = { pause: "was paused", resume: "was resumed", "sync-now": "was asked for a sync" }[request]
    yield* Effect.annotateLogs(Effect.logInfo(`The connection ${did}.`), { connection: name })
    return yield* shown
  })

  const takeUp = Effect.fnUntraced(function* (connection: Connection) {
    const { name, labels } = connection
    const entry = entryOf(connection)
    const before = taken.get(name)
    if (before?.entry === entry && before.problem === undefined) return
    const others = [...taken].filter(([other]) => other !== name)
    // A bug that one entry brings about must not end the others.
    const resolved = yield* Effect.result(Effect.sandbox(resolveConnection(connection, sources, settings, others)))
    const problem = Result.isFailure(resolved) ? describeFailure(resolved.failure) : undefined
    if (before?.entry === entry && before.problem === problem) return
    yield* FiberMap.remove(fibers, name)
    const reports = yield* states.follow(name, labels)
    const isPaused = paused.has(name)
    yield* reports.paused(isPaused)
    const gate = yield* makeWorkGate(isPaused)
    const { places, isScheduled } = Result.isSuccess(resolved) ? resolved.success : { places: [], isScheduled: false }
    taken.set(name, { entry, reports, gate, places, isScheduled, problem })
    if (Result.isSuccess(resolved)) {
      yield* FiberMap.run(fibers, name, serveOne(resolved.success, { reports, gate, admission }))
    } else {
      yield* Effect.annotateLogs(tell("The connection cannot run.", resolved.failure, reports), { connection: name })
    }
  })
  const apply = Effect.fnUntraced(function* ({ connections, problems }: Connections) {
    const sentences = problems.map(sentenceOf)
    for (const sentence of sentences.filter((one) => !told.includes(one))) yield* Effect.logError(sentence)
    told = sentences
    const names = new Set(connections.map(({ name }) => name))
    for (const name of [...taken.keys()].filter((one) => !names.has(one))) {
      taken.delete(name)
      yield* FiberMap.remove(fibers, name)
      yield* states.forget(name)
      yield* Effect.annotateLogs(Effect.logInfo("The connection was removed."), { connection: name })
    }
    yield* Effect.forEach(connections, takeUp, { discard: true })
  })
  const again = readConnections(path).pipe(
    Effect.flatMap(apply),
    Effect.catch((error) => {
      const sentence = `The connections stay as they are. ${sentenceOf(error)}`
      if (told.includes(sentence)) return Effect.void
      told = [...told, sentence]
      return Effect.logError(sentence)
    }),
  )

  if (settings["health-check"]) {
    const { healthServer } = yield* Effect.promise(() => import("../health/healthServer.ts"))
    yield* healthServer(settings, { connections: states.all })
  }
  yield* apply(first)
  yield* serveControl(folder, shown, obey)
  yield* readiness.set({ _tag: "Ready" })
  return yield* Effect.andThen(Effect.repeat(Effect.delay(again, readEvery), Schedule.forever), Effect.never)
}, Effect.scoped)

const refused = (message: string, hint: string): ControlAnswer => ({ refused: { message, hint } })

interface Surroundings {
  readonly reports: ConnectionReports
  readonly gate: WorkGate
  readonly admission: SyncAdmission
}

/** The connection works until it is stopped. Where it fails it is begun again later; access for a time ends meanwhile. */
const serveOne = (
  { connection: { name }, module, config, mode }: ResolvedConnection,
  { reports, gate, admission }: Surroundings,
) =>
  Effect.logInfo(`The connection starts: ${module.displayName}.`).pipe(
    Effect.andThen(openConnection(module, config)),
    Effect.tap(({ owner }) => Effect.forkScoped(Effect.repeat(followToken(owner, reports), Schedule.spaced("1 hour")))),
    Effect.flatMap(({ open }) =>
      againAndAgain(
        Effect.tapCause(mode.work(open), (cause) => failed(cause, reports)),
        (pause) => Effect.raceFirst(Effect.sleep(pause), endMeanwhile(mode, open)),
      ),
    ),
    Effect.scoped,
    Effect.tapCause((cause) => failed(cause, reports)),
    // Without it no access for a time ends either.
    (whole) => againAndAgain(whole, (pause) => Effect.sleep(Math.min(pause, 60_000))),
    Effect.provideService(Readiness, reports.readiness),
    Effect.provideService(SyncWatch, reports),
    Effect.provideService(WorkGate, gate),
    Effect.provideService(PollGate, gate.opened),
    Effect.provideService(SyncTurn, (sync) =>
      admission.run(name, sync, Effect.logInfo("The sync waits until others have ended.")),
    ),
    Effect.provide(connectionMetrics(module.id, name)),
    Effect.annotateLogs({ connection: name }),
  )

/** Ends leases while the rest of a connection waits to be begun again. */
const endMeanwhile = (mode: Mode, open: OpenConnector) =>
  mode.endLeases(open).pipe(
    Effect.catch((error) =>
      Effect.logError(`No access for a time ends before the connection is begun again. ${sentenceOf(error)}`),
    ),
    Effect.andThen(Effect.never),
  )

/** What the system says of the token, between syncs too. */
const followToken = (owner: TokenOwner, { tokenIs }: ConnectionReports) =>
  Effect.flatMap(owner, (exit) => {
    if (exit._tag === "Success") return tokenIs("accepted")
    const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
    return tokenIs({ because: describeFailure(exit.cause), isRefused: error?.kind === "refused" })
  })

const failed = (cause: Cause.Cause<unknown>, reports: ConnectionReports) =>
  Cause.hasInterruptsOnly(cause)
    ? Effect.void
    : tell("The connection failed, and is begun again later.", cause, reports)

const tell = Effect.fnUntraced(function* (what: string, cause: Cause.Cause<unknown>, reports: ConnectionReports) {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  const sentence = describeFailure(cause)
  yield* reports.failed(sentence)
  yield* Effect.logError(`${what} ${sentence}`)
  if (!isFailure(error)) yield* Effect.logError("The failure in full.", cause)
})

/** The longest pause in milliseconds, and how long a run lasts after which the next pause is the first again. */
const longest = 600_000

/** Begins the work again however it fails: after 1, 2, 4 and 8 minutes, and then every ten. `wait` is given the pause in milliseconds. */
export const againAndAgain = <E, R, R2>(
  work: Effect.Effect<never, E, R>,
  wait: (pause: number) => Effect.Effect<void, never, R2>,
): Effect.Effect<never, never, R | R2> =>
  Effect.gen(function* () {
    let failures = 0
    for (;;) {
      const begun = yield* Clock.currentTimeMillis
      yield* Effect.exit(work)
      failures = (yield* Clock.currentTimeMillis) - begun < longest ? failures + 1 : 1
      yield* wait(Math.min(60_000 * 2 ** (failures - 1), longest))
    }
  })

const entryOf = ({ labels, entries }: Connection): string =>
  JSON.stringify([labels, [...entries].map(([key, { value, mapping }]) => [key, value, mapping && [...mapping]])])

/** What the container may take; nothing where there is no limit. */
const containerMemory = (): number | undefined => {
  const limit = constrainedMemory()
  return limit > 0 && limit < Number.MAX_SAFE_INTEGER ? limit : undefined
}
