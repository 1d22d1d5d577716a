// A writer of the wire format that keeps its memory from record to record: a sync writes millions of small messages, and a fresh
// buffer for each costs more than filling it. https://protobuf.dev/programming-guides/encoding

const utf8 = new TextEncoder()

/** Writes one message after another into the same memory. What `written` gives is valid until the next message begins. */
export class RecordWriter {
  #buffer = new Uint8Array(256)
  #position = 0
  /** Where the length of each open message will stand. */
  readonly #forks: Array<number> = []

  /** Begins a message; what was written before is forgotten. */
  begin(): this {
    this.#position = 0
    this.#forks.length = 0
    return this
  }

  /** What was written since `begin`, in memory that the next message overwrites. */
  get written(): Uint8Array {
    return this.#buffer.subarray(0, this.#position)
  }

  /** What was written since `begin`, in memory of its own. */
  copy(): Uint8Array {
    return this.#buffer.slice(0, this.#position)
  }

  /** Begins a message inside this one, whose length is written by `join`. */
  fork(): this {
    this.#reserve(1)
    this.#forks.push(this.#position++)
    return this
  }

  /** Ends the message that `fork` began. */
  join(): this {
    const at = this.#forks.pop()
    if (at === undefined) throw new Error("No message was begun inside this one.")
    const length = this.#position - at - 1
    const lengthBytes = varintBytes(length)
    if (lengthBytes > 1) {
      this.#reserve(lengthBytes)
      this.#buffer.copyWithin(at + lengthBytes, at + 1, this.#position)
    }
    this.#position = at
    this.uint32(length)
    this.#position += length
    return this
  }

  /** Writes a varint, such as a tag. */
  uint32(value: number): this {
    this.#reserve(5)
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) this.#buffer[this.#position++] = (rest & 0x7f) | 0x80
    this.#buffer[this.#position++] = rest
    return this
  }

  /** Writes a whole number of any sign; below zero it takes ten bytes. */
  int64(value: number): this {
    this.#reserve(10)
    let rest = BigInt.asUintN(64, BigInt(value))
    for (; rest > 0x7fn; rest >>= 7n) this.#buffer[this.#position++] = Number(rest & 0x7fn) | 0x80
    this.#buffer[this.#position++] = Number(rest)
    return this
  }

  double(value: number): this {
    this.#reserve(8)
    new DataView(this.#buffer.buffer).setFloat64(this.#position, value, true)
    this.#position += 8
    return this
  }

  /** Writes bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#position)
    this.#position += bytes.length
    return this
  }

  /** Writes a part of some bytes as it is. Most parts are short, and a view of each would cost more than copying it. */
  part(bytes: Uint8Array, from: number, to: number): this {
    if (to - from > 64) return this.raw(bytes.subarray(from, to))
    this.#reserve(to - from)
    for (let at = from; at < to; at++) this.#buffer[this.#position++] = bytes[at] ?? 0
    return this
  }

  /** Writes bytes after their length. */
  bytes(bytes: Uint8Array): this {
    return this.uint32(bytes.length).raw(bytes)
  }

  /** Writes a text after its length. */
  string(text: string): this {
    const { length } = text
    this.#reserve(length * 3 + 5)
    const buffer = this.#buffer
    const at = this.#position
    if (length <= 127) {
      let index = 0
      for (; index < length; index++) {
        const code = text.charCodeAt(index)
        if (code > 0x7f) break
        buffer[at + 1 + index] = code
      }
      if (index === length) {
        buffer[at] = length
        this.#position = at + 1 + length
        return this
      }
    }
    // The length stands first and is known last: it is expected to be that of ASCII, else the text is moved.
    const expected = varintBytes(length)
    const { written } = utf8.encodeInto(text, buffer.subarray(at + expected))
    const lengthBytes = varintBytes(written)
    if (lengthBytes !== expected) buffer.copyWithin(at + lengthBytes, at + expected, at + expected + written)
    this.uint32(written)
    this.#position += written
    return this
  }

  #reserve(bytes: number): void {
    const needed = this.#position + bytes
    if (needed <= this.#buffer.length) return
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2))
    larger.set(this.#buffer)
    this.#buffer = larger
  }
}

const varintBytes = (value: number): number => {
  let bytes = 1
  for (let rest = value; rest > 0x7f; rest >>>= 7) bytes++
  return bytes
}
