// What a connection does and has done lately: how far its sync is, its last syncs, its last tasks of ConductorOne. A few of each, as all of it
// is told to other workers.
import type { C1Event } from "@rollcall/c1-tasks"
import type { SyncEvent } from "@rollcall/connector"
import type { RecentSync, RecentTask } from "@rollcall/host/connections"
import type { SyncOutcome } from "../metrics/syncMetrics.ts"

/** How many syncs and tasks are remembered. */
const most = 5

/** Times are in milliseconds since the epoch. */
export interface RecentWork {
  readonly observe: (event: SyncEvent, now: number) => void
  readonly ended: (outcome: SyncOutcome, why: string | undefined, now: number) => void
  readonly task: (event: C1Event, now: number) => void
  /** How far the sync is that runs, in words. */
  readonly progress: () => string | undefined
  /** The newest first. */
  readonly syncs: () => ReadonlyArray<RecentSync>
  readonly tasks: () => ReadonlyArray<RecentTask>
}

interface RunningSync {
  readonly begun: number
  /** By step: its title, how many records it has given, and of how many. */
  readonly steps: Map<string, { readonly title: string; records: number; of?: number | undefined; isOver: boolean }>
  isPublishing: boolean
}

/** Nothing has been done yet. */
export const makeRecentWork = (): RecentWork => {
  let running: RunningSync | undefined
  let syncs: ReadonlyArray<RecentSync> = []
  let tasks: ReadonlyArray<RecentTask> = []
  const add = (task: RecentTask) => {
    tasks = [task, ...tasks.filter(({ id }) => id !== task.id)].slice(0, most)
  }
  return {
    observe: (event, now) => {
      if (event._tag === "SyncOpened") running = { begun: now, steps: new Map(), isPublishing: false }
      if (running !== undefined) follow(running, event)
    },
    ended: (outcome, why, now) => {
      const { begun = now, steps = new Map() } = running ?? {}
      const records = sum([...steps.values()].map((step) => step.records))
      syncs = [{ begun, ended: now, outcome, records, ...(why === undefined ? {} : { why }) }, ...syncs].slice(0, most)
      running = undefined
    },
    task: (event, now) => {
      if (event._tag === "TaskReceived") add({ id: event.taskId, kind: event.kind, received: now })
      if (event._tag !== "TaskFinished") return
      const { taskId: id, kind, end, millis } = event
      const why = end.message === undefined ? {} : { why: end.message }
      add({ id, kind, received: now - millis, ended: now, outcome: end.outcome, ...why })
    },
    progress: () => running && progressOf(running),
    syncs: () => syncs,
    tasks: () => tasks,
  }
}

const follow = (running: RunningSync, event: SyncEvent): void => {
  if (event._tag === "Publishing") running.isPublishing = true
  if (event._tag === "StepStarted") running.steps.set(event.step, { title: event.title, records: 0, isOver: false })
  if (event._tag !== "PageCommitted" && event._tag !== "StepEnded") return
  const step = running.steps.get(event.step)
  if (step === undefined) return
  step.records = event.records
  if (event._tag === "StepEnded") step.isOver = true
  else step.of = event.announced?.of
}

const progressOf = ({ steps, isPublishing }: RunningSync): string => {
  const all = [...steps.values()]
  const records = `${sum(all.map((step) => step.records)).toLocaleString("en")} records read`
  if (isPublishing) return `${records}; the file is written`
  const now = all
    .filter(({ isOver }) => !isOver)
    .map(({ title, records: read, of }) =>
      of === undefined ? title : `${title} (${read.toLocaleString("en")} of ${of.toLocaleString("en")})`,
    )
  return now.length === 0 ? records : `${records}; reads ${now.join(", ")}`
}

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((all, one) => all + one, 0)
