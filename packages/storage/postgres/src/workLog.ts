// What a sync has read so far, kept in the database too, so that another worker goes on after the last page that was stored when this one
// is lost with its disk. Each page is a row, which is written before the work file takes it; whoever takes over plays the rows into a work
// file of its own. They are forgotten when the sync is published (`Runs.publish`). A simulated Business+ workspace of 100,000 people took 209
// rows and 12.5 MB, 125 bytes a person; the largest row had 413 kB (`pnpm bench --only database`).
import type { WorkLog } from "@rollcall/c1z"
import { WorkEntry } from "@rollcall/c1z"
import { StoreError } from "@rollcall/connector"
import { Effect, Schema, Semaphore } from "effect"
import { promisify } from "node:util"
import { constants, zstdCompress, zstdDecompress } from "node:zlib"
import { Database } from "./Database.ts"
import type { DatabaseError } from "./DatabaseError.ts"
import type { Superseded, Turn } from "./Runs.ts"
import { supersededBy } from "./Runs.ts"
import { storeError } from "./storeError.ts"

/** Rows of another form are not read: the sync begins again. */
const form = 1

/** The log of a turn: it begins with what the turns before it have kept, and takes nothing more once the turn is over. */
export const workLogOf = Effect.fnUntraced(function* (turn: Turn): Effect.fn.Return<WorkLog, StoreError, Database> {
  const { sql, runAgain } = yield* Database
  const { connection, epoch } = turn
  const mutex = yield* Semaphore.make(1)
  const [held] = yield* asStoreError(
    runAgain(sql<{ last: number | null }>`
      select max(seq) as last from rollcall_work where connection = ${connection} and form = ${form}`),
  )
  let last = held?.last ?? 0

  return {
    append: (entry) =>
      mutex.withPermit(
        Effect.gen(function* () {
          const page = yield* pack(entry)
          const isFirst = entry._tag === "Begun"
          const seq = isFirst ? 1 : last + 1
          // The lock makes a takeover wait until the row is stored, and a row fail after it.
          const rows = yield* asStoreError(
            // Run twice it writes the same row.
            runAgain(sql`with turn as (
                select connection from rollcall_run where connection = ${connection} and epoch = ${epoch} for share
              ), forgotten as (
                delete from rollcall_work using turn where ${isFirst} and rollcall_work.connection = turn.connection and seq > 1
              ) insert into rollcall_work (connection, seq, form, page) select connection, ${seq}, ${form}, ${page} from turn
              on conflict (connection, seq) do update set form = excluded.form, page = excluded.page returning seq`),
          )
          if (rows.length === 0) return yield* asStoreError(supersededBy(turn))
          last = seq
        }),
      ),
    replay: Effect.fnUntraced(function* (play) {
      for (let seq = 1; seq <= last; seq += 1) {
        const [row] = yield* asStoreError(
          runAgain(sql<{ page: Uint8Array }>`
            select page from rollcall_work where connection = ${connection} and seq = ${seq} and form = ${form}`),
        )
        if (row === undefined) return yield* unreadable("a row is missing")
        yield* play(yield* unpack(row.page))
      }
    }),
  }
})

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** The quickest level: pages are text that repeats itself, and others do little better. */
const quickest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

const pack = (entry: WorkEntry) => Effect.promise(() => compress(JSON.stringify(entry), quickest))

const decodeEntry = Schema.decodeUnknownEffect(Schema.fromJsonString(WorkEntry))

const unpack = (page: Uint8Array): Effect.Effect<WorkEntry, StoreError> =>
  Effect.tryPromise(() => decompress(page)).pipe(
    Effect.flatMap((bytes) => decodeEntry(bytes.toString())),
    Effect.catch(unreadable),
  )

const unreadable = (cause: unknown) =>
  Effect.fail(
    new StoreError({
      reason: "Unreadable",
      message: "What was read so far of a sync cannot be understood: its rows in the database are damaged.",
      hint: "Delete the rows of this connection from rollcall_work; the sync then begins again.",
      cause,
    }),
  )

/** What failed, in the way that stores tell it. */
export const asStoreError = <A, R>(
  work: Effect.Effect<A, DatabaseError | Superseded, R>,
): Effect.Effect<A, StoreError, R> =>
  Effect.mapError(work, (error) => {
    if (error._tag !== "Superseded") return storeError(error)
    return new StoreError({ reason: "Busy", message: error.message, hint: error.hint, cause: error })
  })
