// What a drill has seen, as far as it is judged: plain data.
import type { Fault } from "./faults.ts"

/** A file that the database has named as the newest of a connection. */
export interface Publication {
  readonly connection: string
  /** When its sync was due, in milliseconds since the epoch. */
  readonly due: number
  readonly file: string
  readonly epoch: number
}

/** How a lease ended. */
export interface LeaseRecord {
  readonly id: string
  readonly state: string
  /** Lines that say so in the audit logs of all workers. */
  readonly lines: ReadonlyArray<EndLine>
}

/** A line of an audit log that says that a lease ended. */
export interface EndLine {
  /** Which worker wrote it. */
  readonly worker: number
  /** Seconds since the beginning of the drill. */
  readonly at: number
}

/** What became of a task of ConductorOne. */
export interface TaskRecord {
  readonly id: string
  readonly finishes: number
}

/** All that is judged. */
export interface Record {
  readonly workspaces: ReadonlyArray<string>
  readonly publications: ReadonlyArray<Publication>
  /** Files and uploads that were compared with their workspaces, and what differed. */
  readonly compared: number
  readonly untrue: ReadonlyArray<string>
  /** Connections whose plain name does not show the file that the database names. */
  readonly wrongNames: ReadonlyArray<string>
  readonly tasks: ReadonlyArray<TaskRecord>
  readonly leases: ReadonlyArray<LeaseRecord>
  /** Calls that Slack refused as too many, by workspace. */
  readonly throttled: ReadonlyArray<readonly [workspace: string, calls: number]>
  /** Stretches without progress that were longer than allowed. */
  readonly silent: ReadonlyArray<string>
  /** What was not over in time after the last fault. */
  readonly unsettled: ReadonlyArray<string>
  /** Lines of logs that speak of a bug. */
  readonly bugs: ReadonlyArray<string>
  readonly faults: ReadonlyArray<Fault>
}
