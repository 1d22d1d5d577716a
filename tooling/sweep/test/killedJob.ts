// Does a job on a workspace, and is killed (SIGKILL) before its step of this number, counted from 0; prints the names of the steps.
import { writeSync } from "node:fs"
import { patientClock } from "@rollcall/test-kit/virtual-time"
import { Effect } from "effect"
import { doJob, type Job, type Place } from "../src/changeJobs.ts"

/** What the parent sends, as JSON in the first argument. */
export interface KilledJob {
  readonly job: Job
  readonly place: Pick<Place, "slack" | "folder">
  /** Absent: it is not killed. */
  readonly killAt?: number | undefined
  /** Milliseconds that its clock is ahead. */
  readonly ahead: number
}

const { job, place, killAt, ahead }: KilledJob = JSON.parse(process.argv[2] ?? "{}")
let step = 0
const work = doJob(job, { ...place, fetch }, patientClock(ahead), (name) => {
  if (step++ === killAt) process.kill(process.pid, "SIGKILL")
  writeSync(1, `${name}\n`)
})
await Effect.runPromise(work)
// Connections that are kept open would keep the process.
process.exit()
