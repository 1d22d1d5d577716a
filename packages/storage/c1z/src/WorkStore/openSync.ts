// Which sync a work file holds, and how far it has come.
import type { HeldSync } from "@rollcall/connector"
import { StepState } from "@rollcall/connector"
import { Option, Schema } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { recordTables } from "./workTables.ts"

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
