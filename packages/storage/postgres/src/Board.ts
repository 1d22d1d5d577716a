// What replicas say of the connections that they serve, for whoever asks one of them, and what is asked of a connection that another one
// serves.
import { Context, Effect, Layer } from "effect"
import { Database } from "./Database.ts"
import type { DatabaseError } from "./DatabaseError.ts"
import type { Turn } from "./Runs.ts"

/** What the database has of how a connection is. */
export interface BoardView {
  /** The number of its turn now; a worker whose turn has another one serves it no more. */
  readonly epoch: number
  /** What was last said of it, in this turn or one before; nothing where nobody has since it was added. */
  readonly view?: string | undefined
}

/** The board of all connections. A view is JSON text, which only those who write and read it need to understand. */
export class Board extends Context.Service<
  Board,
  {
    /** Says how a connection is; a worker whose turn is over says nothing. */
    readonly say: (turn: Turn, view: string) => Effect.Effect<void, DatabaseError>
    /** Of each connection that ever had a turn, by its name. */
    readonly views: Effect.Effect<ReadonlyMap<string, BoardView>, DatabaseError>
    /** Asks whoever serves the connection for a sync. It is asked for until one begins (`Runs.begin`). */
    readonly askForSync: (connection: string) => Effect.Effect<void, DatabaseError>
    /** Of which of these connections a sync is asked for: their names. */
    readonly requests: (connections: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, DatabaseError>
    /** Whether some worker is there: one that was killed is believed to be for half a minute. */
    readonly hasWorkers: Effect.Effect<boolean, DatabaseError>
  }
>()("@rollcall/postgres/Board") {
  static readonly layer: Layer.Layer<Board, never, Database> = Layer.effect(
    Board,
    Effect.map(Effect.service(Database), ({ sql, run, runAgain }) =>
      Board.of({
        say: ({ connection, epoch }, view) =>
          Effect.asVoid(
            runAgain(sql`insert into rollcall_connection_view as it (name, epoch, view)
              select connection, epoch, ${view} from rollcall_run where connection = ${connection} and epoch = ${epoch}
              on conflict (name) do update set epoch = excluded.epoch, view = excluded.view where it.epoch <= excluded.epoch`),
          ),
        views: Effect.map(
          runAgain(sql<{ name: string; epoch: bigint; view: string | null }>`
            select connection as name, run.epoch, view from rollcall_run as run
            left join rollcall_connection_view as said on said.name = connection`),
          (rows) =>
            new Map(rows.map(({ name, epoch, view }) => [name, { epoch: Number(epoch), view: view ?? undefined }])),
        ),
        askForSync: (connection) =>
          Effect.asVoid(
            runAgain(sql`insert into rollcall_sync_request (name) values (${connection}) on conflict do nothing`),
          ),
        requests: (connections) =>
          connections.length === 0
            ? Effect.succeed([])
            : Effect.map(
                run(sql<{ name: string }>`select name from rollcall_sync_request
                  where name in (select json_array_elements_text(${JSON.stringify(connections)}::json)) order by name`),
                (rows) => rows.map(({ name }) => name),
              ),
        // The cluster makes its table when the first worker starts, with times as the server has them.
        hasWorkers: Effect.flatMap(
          runAgain(sql`select from pg_class where oid = to_regclass('rollcall_cluster_runners')`),
          (made) =>
            made.length === 0
              ? Effect.succeed(false)
              : Effect.map(
                  runAgain(
                    sql`select from rollcall_cluster_runners where last_heartbeat > now() - interval '35 seconds' limit 1`,
                  ),
                  (rows) => rows.length > 0,
                ),
        ),
      }),
    ),
  )
}
