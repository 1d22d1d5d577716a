// Which sync a work file holds, and whether this run takes it up.
import type { OpenSync, StepState, SyncIdentity } from "@rollcall/connector"
import { Option, Schema } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { StoredGap } from "../reader/coverage.ts"
import { recordTables } from "./workTables.ts"

/** An unfinished sync is taken up for a day: later too much has changed in what it read first. */
const mostAgeInMilliseconds = 86_400_000

/** The sync that a work file holds. */
export interface HeldSync {
  readonly identity: string
  readonly syncId: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** An identity as text, equal for equal identities. */
export const identityKey = ({ connector, tenant, request, reach, steps }: SyncIdentity): string =>
  JSON.stringify([connector, tenant, request, reach, steps])

/** The sync that the work file holds, if any. */
export const readHeldSync = (db: DatabaseSync): HeldSync | undefined => {
  const row = db.prepare("select identity, sync_id, started_at from sync").get()
  if (row === undefined) return undefined
  return {
    identity: String(row["identity"]),
    syncId: String(row["sync_id"]),
    startedAt: Number(row["started_at"]),
  }
}

/** Why a sync that was found is not taken up; `undefined` when it is. */
export const whyAnew = (db: DatabaseSync, held: HeldSync, identity: string, now: number): OpenSync["startedAnew"] => {
  if (held.identity !== identity) return "other identity"
  if (now - held.startedAt > mostAgeInMilliseconds || held.startedAt > now) return "too old"
  return storedStates(db).every(Option.isSome) ? undefined : "damaged"
}

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

/** The states of the steps; `None` for one that a build with other words wrote. */
const storedStates = (db: DatabaseSync): ReadonlyArray<Option.Option<StepState>> =>
  db
    .prepare("select state from steps order by step")
    .all()
    .map((row) => decodeState(String(row["state"])))

/** Every cursor that a step has been given, by step. */
export const readCursors = (db: DatabaseSync): ReadonlyMap<string, ReadonlyArray<string>> => {
  const cursors = new Map<string, Array<string>>()
  for (const row of db.prepare("select step, cursor from cursors order by n").iterate()) {
    const step = String(row["step"])
    cursors.set(step, [...(cursors.get(step) ?? []), String(row["cursor"])])
  }
  return cursors
}

const WarningCount = Schema.Struct({ code: Schema.String, message: Schema.String, count: Schema.Int })
const State = Schema.Struct({
  step: Schema.String,
  next: Schema.optionalKey(Schema.String),
  ended: Schema.Boolean,
  refused: Schema.optionalKey(Schema.Boolean),
  pages: Schema.Int,
  records: Schema.Int,
  gaps: Schema.Array(StoredGap),
  warnings: Schema.Array(WarningCount),
})
const decodeState = Schema.decodeUnknownOption(Schema.fromJsonString(State))

const known = (state: Option.Option<StepState>): StepState => {
  if (Option.isSome(state)) return state.value
  throw new SyntaxError("The work file holds the state of a step that cannot be understood.")
}
