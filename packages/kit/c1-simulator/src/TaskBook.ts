// The tasks of a simulated C1: which wait, which were handed out, and what became of each.
import { clone } from "@bufbuild/protobuf"
import {
  type BatonServiceFinishTaskRequest,
  type BatonServiceHelloRequest,
  type Task,
  TaskSchema,
} from "@rollcall/c1-protocol/messages"

/** An asset that was taken: its checksum was right. */
export interface Asset {
  readonly path: string
  readonly bytes: number
  /** Lengths of the pieces in which it came. */
  readonly pieces: ReadonlyArray<number>
  /** In hexadecimal. */
  readonly sha256: string
}

/** What became of one task. */
export interface TaskHistory {
  readonly id: string
  /** Its kind by its field's name, such as `syncFull`; absent of a task of no kind that the wire knows. */
  readonly kind: Task["taskType"]["case"]
  /** How often it was handed out. */
  readonly handedOut: number
  /** The Hello that answered it, for each time that one did. */
  readonly hellos: ReadonlyArray<BatonServiceHelloRequest>
  /** Heartbeats that took effect, whether or not their replies arrived. */
  readonly heartbeats: number
  readonly assets: ReadonlyArray<Asset>
  /** Every FinishTask that took effect; all but the first are repetitions and change nothing. */
  readonly finishes: ReadonlyArray<BatonServiceFinishTaskRequest>
  /** The FinishTask that counts. */
  readonly outcome: BatonServiceFinishTaskRequest | undefined
}

/** A task as the simulator keeps it. */
export interface TaskEntry {
  readonly task: Task
  handedOut: number
  heartbeats: number
  cancelled: boolean
  readonly hellos: Array<BatonServiceHelloRequest>
  readonly assets: Array<Asset>
  readonly finishes: Array<BatonServiceFinishTaskRequest>
}

export interface TaskBook {
  /** Puts a task at the end of the queue and gives its id. An id that is known already is handed out once more. */
  readonly add: (task: Task) => string
  /** Heartbeats of the task are told from now on that it is cancelled. */
  readonly cancel: (id: string) => void
  /** The next tasks of the queue, which leave it, those left out that the worker knows already. */
  readonly handOut: (most: number, known: ReadonlyArray<string>) => ReadonlyArray<Task>
  /** The tasks that were handed out and are not finished. */
  readonly unfinished: () => ReadonlyArray<Task>
  /** A task that was handed out; `undefined` for any other id. */
  readonly find: (id: string) => TaskEntry | undefined
  readonly history: (id: string) => TaskHistory | undefined
  readonly histories: () => ReadonlyArray<TaskHistory>
}

export const makeTaskBook = (): TaskBook => {
  const entries = new Map<string, TaskEntry>()
  let queue: Array<TaskEntry> = []
  let named = 0

  const freshId = (): string => {
    const id = `3Task${String(named).padStart(22, "0")}`
    named += 1
    return entries.has(id) ? freshId() : id
  }

  const handedOut = () => [...entries.values()].filter((entry) => entry.handedOut > 0)

  return {
    add: (given) => {
      const task = clone(TaskSchema, given)
      if (task.id === "") task.id = freshId()
      const known = entries.get(task.id)
      const entry = known ?? {
        task,
        handedOut: 0,
        heartbeats: 0,
        cancelled: false,
        hellos: [],
        assets: [],
        finishes: [],
      }
      entries.set(task.id, entry)
      queue.push(entry)
      return task.id
    },
    cancel: (id) => {
      const entry = entries.get(id)
      if (entry !== undefined) entry.cancelled = true
    },
    handOut: (most, known) => {
      const next = queue.filter(({ task }) => !known.includes(task.id)).slice(0, most)
      queue = queue.filter((entry) => !next.includes(entry))
      for (const entry of next) entry.handedOut += 1
      return next.map((entry) => entry.task)
    },
    unfinished: () =>
      handedOut()
        .filter((entry) => entry.finishes.length === 0)
        .map((entry) => entry.task),
    find: (id) => {
      const entry = entries.get(id)
      return entry === undefined || entry.handedOut === 0 ? undefined : entry
    },
    history: (id) => {
      const entry = entries.get(id)
      return entry === undefined ? undefined : historyOf(entry)
    },
    histories: () => [...entries.values()].map(historyOf),
  }
}

const historyOf = ({ task, handedOut, hellos, heartbeats, assets, finishes }: TaskEntry): TaskHistory => ({
  id: task.id,
  kind: task.taskType.case,
  handedOut,
  hellos: [...hellos],
  heartbeats,
  assets: [...assets],
  finishes: [...finishes],
  outcome: finishes[0],
})
