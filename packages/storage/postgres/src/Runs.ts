// Whose turn a connection is, and how far its syncs have come. A worker that takes a connection over raises its epoch; every statement of
// a turn carries the epoch that it began with, and changes nothing once there is a newer one. So a worker that was paused, or cut off, and
// comes back cannot spoil what its successor does.
import type { Failure, FailureKind } from "@rollcall/connector"
import { Context, Effect, Layer, Schema } from "effect"
import type { Statement } from "effect/sql"
import { Database } from "./Database.ts"
import type { DatabaseError } from "./DatabaseError.ts"

/** A turn of one worker with one connection. */
export interface Turn {
  readonly connection: string
  /** Counts up with each turn. */
  readonly epoch: number
}

/** Another worker has taken the connection over: whatever this one wanted to do is not done. */
export class Superseded
  extends Schema.TaggedError<Superseded>()("Superseded", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  get kind(): FailureKind {
    return "interrupted"
  }
}

/** How far the syncs of a connection have come. Times are in milliseconds since the epoch. */
export interface RunState {
  /** When the first turn began, from which on syncs are owed; absent where there was none. */
  readonly since?: number | undefined
  /** When the sync was due that is not finished; absent where none is. */
  readonly unfinished?: number | undefined
  /** When the last one was due that is over, however it ended. */
  readonly last?: number | undefined
  /** When the last one was published. */
  readonly publishedAt?: number | undefined
  /** The file that was published last, by its name in the file store. */
  readonly file?: string | undefined
}

/** The turns and runs of all connections. */
export class Runs extends Context.Service<
  Runs,
  {
    /** Begins a turn, after which those before it are over. */
    readonly takeOver: (connection: string, replica: string) => Effect.Effect<Turn, DatabaseError>
    /** Fails where the turn is over. Asked before each call that another system cannot take back. */
    readonly check: (turn: Turn) => Effect.Effect<void, DatabaseError | Superseded>
    readonly state: (connection: string) => Effect.Effect<RunState, DatabaseError>
    /**
     * Begins the sync that was due then, or goes on with it. One that begins is what was asked for before (`Board.askForSync`); one that
     * goes on has read from before it was, so it is that only where it `isAsked`, that is, was begun for it.
     */
    readonly begin: (
      turn: Turn,
      due: number,
      how?: { readonly isAsked: boolean },
    ) => Effect.Effect<void, DatabaseError | Superseded>
    /** What the sync has read is forgotten, as it is whole elsewhere, or not wanted any more. */
    readonly forgetWork: (turn: Turn) => Effect.Effect<void, DatabaseError | Superseded>
    /** The sync is over: its file is the newest from here on, and what it had read is forgotten. */
    readonly publish: (turn: Turn, file: string) => Effect.Effect<void, DatabaseError | Superseded>
  }
>()("@rollcall/postgres/Runs") {
  static readonly layer: Layer.Layer<Runs, never, Database> = Layer.effect(
    Runs,
    Effect.map(Effect.service(Database), ({ sql, runAgain }) => {
      // Run twice, each of these statements leaves what it leaves when it is run once.
      const fenced = (turn: Turn, statement: Statement.Statement<unknown>) =>
        Effect.flatMap(runAgain(statement), (rows) => (rows.length === 0 ? supersededBy(turn) : Effect.void))
      return Runs.of({
        takeOver: (connection, replica) =>
          Effect.flatMap(
            // Run twice it raises the epoch twice, which does no harm.
            runAgain(sql<{ epoch: bigint }>`
              insert into rollcall_run (connection, epoch, replica) values (${connection}, 1, ${replica})
              on conflict (connection) do update set epoch = rollcall_run.epoch + 1, replica = excluded.replica, taken_at = now()
              returning epoch`),
            ([row]) =>
              row === undefined
                ? Effect.die("PostgreSQL returned no row of an insert.")
                : Effect.succeed({ connection, epoch: Number(row.epoch) }),
          ),
        check: (turn) =>
          fenced(turn, sql`select from rollcall_run where connection = ${turn.connection} and epoch = ${turn.epoch}`),
        state: (connection) =>
          Effect.map(
            runAgain(sql<StateRow>`
              select since, unfinished, last, (extract(epoch from published_at) * 1000)::bigint as published, file
              from rollcall_run where connection = ${connection}`),
            ([row]) => ({
              since: millis(row?.since),
              unfinished: millis(row?.unfinished),
              last: millis(row?.last),
              publishedAt: millis(row?.published),
              file: row?.file ?? undefined,
            }),
          ),
        begin: (turn, due, { isAsked } = { isAsked: false }) =>
          fenced(
            turn,
            sql`with turn as (
                select connection, unfinished from rollcall_run where connection = ${turn.connection} and epoch = ${turn.epoch} for update
              ), answered as (
                delete from rollcall_sync_request using turn where name = turn.connection and (${isAsked} or turn.unfinished is null)
              ) update rollcall_run set unfinished = ${due} from turn
              where rollcall_run.connection = turn.connection returning rollcall_run.connection`,
          ),
        forgetWork: (turn) =>
          fenced(
            turn,
            sql`with turn as (
                select connection from rollcall_run where connection = ${turn.connection} and epoch = ${turn.epoch} for share
              ), forgotten as (
                delete from rollcall_work using turn where rollcall_work.connection = turn.connection
              ) select connection from turn`,
          ),
        publish: (turn, file) =>
          fenced(
            turn,
            sql`with ended as (
                update rollcall_run set last = coalesce(unfinished, last), unfinished = null, file = ${file}, published_at = now()
                where connection = ${turn.connection} and epoch = ${turn.epoch} returning connection
              ), forgotten as (
                delete from rollcall_work using ended where rollcall_work.connection = ended.connection
              ) select connection from ended`,
          ),
      })
    }),
  )
}

interface StateRow {
  readonly since: bigint | null
  readonly unfinished: bigint | null
  readonly last: bigint | null
  readonly published: bigint | null
  readonly file: string | null
}

const millis = (value: bigint | null | undefined): number | undefined => (value == null ? undefined : Number(value))

/** What is told where a turn is over. */
export const supersededBy = ({ connection }: Turn) =>
  Effect.fail(
    new Superseded({
      message: `Another worker has taken over the connection ${connection}.`,
      hint: "Nothing needs to be done: it goes on there.",
    }),
  )
