// The simulated C1 as a server on loopback, and as a service for tests.
import { Clock, Context, Effect, Layer, type Scope } from "effect"
import { makeAccessTokens } from "./credentials/AccessTokens.ts"
import { clientKeyOf } from "./credentials/clientKey.ts"
import type { Fault } from "./faults/Fault.ts"
import { makeFaultPlan } from "./faults/FaultPlan.ts"
import { makeFolder } from "./folder.ts"
import { makeCertificate } from "./http/certificate.ts"
import { bind } from "./http/listen.ts"
import { type Captured, makeJournal } from "./Journal.ts"
import { type ScriptedTask, taskOf } from "./ScriptedTask.ts"
import type { SimulatorError } from "./SimulatorError.ts"
import { checkedFaults, settingsFrom, type C1Options, type C1Settings } from "./C1Options.ts"
import { makeTaskBook, type TaskHistory } from "./TaskBook.ts"

/** A simulated C1 that answers on 127.0.0.1. */
export interface RunningC1 {
  readonly settings: C1Settings
  readonly port: number
  /** `localhost:PORT`, as it stands in the client id. */
  readonly host: string
  readonly clientId: string
  /** A fake secret, made from the seed. */
  readonly clientSecret: string
  /** The certificate that the server shows, which is its own authority: PEM, and the file that holds it. */
  readonly ca: string
  readonly caFile: string
  /** The file to which what is captured is written, a line a call. */
  readonly capturedFile: string
  /** Where uploaded assets are. */
  readonly assetsFolder: string
  /** Puts tasks at the end of the queue, and gives their ids. An id that is known already is handed out once more. */
  readonly addTasks: (tasks: ReadonlyArray<ScriptedTask>) => Effect.Effect<ReadonlyArray<string>, SimulatorError>
  /** From now on heartbeats of the task are told that it is cancelled. */
  readonly cancelTask: (id: string) => void
  /** What became of a task, or of all of them in the order in which they were given. */
  readonly task: (id: string) => TaskHistory | undefined
  readonly tasks: () => ReadonlyArray<TaskHistory>
  /** Calls so far by method, `token` among them, refused ones included. */
  readonly calls: () => Readonly<Record<string, number>>
  readonly captured: () => ReadonlyArray<Captured>
  /** Waits until it holds; looked at again whenever a call has come, and when it has been answered. */
  readonly until: (holds: () => boolean) => Effect.Effect<void>
  /** Waits until the task is finished, and tells what became of it. */
  readonly untilFinished: (id: string) => Effect.Effect<TaskHistory>
  /** Shows these faults from now on, beside those that wait already. Fails with `BadOption`. */
  readonly addFaults: (faults: ReadonlyArray<Fault>) => Effect.Effect<void, SimulatorError>
  readonly clearFaults: () => void
  /** Forgets every access token that it gave out. */
  readonly revokeTokens: () => void
}

/**
 * Starts a simulated C1 on 127.0.0.1. It stops, and cuts open connections, when the scope ends. Time is that of the
 * Clock it is started with. Fails with `BadOption`, `BadTask`, `CannotListen` or `CannotWrite`.
 */
export const startC1 = (options: C1Options = {}): Effect.Effect<RunningC1, SimulatorError, Scope.Scope> =>
  Effect.gen(function* () {
    const settings = yield* settingsFrom(options)
    const scripted = yield* Effect.forEach(settings.tasks, taskOf)
    const certificate = yield* makeCertificate
    const { caFile, capturedFile, assetsFolder } = yield* makeFolder(settings.folder, certificate.cert)
    const bound = yield* bind(settings.port, certificate)

    const { publicKey, clientSecret } = clientKeyOf(settings.seed, settings.keyId)
    const host = `localhost:${bound.port}`
    const clientId = `simulated@${host}/c1`
    const tasks = makeTaskBook()
    const faults = makeFaultPlan(settings.faults)
    const journal = makeJournal(capturedFile, yield* Clock.Clock)
    const tokens = makeAccessTokens(settings.seed, settings.accessTokenSeconds)
    const counts = new Map<string, number>()
    for (const task of scripted) tasks.add(task)
    const state = {
      settings,
      client: { clientId, audience: "localhost", publicKey, keyId: settings.keyId, usedNonces: new Set<string>() },
      tokens,
      faults,
      journal,
      tasks,
      assets: assetsFolder,
      count: (name: string) => {
        counts.set(name, (counts.get(name) ?? 0) + 1)
        journal.wake()
      },
    }
    bound.serve(state, yield* Effect.context())

    const until = (holds: () => boolean): Effect.Effect<void> =>
      Effect.callback((resume) => {
        const stop = journal.watch(look)
        function look() {
          if (!holds()) return
          stop()
          resume(Effect.void)
        }
        look()
        return Effect.sync(stop)
      })
    return {
      settings,
      port: bound.port,
      host,
      clientId,
      clientSecret,
      ca: certificate.cert,
      caFile,
      capturedFile,
      assetsFolder,
      addTasks: (given) =>
        Effect.map(Effect.forEach(given, taskOf), (checked) => checked.map((task) => tasks.add(task))),
      cancelTask: tasks.cancel,
      task: tasks.history,
      tasks: tasks.histories,
      calls: () => Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      captured: journal.entries,
      until,
      untilFinished: (id) =>
        Effect.flatMap(
          until(() => tasks.history(id)?.outcome !== undefined),
          () => Effect.fromNullishOr(tasks.history(id)).pipe(Effect.orDie),
        ),
      addFaults: (given) => Effect.map(checkedFaults(given), faults.add),
      clearFaults: faults.clear,
      revokeTokens: tokens.revoke,
    }
  })

/** The simulated C1 of a test. */
export class SimulatedC1 extends Context.Service<SimulatedC1, RunningC1>()("c1-simulator/SimulatedC1") {
  /** A simulator that runs as long as the layer. */
  static readonly layer = (options: C1Options = {}): Layer.Layer<SimulatedC1, SimulatorError> =>
    Layer.effect(SimulatedC1, startC1(options))
}

/** The one line of JSON that tells a script, or a person, how to reach a started simulator. */
export const readyLine = (simulator: RunningC1): string => {
  const { clientId, clientSecret, caFile, host, capturedFile, assetsFolder } = simulator
  return JSON.stringify({ clientId, clientSecret, caFile, host, capturedFile, assetsFolder })
}
