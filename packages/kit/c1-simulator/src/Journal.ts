// What reached a simulated C1, in order: a list for tests, and a file for people.
import { type DescMessage, type JsonValue, type MessageShape, toBinary, toJson } from "@bufbuild/protobuf"
import { base64Encode } from "@bufbuild/protobuf/wire"
import { messageRegistry } from "@rollcall/c1-protocol/messages"
import type { Clock } from "effect"
import { appendFileSync } from "node:fs"

/** One call. Polls that were given no task are left out: a worker that waits makes thousands. */
export interface Captured {
  /** When it ended, by the simulator's clock: milliseconds since the epoch. */
  readonly at: number
  /** `token`, or the method of the service. */
  readonly call: string
  /**
   * How a call was answered that was not answered well: gRPC's code, the HTTP status of the token endpoint, or
   * `resetStream`, `cutConnection` and `loseReply` for those faults.
   */
  readonly answered?: string
  /** How long the caller waits for an answer, as gRPC writes it (`30000m` is 30 seconds); absent where it sets no limit. */
  readonly timeout?: string
  /** The request as the wire's JSON. */
  readonly message?: JsonValue
  /** The task that GetTask or GetTasks handed out, one entry for each. */
  readonly given?: JsonValue
  /** The form of a token request, its assertion read and its signature left out. */
  readonly form?: Readonly<Record<string, unknown>>
  readonly agent?: string
  /** Of an upload that was taken: the asset's file, its size, and the lengths of its pieces. */
  readonly asset?: string
  readonly bytes?: number
  readonly pieces?: ReadonlyArray<number>
}

export interface Journal {
  readonly write: (entry: Omit<Captured, "at">) => void
  readonly entries: () => ReadonlyArray<Captured>
  /** Runs whenever something happens. Gives back how to stop that. */
  readonly watch: (look: () => void) => () => void
  /** Tells the watchers of something that is no entry. */
  readonly wake: () => void
}

/** A journal that is also written to a file, a line an entry. */
export const makeJournal = (path: string, clock: Clock.Clock): Journal => {
  const entries: Array<Captured> = []
  const watchers = new Set<() => void>()
  const wake = () => {
    for (const look of watchers) look()
  }
  return {
    write: (ended) => {
      const entry = { at: clock.currentTimeMillisUnsafe(), ...ended }
      entries.push(entry)
      appendFileSync(path, `${JSON.stringify(entry)}\n`)
      wake()
    },
    entries: () => [...entries],
    watch: (look) => {
      watchers.add(look)
      return () => {
        watchers.delete(look)
      }
    },
    wake,
  }
}

/** A message as the wire's JSON; its bytes where it holds an annotation that nobody knows. */
export const journalJson = <Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): JsonValue => {
  try {
    return toJson(schema, message, { registry: messageRegistry })
  } catch {
    return { undecoded: base64Encode(toBinary(schema, message)) }
  }
}
