// Serves the connections of a file or a folder: each works by itself, as the only one of a worker would, beside the others. One that is
// wrong or fails does not touch them. The file is read again and again, and what changed in it is taken up, as is what is added by command.
import type { Connection, Connections, ConfigSources } from "@rollcall/config"
import { readConnections, storedSecretsOf } from "@rollcall/config"
import { ConnectionStore } from "@rollcall/connection-store"
import { sentenceOf } from "@rollcall/connector"
import type { SharedSettings } from "@rollcall/host/connection-changes"
import { isStored, withStored } from "@rollcall/host/connection-changes"
import { LimitStore } from "@rollcall/resilience"
import type { ControlAnswer } from "@rollcall/host/connections"
import { connectionsFolder } from "@rollcall/host/connections"
import type { KeptSecret } from "@rollcall/secret-store"
import { SecretStore } from "@rollcall/secret-store"
import type { Duration } from "effect"
import { Context, Effect, FiberMap, Layer, Result, Schedule, Semaphore } from "effect"
import { memoryUsage } from "node:process"
import { Readiness } from "../health/Readiness.ts"
import { describeFailure } from "../health/tokenOwner.ts"
import type { WorkerConfig } from "@rollcall/host/worker-fields"
import { ConnectionStates } from "./ConnectionStates.ts"
import { exchange } from "./exchange.ts"
import type { TakenUp } from "./obeyRequests.ts"
import { obeyRequests } from "./obeyRequests.ts"
import { openStore } from "./openStore.ts"
import { Placement } from "./Placement.ts"
import { resolveServable } from "./servable.ts"
import { makeSyncAdmission, memoryLimitOf } from "./SyncAdmission.ts"
import type { Obey } from "./serveControl.ts"
import { serveControl } from "./serveControl.ts"
import { serveOne, tellFailure } from "./serveOne.ts"
import { makeWorkGate } from "./WorkGate.ts"
import { WorkerConsole } from "./WorkerConsole.ts"

export { ConnectionStates } from "./ConnectionStates.ts"

/** How often the file is read again. Kubernetes takes a minute to bring a changed ConfigMap anyway. */
export const ReadConnections = Context.Reference<Duration.Input>("@rollcall/worker/ReadConnections", {
  defaultValue: () => "10 seconds",
})

/** Serves what was found, and what is found later, for ever. Fails only where the probes cannot be served, or what is shared stalls. */
export const serveConnections = Effect.fnUntraced(function* (
  first: Connections,
  path: string,
  { settings }: WorkerConfig,
  sources: ConfigSources,
) {
  const states = yield* ConnectionStates
  const readiness = yield* Readiness
  const readEvery = yield* ReadConnections
  const { run, shared: peers } = yield* Placement
  // One for all connections, as those of one workspace share its limits.
  const limits = peers?.limits ?? Context.get(yield* Layer.build(Layer.fresh(LimitStore.layer)), LimitStore)
  const fibers = yield* FiberMap.make<string>()
  let isEnding = false
  // Before those fibers end, as what is undone is undone in reverse.
  yield* Effect.addFinalizer(() => Effect.sync(() => void (isEnding = true)))
  const taken = new Map<string, TakenUp>()
  let told: ReadonlyArray<string> = []
  let kept: ReadonlyArray<KeptSecret> = []
  let inFile = first

  const folder = connectionsFolder(path, settings["c1z-temp-dir"])
  const inFileFirst = first.connections.map(({ name }) => name)
  const services =
    peers === undefined
      ? yield* openStore(folder, inFileFirst)
      : Context.add(Context.make(ConnectionStore, peers.store), SecretStore, peers.secrets)
  const store = Context.get(services, ConnectionStore)
  const paused = new Set(yield* store.paused)
  const admission = makeSyncAdmission({
    concurrentSyncs: settings["concurrent-syncs"],
    memoryLimit: memoryLimitOf(settings["memory-limit"]),
    memoryInUse: () => memoryUsage.rss(),
    peaks: yield* store.peaks,
    keepPeak: (name, bytes) =>
      store
        .setPeak(name, bytes)
        .pipe(
          Effect.catch((error) =>
            Effect.logWarning(`After a restart it will not be known what a sync takes. ${sentenceOf(error)}`),
          ),
        ),
  })
  const shared: SharedSettings = { sources, settings, isDatabase: peers !== undefined }

  /**
   * `version` says which addition of the name it is, and `secrets` which are kept for it, so that it is begun again with one that was put in
   * the place of another.
   */
  const takeUp = Effect.fnUntraced(function* (
    connection: Connection,
    version: string | undefined,
    secrets: ReadonlyArray<KeptSecret>,
  ) {
    const { name } = connection
    const entry = entryOf(connection, version, secrets)
    const before = taken.get(name)
    if (before?.entry === entry && before.problem === undefined) return
    const others = [...taken].filter(([other]) => other !== name)
    // A bug that one entry brings about must not end the others.
    const resolved = yield* Effect.result(Effect.sandbox(resolveServable(connection, shared, others)))
    const problem = Result.isFailure(resolved) ? describeFailure(resolved.failure) : undefined
    if (before?.entry === entry && before.problem === problem) return
    yield* FiberMap.remove(fibers, name)
    const isAdded = isStored(connection)
    const reports = yield* states.follow(connection, isAdded)
    const isPaused = paused.has(name)
    yield* reports.paused(isPaused)
    const gate = yield* makeWorkGate(isPaused)
    const { places, isScheduled } = Result.isSuccess(resolved) ? resolved.success : { places: [], isScheduled: false }
    const connector = Result.isSuccess(resolved) ? resolved.success.module.id : undefined
    taken.set(name, { entry, reports, gate, places, isAdded, isScheduled, connector, problem })
    if (Result.isSuccess(resolved)) {
      const work = serveOne(resolved.success, { reports, gate, admission, limits, isEnding: () => isEnding })
      yield* FiberMap.run(fibers, name, run(name, reports.serving(work)))
    } else {
      yield* Effect.annotateLogs(tellFailure("The connection cannot run.", resolved.failure, reports), {
        connection: name,
      })
    }
  })
  const stop = Effect.fnUntraced(function* (name: string) {
    taken.delete(name)
    yield* FiberMap.remove(fibers, name)
    yield* states.forget(name)
  })
  const takeUpAll = Effect.gen(function* () {
    const { connections, problems, warnings, versions } = yield* withStored(inFile)
    const secrets = yield* Effect.result(SecretStore.use(({ all }) => all))
    if (Result.isSuccess(secrets)) kept = secrets.success
    const sentences = [...problems, ...(Result.isFailure(secrets) ? [secrets.failure] : [])].map(sentenceOf)
    for (const sentence of sentences.filter((one) => !told.includes(one))) yield* Effect.logError(sentence)
    for (const warning of warnings.filter((one) => !told.includes(one))) yield* Effect.logWarning(warning)
    told = [...sentences, ...warnings]
    const names = new Set(connections.map(({ name }) => name))
    for (const name of [...taken.keys()].filter((one) => !names.has(one))) {
      yield* stop(name)
      yield* Effect.annotateLogs(Effect.logInfo("The connection was removed."), { connection: name })
    }
    yield* Effect.forEach(connections, (one) => takeUp(one, versions.get(one.name), kept), { discard: true })
  }).pipe(Effect.provideContext(services))
  /** What another process was asked for may have paused or resumed some. */
  const lookAtPaused = Effect.gen(function* () {
    const now = yield* store.paused
    for (const [name, { gate, reports }] of taken) {
      const isPaused = now.has(name)
      if (isPaused === paused.has(name)) continue
      if (isPaused) paused.add(name)
      else paused.delete(name)
      yield* isPaused ? gate.pause : gate.resume
      yield* reports.paused(isPaused)
    }
  })
  // A request and a look at the file may not take up the same connection at once.
  const alone = Semaphore.makeUnsafe(1)
  const again = readConnections(path).pipe(
    Effect.flatMap((found) =>
      alone.withPermit(
        Effect.andThen(
          Effect.sync(() => void (inFile = found)),
          Effect.andThen(peers === undefined ? Effect.void : lookAtPaused, takeUpAll),
        ),
      ),
    ),
    Effect.catch((error) => {
      const sentence = `The connections stay as they are. ${sentenceOf(error)}`
      if (told.includes(sentence)) return Effect.void
      told = [...told, sentence]
      return Effect.logError(sentence)
    }),
  )

  const all = peers === undefined ? states.all : Effect.flatMap(states.all, peers.withOthers)
  if (settings["health-check"]) {
    const { healthServer } = yield* Effect.promise(() => import("../health/healthServer.ts"))
    yield* healthServer(settings, { connections: all, unready: peers?.unready })
  }
  yield* takeUpAll
  const shown = Effect.map(all, (connections): ControlAnswer => ({ connections }))
  const { askForSync, openLeases } = peers ?? {}
  const served = { taken, paused, shared, inFile: () => inFile, shown, takeUpAll, stop, askForSync, openLeases }
  const obey = yield* Effect.provideContext(obeyRequests(served), services)
  if (peers !== undefined) yield* exchange(peers, states, taken)
  const obeyAlone: Obey = (...asked) => alone.withPermit(obey(...asked))
  const openConsole = yield* WorkerConsole
  const linkToConsole = yield* openConsole({
    served,
    all,
    obey: obeyAlone,
    stores: services,
    alone: (work) => alone.withPermit(work),
    folder,
    peers,
  })
  yield* serveControl(folder, { shown, obey: obeyAlone, linkToConsole }, peers !== undefined)
  yield* readiness.set({ _tag: "Ready" })
  return yield* Effect.raceFirst(
    Effect.andThen(Effect.repeat(Effect.delay(again, readEvery), Schedule.forever), Effect.never),
    peers?.stalled ?? Effect.never,
  )
}, Effect.scoped)

const entryOf = (connection: Connection, version: string | undefined, secrets: ReadonlyArray<KeptSecret>): string => {
  const { name, labels, entries } = connection
  const named = storedSecretsOf(connection)
  return JSON.stringify([
    version,
    labels,
    [...entries].map(([key, { value, mapping }]) => [key, value, mapping && [...mapping]]),
    secrets.filter((one) => one.connection === name && named.includes(one.setting)),
  ])
}
