// Memory that one encoder keeps from record to record. Growing a fresh buffer for each of a million records costs more
// time than filling it.
import { BinaryWriter } from "@bufbuild/protobuf/wire"

/** A writer to be used again and again, though not from within itself. */
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
