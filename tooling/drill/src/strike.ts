// Makes a fault happen, waits while it lasts, and ends it.
import type { PostgresServer } from "@rollcall/test-kit/postgres"
import { Effect } from "effect"
import type { Fault } from "./faults.ts"
import type { WorkerTimes } from "./times.ts"
import type { DrilledWorker } from "./workers.ts"
import type { DrilledWorkspace } from "./workspaces.ts"

/** What faults happen to. */
export interface Targets {
  readonly workers: ReadonlyArray<DrilledWorker>
  readonly workspaces: ReadonlyArray<DrilledWorkspace>
  readonly server: PostgresServer["Service"]
  readonly times: WorkerTimes
}

/** A fault from its beginning to its end. */
export const strike = (
  { kind, lasts, target }: Fault,
  { workers, workspaces, server, times }: Targets,
): Effect.Effect<void> => {
  const worker = workers[target]
  if (worker === undefined) throw new Error(`There is no worker ${target}.`)
  const { kill, ended, start, proxy } = worker
  const some = workspaces.filter((_, at) => at % 3 === target)
  const ofSome = (change: (workspace: DrilledWorkspace) => Effect.Effect<void>) =>
    Effect.forEach(some, change, { discard: true })
  const meanwhile = Effect.sleep(lasts * 1000)
  switch (kind) {
    case "worker killed":
      return inTurn(kill("SIGKILL"), ended, meanwhile, start(times))
    case "worker stopped and woken":
      return inTurn(kill("SIGSTOP"), meanwhile, kill("SIGCONT"))
    case "worker replaced":
      return inTurn(kill("SIGTERM"), ended, meanwhile, start(times))
    case "database restarted":
      return inTurn(server.stop(target === 0 ? "fast" : "immediate"), meanwhile, server.start)
    case "database cut off":
      return inTurn(proxy.close, meanwhile, proxy.resume)
    case "database silent":
      // What was on its way arrives late.
      return inTurn(proxy.hold, meanwhile, proxy.resume)
    case "Slack cut off":
      return inTurn(
        ofSome((one) => one.proxy.close),
        meanwhile,
        ofSome((one) => one.proxy.resume),
      )
    case "Slack silent":
      // Nothing arrives late, or what comes too early would be the network's doing.
      return inTurn(
        ofSome((one) => one.proxy.silence),
        meanwhile,
        ofSome((one) => Effect.andThen(one.proxy.cut, one.proxy.resume)),
      )
  }
}

const inTurn = (...steps: ReadonlyArray<Effect.Effect<void>>): Effect.Effect<void> =>
  Effect.forEach(steps, (step) => step, { discard: true })
