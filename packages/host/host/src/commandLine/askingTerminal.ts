// The terminal of a command that asks whoever sits at it: Node's own, which reads key by key and shows none of them, with all that it shows
// on the standard error. Loaded where a command asks.
import { make } from "@effect/platform-node/NodeTerminal"
import { Effect, Terminal } from "effect"

/** What the terminal shows questions with. */
export interface AskingOptions {
  readonly display: (text: string) => Effect.Effect<void>
  readonly columns: number
}

/** The terminal until the scope ends, which then is as it was before. */
export const askingTerminal = ({ display, columns }: AskingOptions) =>
  Effect.map(make(), (terminal) =>
    Terminal.make({
      readInput: terminal.readInput,
      readLine: terminal.readLine,
      rows: terminal.rows,
      size: terminal.size,
      columns: Effect.succeed(columns),
      display,
    }),
  )
