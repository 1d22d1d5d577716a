// What was notified of the drift of a connection in a turn of one worker, for whoever takes the connection over: it notifies nothing again.
import type { Database, Turn } from "@rollcall/postgres"
import { asStoreError, Runs, uploadRowsOf } from "@rollcall/postgres"
import { Effect } from "effect"
import type { KeptText } from "../afterSync.ts"

/** Beside the records of uploads, whose readers pass over what is none. */
const name = "drift.json"

/** Where this turn keeps it. Once the turn is over nothing is kept, nor to be said. */
export const driftInTurn = Effect.fnUntraced(function* (
  turn: Turn,
): Effect.fn.Return<KeptText, never, Runs | Database> {
  const { check } = yield* Runs
  const { read, write } = yield* uploadRowsOf(turn)
  return {
    place: "the database",
    read: asStoreError(read(name)),
    write: (text) =>
      Effect.andThen(write(name, text), Effect.as(check(turn), true)).pipe(
        Effect.catchTag("Superseded", () => Effect.succeed(false)),
        asStoreError,
      ),
  }
})
