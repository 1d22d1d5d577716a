// How long it took after each fault until others served what a worker had served, and until every workspace made progress again.
import type { TurnRow } from "./database.ts"
import type { Fault } from "./faults.ts"

/** Seconds from the beginning of a fault. */
export interface Recovery {
  readonly fault: Fault
  /** Connections that the worker served which it met. */
  readonly connections: number
  /** Until the last of them was taken over, where all were. */
  readonly takenOver?: number | undefined
  /** Until each workspace that it concerns had made progress: the quickest, and the slowest. */
  readonly progress?: readonly [first: number, last: number] | undefined
}

interface Seen {
  /** When the drill began, in milliseconds since the epoch. */
  readonly begun: number
  readonly faults: ReadonlyArray<Fault>
  /** The connections that each fault concerns. */
  readonly held: ReadonlyMap<Fault, ReadonlyArray<string>>
  readonly turns: ReadonlyArray<TurnRow>
  /** When each connection made progress, in milliseconds since the epoch. */
  readonly progress: ReadonlyMap<string, ReadonlyArray<number>>
}

/** The recoveries from the faults of the workers and of the database. */
export const recoveriesOf = ({ begun, faults, held, turns, progress }: Seen): ReadonlyArray<Recovery> =>
  faults
    .filter(({ kind }) => !kind.startsWith("Slack"))
    .map((fault): Recovery => {
      const from = begun + fault.at * 1000
      const concerned = held.get(fault) ?? []
      const after = (times: ReadonlyArray<number> = []) =>
        times.filter((at) => at > from).map((at) => (at - from) / 1000)
      const takeovers = concerned.map(
        (name) => after(turns.flatMap((turn) => (turn.connection === name ? turn.at : [])))[0],
      )
      const again = concerned.map((name) => after(progress.get(name))[0])
      const known = (times: ReadonlyArray<number | undefined>) =>
        times.every((time) => time !== undefined) && times.length > 0 ? times : undefined
      const [taken, going] = [known(takeovers), known(again)]
      return {
        fault,
        connections: concerned.length,
        takenOver: taken === undefined ? undefined : Math.max(...taken),
        progress: going === undefined ? undefined : [Math.min(...going), Math.max(...going)],
      }
    })
