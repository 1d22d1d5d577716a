// Times of the workers and of the faults: those of production, and shorter ones, by which two minutes hold a dozen faults.
import type { Durations } from "./faults.ts"

/** What the workers of a drill go by, in seconds. The program of the workers reads them from `TEST_TIMES`. */
export interface WorkerTimes {
  /** A worker that is silent for so long has lost its connections. */
  readonly lockExpires: number
  readonly lockRefreshed: number
  /** Between two passes over the leases. */
  readonly leasePasses: number
  /** Between two reads of the connections. */
  readonly readConnections: number
  /** How long a worker may stall, while the database answers, before it ends. */
  readonly stallPatience: number
  /** After a sync that failed, until the next attempt; each pause after that is twice as long. */
  readonly firstRetry: number
  /** How long a worker waits for an answer of Slack. */
  readonly request: number
  /** How many times faster than published Slack's limits run. */
  readonly callSpeed: number
}

/** Slack's limits in all rounds: a block of a limit, which lapses with a worker that is lost, has nine seconds in place of 36. */
export const callSpeed = 4

/** Times of a round of the drill, in seconds. */
export interface Times {
  readonly worker: WorkerTimes
  readonly faults: Durations
  /** Between two syncs of a workspace, a divisor of 60. */
  readonly every: number
  /** A workspace without progress for so long has been forgotten. */
  readonly patience: number
}

/** The times of two minutes. A worker is stopped for twice the time after which it has lost its locks. */
export const shortened: Times = {
  worker: {
    lockExpires: 8,
    lockRefreshed: 2.5,
    stallPatience: 20,
    firstRetry: 5,
    leasePasses: 2,
    readConnections: 2,
    request: 5,
    callSpeed,
  },
  faults: { stop: [16, 4], away: [5, 5], restart: [1, 2], pause: [2, 4] },
  every: 20,
  patience: 60,
}

/**
 * Those by which each kind of fault has its time in less than a minute. Patience is long: tests run beside this one, on as many processors as
 * the workers have.
 */
export const shortest: Times = {
  worker: {
    ...shortened.worker,
    lockExpires: 5,
    lockRefreshed: 1.5,
    leasePasses: 1,
    readConnections: 5,
    request: 3,
  },
  faults: { stop: [9, 1], away: [3, 0.5], restart: [0.5, 0.5], pause: [0.3, 0.4] },
  every: 6,
  patience: 180,
}

/** Those of two minutes with stops and absences of a minute. */
export const longer: Times = {
  ...shortened,
  faults: { ...shortened.faults, stop: [60, 5], away: [60, 5] },
  // Slack away for 65 seconds, the 40 after a fourth attempt that failed, and what is left until the next sync before and after.
  patience: 150,
}

/** What a worker goes by when nobody says otherwise. */
export const production: Times = {
  worker: {
    lockExpires: 35,
    lockRefreshed: 10,
    stallPatience: 180,
    firstRetry: 60,
    leasePasses: 30,
    readConnections: 10,
    request: 30,
    callSpeed,
  },
  faults: { stop: [75, 10], away: [20, 20], restart: [2, 5], pause: [60, 10] },
  every: 20,
  patience: 180,
}
