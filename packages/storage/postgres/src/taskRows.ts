// The tasks that a turn has in hand: each is a row from before it is begun until the one who gave it knows how it ended. Whoever takes the
// connection over ends what it finds.
import { Effect } from "effect"
import { Database } from "./Database.ts"
import type { DatabaseError } from "./DatabaseError.ts"
import type { Turn } from "./Runs.ts"

/** A task as it is kept: its id and its kind, and nothing of what it asks for. */
export interface TaskRow {
  readonly id: string
  readonly kind: string
}

/** The rows of a turn. */
export interface TaskRows {
  /**
   * Keeps that the turn was given this task; gives whether the turn is still the newest. It is kept if not, too: a newer turn ends it, as
   * nobody else knows of it.
   */
  readonly received: (task: TaskRow) => Effect.Effect<boolean, DatabaseError>
  /** Forgets a task, unless it was given again in a newer turn. */
  readonly ended: (id: string) => Effect.Effect<void, DatabaseError>
  /** Those of turns before. */
  readonly left: Effect.Effect<ReadonlyArray<TaskRow>, DatabaseError>
}

/** What is kept of the uploads of a connection, as texts under a name. */
export interface UploadRows {
  readonly read: (name: string) => Effect.Effect<string | undefined, DatabaseError>
  /** Does nothing where the turn is over. */
  readonly write: (name: string, text: string) => Effect.Effect<void, DatabaseError>
  readonly all: Effect.Effect<ReadonlyArray<string>, DatabaseError>
}

/** The uploads, as this turn sees them. */
export const uploadRowsOf = ({ connection, epoch }: Turn): Effect.Effect<UploadRows, never, Database> =>
  Effect.map(Effect.service(Database), ({ sql, runAgain }) => ({
    read: (name) =>
      Effect.map(
        runAgain(sql<{ record: string }>`
          select record from rollcall_upload where connection = ${connection} and name = ${name}`),
        ([row]) => row?.record,
      ),
    write: (name, text) =>
      Effect.asVoid(
        runAgain(sql`
          insert into rollcall_upload (connection, name, record)
          select connection, ${name}, ${text} from rollcall_run where connection = ${connection} and epoch = ${epoch} for share
          on conflict (connection, name) do update set record = excluded.record`),
      ),
    all: Effect.map(
      runAgain(sql<{ record: string }>`select record from rollcall_upload where connection = ${connection}`),
      (rows) => rows.map(({ record }) => record),
    ),
  }))

// Run twice, each of these statements leaves what it leaves when it is run once.
/** The tasks in hand, as this turn sees them. */
export const taskRowsOf = ({ connection, epoch }: Turn): Effect.Effect<TaskRows, never, Database> =>
  Effect.map(Effect.service(Database), ({ sql, runAgain }) => ({
    received: ({ id, kind }) =>
      Effect.map(
        runAgain(sql<{ newest: boolean }>`
          insert into rollcall_task as it (connection, id, kind, epoch) values (${connection}, ${id}, ${kind}, ${epoch})
          on conflict (connection, id) do update set kind = excluded.kind, epoch = greatest(it.epoch, excluded.epoch)
          returning exists (select from rollcall_run as run where run.connection = ${connection} and run.epoch = ${epoch}) as newest`),
        ([row]) => row?.newest === true,
      ),
    ended: (id) =>
      Effect.asVoid(
        runAgain(sql`delete from rollcall_task where connection = ${connection} and id = ${id} and epoch <= ${epoch}`),
      ),
    left: runAgain(sql<TaskRow>`
      select id, kind from rollcall_task where connection = ${connection} and epoch < ${epoch} order by received_at, id`),
  }))
