// Which syncs run at once in one process: as many as are allowed, and as fit into the memory by what the last sync of each connection
// took. Those that wait go first come, first served, so that none waits for ever behind smaller ones.
import { bytesIn } from "@rollcall/host"
import { Deferred, Effect, Exit, Schedule } from "effect"

/** What syncs of one process may take together. */
export interface AdmissionLimits {
  readonly concurrentSyncs: number
  /** Bytes that the process may take; no limit when absent. */
  readonly memoryLimit?: number | undefined
  /** Bytes that the process takes now. */
  readonly memoryInUse: () => number
  /** What the last sync of each connection took, as it was kept by an earlier process. */
  readonly peaks?: ReadonlyMap<string, number>
  /** Keeps what a sync took for a later one. */
  readonly keepPeak?: (connection: string, bytes: number) => Effect.Effect<void>
}

/** Bytes that a sync is thought to take of which nothing is known yet. */
export const firstEstimate = 60_000_000

/**
 * Bytes that the process may take: those that are set, else those of its container; no limit where that has none either.
 * @param container As Node gives it: 0 where it does not know, and a number beyond all memory where there is no limit.
 */
export const memoryLimitOf = (set: string | undefined, container = process.constrainedMemory()): number | undefined => {
  const ofContainer = container > 0 && container < Number.MAX_SAFE_INTEGER ? container : undefined
  return set === undefined ? ofContainer : bytesIn(set)
}

/** Lets syncs in, one turn each. */
export interface SyncAdmission {
  /** Runs a sync of the connection once it is its turn. `onWait` runs first where it has to wait. */
  readonly run: <A, E, R>(
    connection: string,
    sync: Effect.Effect<A, E, R>,
    onWait?: Effect.Effect<void>,
  ) => Effect.Effect<A, E, R>
}

interface Turn {
  readonly connection: string
  readonly admitted: Deferred.Deferred<void>
  /** The most that it took so far. */
  peak: number
}

/** Admits syncs within these limits. One always runs, however large it is thought to be. */
export const makeSyncAdmission = ({
  concurrentSyncs,
  memoryLimit,
  memoryInUse,
  peaks: known = new Map(),
  keepPeak = () => Effect.void,
}: AdmissionLimits): SyncAdmission => {
  const idle = memoryInUse()
  /** What the last sync of each connection took. */
  const peaks = new Map(known)
  const running = new Set<Turn>()
  const queue: Array<Turn> = []

  const estimate = ({ connection }: Turn) => peaks.get(connection) ?? firstEstimate
  const fits = (turn: Turn): boolean => {
    if (running.size === 0) return true
    if (running.size >= concurrentSyncs) return false
    if (memoryLimit === undefined) return true
    return [...running].reduce((sum, one) => sum + estimate(one), idle + estimate(turn)) <= memoryLimit
  }
  const admit = Effect.suspend(() => {
    const admitted: Array<Turn> = []
    for (let first = queue[0]; first !== undefined && fits(first); first = queue[0]) {
      queue.shift()
      running.add(first)
      admitted.push(first)
    }
    return Effect.forEach(admitted, (turn) => Deferred.succeed(turn.admitted, undefined), { discard: true })
  })
  const enter = (connection: string) =>
    Effect.map(Deferred.make<void>(), (admitted) => {
      const turn: Turn = { connection, admitted, peak: 0 }
      queue.push(turn)
      return turn
    })
  const leave = (turn: Turn, exit: Exit.Exit<unknown, unknown>) =>
    Effect.suspend(() => {
      if (!running.delete(turn)) {
        queue.splice(queue.indexOf(turn), 1)
        return admit
      }
      // One that failed early says nothing of what a whole one takes.
      const peak = Exit.isSuccess(exit) ? turn.peak : Math.max(turn.peak, estimate(turn))
      peaks.set(turn.connection, peak)
      return Effect.andThen(admit, keepPeak(turn.connection, peak))
    })
  /** Of what all that run take together, each is thought to take the same. */
  const sample = (turn: Turn) =>
    Effect.sync(() => void (turn.peak = Math.max(turn.peak, (memoryInUse() - idle) / running.size)))

  return {
    run: (connection, sync, onWait = Effect.void) =>
      Effect.acquireUseRelease(
        enter(connection),
        (turn) =>
          admit.pipe(
            Effect.andThen(Effect.suspend(() => (running.has(turn) ? Effect.void : onWait))),
            Effect.andThen(Deferred.await(turn.admitted)),
            Effect.andThen(
              Effect.raceFirst(
                sync,
                Effect.andThen(Effect.repeat(sample(turn), Schedule.spaced("1 second")), Effect.never),
              ),
            ),
            Effect.ensuring(sample(turn)),
          ),
        leave,
      ),
  }
}
