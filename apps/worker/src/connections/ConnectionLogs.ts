// The last log lines of each connection, for the console. They are in memory alone, and as the log has them: without tokens and addresses.
import { privateLine } from "@rollcall/host/logging"
import { Context, Effect, Layer, Logger } from "effect"

/** How many lines of a connection are remembered, and how long one may be. */
const logBounds = { connections: 2_000, lines: 100, characters: 1_000 }

/** A line of the log. */
export interface ConnectionLine {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly level: string
  readonly text: string
}

/** What this process has logged of each connection. */
export class ConnectionLogs extends Context.Service<
  ConnectionLogs,
  {
    /** The last lines of a connection, the newest first. */
    readonly of: (connection: string) => ReadonlyArray<ConnectionLine>
  }
>()("@rollcall/worker/ConnectionLogs") {
  /** Remembers what is logged inside, besides where that goes. */
  static readonly layer: Layer.Layer<ConnectionLogs> = Layer.unwrap(
    Effect.sync(() => {
      const known = new Map<string, Array<ConnectionLine>>()
      const logger = Logger.map(privateLine, ({ timestamp, level, message, cause, annotations }) => {
        const name: unknown = annotations["connection"]
        if (typeof name !== "string") return
        const text = [message, cause]
          .filter((one) => one !== undefined && one !== "")
          .map(textOf)
          .join(" ")
        const lines = known.get(name) ?? []
        // Those that were removed are forgotten as others log more.
        known.delete(name)
        known.set(name, lines)
        if (known.size > logBounds.connections) known.delete([...known.keys()][0] ?? "")
        lines.push({ at: Date.parse(timestamp), level, text: text.slice(0, logBounds.characters) })
        if (lines.length > logBounds.lines) lines.shift()
      })
      const own = ConnectionLogs.of({
        of: (connection) => (known.get(connection) ?? []).toReversed(),
      })
      return Layer.merge(Layer.succeed(ConnectionLogs, own), Logger.layer([logger], { mergeWithExisting: true }))
    }),
  )
}

const textOf = (part: unknown): string => (typeof part === "string" ? part : JSON.stringify(part))
