// What an ELF file needs to be loaded: its processor, its loader, its libraries. The libraries of the image are those that Node needs, and
// nothing of the machine that makes it is asked.

/** Of a 64-bit little-endian file: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html */
const at = { machine: 0x12, segments: 0x20, segmentCount: 0x38 } as const
const segmentBytes = 0x38
const types = { load: 1, dynamic: 2, interpreter: 3 } as const
const tags = { end: 0n, needed: 1n, strings: 5n } as const
const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1])

export interface ElfNeeds {
  /** `e_machine`: 62 of x86-64, 183 of AArch64. */
  readonly machine: number
  /** The path of the loader; a library has none. */
  readonly interpreter: string | undefined
  /** The names of the libraries that are loaded with it, such as `libc.so.6`. */
  readonly libraries: ReadonlyArray<string>
}

/** Reads what a file needs. Throws where it is no 64-bit little-endian ELF. */
export const elfNeeds = (file: Buffer): ElfNeeds => {
  if (!file.subarray(0, magic.length).equals(magic)) throw new Error("This is no 64-bit little-endian ELF file.")
  const number = (offset: number): number => Number(file.readBigUInt64LE(offset))
  const first = number(at.segments)
  const segments = Array.from({ length: file.readUInt16LE(at.segmentCount) }, (_, index) => {
    const segment = first + index * segmentBytes
    const [offset, address, size] = [number(segment + 8), number(segment + 16), number(segment + 32)]
    return { type: file.readUInt32LE(segment), offset, address, size }
  })
  const textAt = (offset: number): string => file.toString("latin1", offset, file.indexOf(0, offset))

  const dynamic = segments.find(({ type }) => type === types.dynamic)
  const entries = Array.from({ length: (dynamic?.size ?? 0) / 16 }, (_, index) => {
    const entry = (dynamic?.offset ?? 0) + index * 16
    return { tag: file.readBigUInt64LE(entry), value: number(entry + 8) }
  })
  const known = entries.slice(
    0,
    entries.findIndex(({ tag }) => tag === tags.end),
  )
  const address = known.find(({ tag }) => tag === tags.strings)?.value ?? 0
  const loaded = segments.find(
    (it) => it.type === types.load && it.address <= address && address < it.address + it.size,
  )
  const strings = address - (loaded?.address ?? 0) + (loaded?.offset ?? 0)

  const interpreter = segments.find(({ type }) => type === types.interpreter)
  return {
    machine: file.readUInt16LE(at.machine),
    interpreter: interpreter && textAt(interpreter.offset),
    libraries: known.filter(({ tag }) => tag === tags.needed).map(({ value }) => textAt(strings + value)),
  }
}
