// The members of a stored message one after the other, for those who look at a few of them: decoding all takes several times as long.

const odd = new Error("The bytes are not of the usual form.")

/** What `look` finds; `undefined` where the bytes have to be decoded, as they are damaged, or not of the usual form. */
export const lookInto = <A>(bytes: Uint8Array, look: (members: Members) => A): A | undefined => {
  try {
    return look(new Members(bytes, 0, bytes.length))
  } catch (cause) {
    if (cause === odd) return undefined
    throw cause
  }
}

/** Walks through a message, inside `lookInto`. */
export class Members {
  /** The number of the member. */
  number = 0
  readonly #bytes: Uint8Array
  readonly #stop: number
  #wire = 0
  #value = 0
  #begin = 0
  #at: number

  constructor(bytes: Uint8Array, begin: number, end: number) {
    this.#bytes = bytes
    this.#at = begin
    this.#stop = end
  }

  /** Goes to the next member; `false` after the last one. */
  next(): boolean {
    if (this.#at >= this.#stop) return false
    const tag = this.#whole()
    this.number = tag >>> 3
    this.#wire = tag & 7
    if (tag < 8) throw odd
    if (this.#wire === 0) this.#value = this.#whole()
    else if (this.#wire === 2) this.#skip(this.#whole())
    else if (this.#wire === 1) this.#skip(8)
    else if (this.#wire === 5) this.#skip(4)
    else throw odd
    return true
  }

  /** The value of a whole number of at most 31 bits. */
  whole(): number {
    if (this.#wire !== 0 || this.#value < 0) throw odd
    return this.#value
  }

  text(): string {
    this.#expectBytes()
    if (isAscii(this.#bytes, this.#begin, this.#at)) return asciiText.call(this.#bytes, this.#begin, this.#at)
    try {
      return utf8.decode(this.#bytes.subarray(this.#begin, this.#at))
    } catch {
      throw odd
    }
  }

  /** Whether a text ends so; the ending is ASCII. */
  endsWith(ending: string): boolean {
    this.#expectBytes()
    const begin = this.#at - ending.length
    if (begin < this.#begin) return false
    for (let at = 0; at < ending.length; at++) if (this.#bytes[begin + at] !== ending.charCodeAt(at)) return false
    return true
  }

  /** The members of a message. */
  inside(): Members {
    this.#expectBytes()
    return new Members(this.#bytes, this.#begin, this.#at)
  }

  #expectBytes(): void {
    if (this.#wire !== 2) throw odd
  }

  #skip(length: number): void {
    this.#begin = this.#at
    this.#at += length
    if (length < 0 || this.#at > this.#stop) throw odd
  }

  /** A number of at most ten bytes; -1 where it has more than 31 bits. */
  #whole(): number {
    let value = 0
    let isLarge = false
    for (let shift = 0; shift < 70 && this.#at < this.#stop; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0
      if (shift < 28) value |= (byte & 0x7f) << shift
      else if (shift === 28 && byte < 8) value |= byte << shift
      else if ((byte & 0x7f) !== 0) isLarge = true
      if (byte < 0x80) return isLarge ? -1 : value
    }
    throw odd
  }
}

const isAscii = (bytes: Uint8Array, begin: number, end: number): boolean => {
  for (let at = begin; at < end; at++) if ((bytes[at] ?? 0) >= 0x80) return false
  return true
}

// A decoder takes three times as long for a short text.
const asciiText = Buffer.prototype.latin1Slice

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** A message in one place, of which there is one: of two, each says something. */
export const only = <A>(before: A | undefined, found: A): A => {
  if (before !== undefined) throw odd
  return found
}
