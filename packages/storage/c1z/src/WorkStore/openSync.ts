// Which sync a work file holds, and how far it has come; and a look at it that changes nothing, for whoever wants to know
// before a sync.
import type { HeldSync, StoreError } from "@rollcall/connector"
import { StepState } from "@rollcall/connector"
import type { Effect } from "effect"
import { Option, Schema } from "effect"
import { statSync } from "node:fs"
import { resolve } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { followLink, workPath } from "../output.ts"
import { attempt, reasonOf } from "./storeFailure.ts"
import { hasWorkHeader, recordTables } from "./workTables.ts"

/** The sync that the work file holds, if any. */
export const readHeldSync = (db: DatabaseSync): HeldSync | undefined => {
  const row = db.prepare("select identity, sync_id, started_at, shrank from sync").get()
  if (row === undefined) return undefined
  return {
    identity: String(row["identity"]),
    syncId: String(row["sync_id"]),
    startedAt: Number(row["started_at"]),
    ...(row["shrank"] === 1 ? { shrank: true } : {}),
  }
}

/** Keeps in mind that the sync was not published because it would have lost too much. */
export const markShrank = (db: DatabaseSync): void => db.exec("update sync set shrank = 1")

/** Whether all states of the steps can be understood: a build with other words may have written them. */
export const areStatesReadable = (db: DatabaseSync): boolean => storedStates(db).every(Option.isSome)

/** Empties the work file and begins a sync in it. */
export const beginSync = (db: DatabaseSync, sync: HeldSync): void => {
  for (const table of [...recordTables, "steps", "sync"]) db.exec(`delete from ${table}`)
  db.prepare("insert into sync (identity, sync_id, started_at) values (?, ?, ?)").run(
    sync.identity,
    sync.syncId,
    sync.startedAt,
  )
}

/** How far each step has come. */
export const readSteps = (db: DatabaseSync): ReadonlyArray<StepState> => storedStates(db).map(known)

/** The states of the steps; `None` for one that cannot be understood. */
const storedStates = (db: DatabaseSync): ReadonlyArray<Option.Option<StepState>> =>
  db
    .prepare("select state from steps order by step")
    .all()
    .map((row) => decodeState(String(row["state"])))

const decodeState = Schema.decodeUnknownOption(Schema.fromJsonString(StepState))

const known = (state: Option.Option<StepState>): StepState => {
  if (Option.isSome(state)) return state.value
  throw new SyntaxError("The work file holds the state of a step that cannot be understood.")
}

/** What stands where the work file of an output would. */
export interface WorkFound {
  readonly path: string
  /** `left`: a sync that was stopped or killed; `foreign`: something that keeps a sync from its work. */
  readonly state: "nothing" | "left" | "busy" | "foreign"
}

/** Looks at what stands beside an output. Not for a process that writes this output itself. */
export const inspectWork = (output: string): Effect.Effect<WorkFound, StoreError> =>
  attempt(output, () => {
    const path = workPath(followLink(resolve(output)))
    return { path, state: stateOf(path) }
  })

const stateOf = (path: string): WorkFound["state"] => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return "nothing"
  if (!stats.isFile()) return "foreign"
  if (isLocked(path)) return "busy"
  return stats.size === 0 || hasWorkHeader(path) ? "left" : "foreign"
}

/**
 * Whether another process holds a work file. In exclusive mode SQLite tries the lock before it would make a log beside
 * the file, and this connection may not write: a file that nobody holds ends in another error, and stays as it is.
 */
const isLocked = (path: string): boolean => {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { readOnly: true })
    db.exec("pragma locking_mode = exclusive")
    db.prepare("select count(*) from sqlite_schema").get()
    return false
  } catch (cause) {
    return reasonOf(cause) === "Busy"
  } finally {
    db?.close()
  }
}
