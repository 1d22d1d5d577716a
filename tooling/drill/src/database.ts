// What a drill reads in the database of the workers, and what it has the database note: each publication and each turn, in the moment in
// which it happens.
import { Database } from "@rollcall/postgres"
import { Effect } from "effect"
import type { Publication } from "./Record.ts"

/** How far a connection is. */
export interface Row {
  readonly connection: string
  readonly replica: string
  /** Changes whenever something was published, or a page was stored. */
  readonly mark: string
}

/** A turn that began. */
export interface TurnRow {
  readonly connection: string
  readonly replica: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

const notes = [
  `create table drill_publication (
    connection text, due bigint, file text, epoch bigint, at timestamptz default clock_timestamp()
  )`,
  "create table drill_turn (connection text, replica text, at timestamptz default clock_timestamp())",
  `create function drill_note() returns trigger language plpgsql as $$ begin
    if tg_op = 'INSERT' or new.epoch <> old.epoch then
      insert into drill_turn (connection, replica) values (new.connection, new.replica);
    end if;
    if tg_op = 'UPDATE' and new.file is distinct from old.file then
      insert into drill_publication (connection, due, file, epoch) values (new.connection, old.unfinished, new.file, new.epoch);
    end if;
    return null;
  end $$`,
  "create trigger drill_note after insert or update on rollcall_run for each row execute function drill_note()",
]

/** The database as the drill sees it. Nothing of it waits for a database that is away: it fails. */
export const watchDatabase = Effect.gen(function* () {
  const { sql, run } = yield* Database
  for (const statement of notes) yield* run(sql.unsafe(statement).unprepared)
  return {
    rows: run(sql<Row>`
      select connection, replica, concat(last, ' ', file, ' ', (
        select max(seq) from rollcall_work where rollcall_work.connection = rollcall_run.connection
      )) as mark from rollcall_run`),
    publications: Effect.map(
      run(sql<{ connection: string; due: bigint | null; file: string; epoch: bigint }>`
        select connection, due, file, epoch from drill_publication order by connection, at`),
      (rows) =>
        rows.map(({ connection, due, file, epoch }): Publication => ({
          connection,
          file,
          due: Number(due ?? 0),
          epoch: Number(epoch),
        })),
    ),
    turns: Effect.map(
      run(sql<{ connection: string; replica: string; at: number }>`
        select connection, replica, extract(epoch from at)::float8 * 1000 as at from drill_turn order by drill_turn.at`),
      (rows): ReadonlyArray<TurnRow> => rows,
    ),
  }
})
