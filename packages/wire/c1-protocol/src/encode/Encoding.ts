// What comes of making a record ready for the wire: bytes, or a refusal. The caller leaves a refused record out and
// counts the warning; one record that nobody could read back must not spoil a file.
import { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { Warning } from "@rollcall/connector"

/**
 * The most bytes of one record. Real ones have a few thousand; two bytes can decode to hundreds in memory, so a record
 * without this limit could end the process.
 */
export const recordLimit = 1024 * 1024

/** The most bytes of a resource, which its entitlements and their grants hold whole beside what is their own. */
export const resourceLimit = recordLimit / 2

/** A record on the wire. Texts that were too long have been cut, each with a warning. */
export interface Encoded {
  readonly _tag: "Encoded"
  readonly bytes: Uint8Array
  readonly warnings: ReadonlyArray<Warning>
}

/** A record that C1 would not take. */
export interface Refused {
  readonly _tag: "Refused"
  readonly warning: Warning
}

/** The outcome of every encoder of this package. */
export type Encoding = Encoded | Refused

const noWarnings: ReadonlyArray<Warning> = []

/** Bytes that a reader takes; more of them are refused, and the record is named by `what`, such as `the grant g1`. */
export const encoded = (
  what: string,
  bytes: Uint8Array,
  warnings: ReadonlyArray<Warning> = noWarnings,
  limit: number = recordLimit,
): Encoding =>
  bytes.length <= limit
    ? { _tag: "Encoded", bytes, warnings }
    : refused(`${what} takes ${bytes.length} bytes, and no reader takes more than ${limit}`)

export const refused = (message: string): Refused => ({ _tag: "Refused", warning: { code: "record-refused", message } })

/**
 * A writer that keeps its memory from record to record, as growing a fresh buffer for each of a million records costs more time than
 * filling it. Not to be used from within itself.
 */
export class Scratch {
  #writer = new BinaryWriter()

  /** What `fill` has written, as a copy that is the caller's own. */
  write(fill: (writer: BinaryWriter) => void): Uint8Array {
    try {
      fill(this.#writer)
      return this.#writer.finish()
    } catch (error) {
      // Else the next record would begin with half of this one.
      this.#writer = new BinaryWriter()
      throw error
    }
  }
}
