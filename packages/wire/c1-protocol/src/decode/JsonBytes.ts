// JSON as bytes of UTF-8, put together in memory that is kept. Most texts of records are written in JSON as they are stored, so
// their bytes are copied; as texts they would be decoded, escaped and encoded again.

/** How a JSON value is written, such as by `JSON.stringify`. Of ASCII it may escape only what JSON has to, and DEL. */
export type Stringify = (value: unknown) => string

const utf8 = new TextEncoder()
// As in the library: damaged text is an error, and a byte order mark is text.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * How many bytes are copied that begin with this one; 0 where the text has to be looked at closer. These are characters of which none is
 * ever escaped: controls, marks of direction and line separators begin with the bytes that are left out.
 */
const copied = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x20 && byte < 0x7f) return byte === 0x22 || byte === 0x5c ? 0 : 1
  if (byte >= 0xc3 && byte <= 0xdf) return byte === 0xd8 ? 0 : 2
  return byte === 0xe1 || (byte >= 0xe3 && byte <= 0xec) ? 3 : 0
})

const continues = (byte: number | undefined): boolean => byte !== undefined && byte >> 6 === 0b10

/** Writes JSON. */
export class JsonBytes {
  readonly #stringify: Stringify
  #buffer = new Uint8Array(4096)
  #length = 0

  constructor(stringify: Stringify) {
    this.#stringify = stringify
  }

  /** How many bytes there are. Setting it back takes off what was written since. */
  get length(): number {
    return this.#length
  }

  set length(length: number) {
    this.#length = Math.min(length, this.#length)
  }

  /** Some of the bytes, in memory that is valid until the next are written. */
  slice(begin: number, end: number = this.#length): Uint8Array {
    return this.#buffer.subarray(begin, end)
  }

  /** All bytes, and forgets them; they are valid until the next are written. */
  take(): Uint8Array {
    const all = this.slice(0)
    this.#length = 0
    return all
  }

  /** Writes a single ASCII character. */
  byte(byte: number): void {
    if (this.#length === this.#buffer.length) this.#reserve(1)
    this.#buffer[this.#length++] = byte
  }

  /** Writes bytes that are JSON already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Writes some of the bytes once more. */
  again(begin: number, end: number): void {
    this.#reserve(end - begin)
    this.#buffer.copyWithin(this.#length, begin, end)
    this.#length += end - begin
  }

  /** Writes text that is JSON already. */
  json(text: string): void {
    this.#reserve(text.length * 3)
    this.#length += utf8.encodeInto(text, this.#buffer.subarray(this.#length)).written
  }

  value(value: unknown): void {
    this.json(this.#stringify(value))
  }

  /** Writes stored bytes as a text in quotes; `false` where they are no UTF-8. */
  text(bytes: Uint8Array, begin: number, end: number): boolean {
    this.#reserve(end - begin + 2)
    const buffer = this.#buffer
    let to = this.#length
    buffer[to++] = 0x22
    for (let at = begin; at < end;) {
      const count = copied[bytes[at] ?? 0] ?? 0
      if (count === 0 || at + count > end) return this.#oddText(bytes.subarray(begin, end))
      buffer[to++] = bytes[at++] ?? 0
      for (let more = 1; more < count; more++) {
        if (!continues(bytes[at])) return false
        buffer[to++] = bytes[at++] ?? 0
      }
    }
    buffer[to++] = 0x22
    this.#length = to
    return true
  }

  #oddText(bytes: Uint8Array): boolean {
    try {
      this.value(strict.decode(bytes))
      return true
    } catch {
      return false
    }
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#buffer.length) return
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }
}
