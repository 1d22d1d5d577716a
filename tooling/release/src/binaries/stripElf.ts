// What a program for Linux does not need to run: symbols and facts for debuggers, a fifth of Node's. `strip` of binutils knows the
// machine it was built for alone, and each version of it writes other bytes.

/** Fields of a 64-bit header of ELF of a segment and of a section, by their offset: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html */
const header = { segments: 0x20, sections: 0x28, segmentCount: 0x38, sectionCount: 0x3c, names: 0x3e } as const
const segment = { type: 0, offset: 8, address: 0x10, size: 0x28, bytes: 0x38 } as const
const section = { type: 4, flags: 8, offset: 0x18, size: 0x20, bytes: 0x40 } as const
const toBeLoaded = 1
const allocated = 2n
const withoutBytes = 8
const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1])

/** The largest page of memory: kernels for arm64 may have it. */
const page = 65_536n

/**
 * The program without the sections that are not loaded when it runs. What is loaded, and what says where it is loaded, stays as it is.
 * What is added to its end later (Node adds segments on pages of 4 KiB) shares no page with its variables, whatever a kernel's pages.
 * Throws where the file is no 64-bit little-endian ELF, or has loaded sections behind others.
 */
export const stripElf = (program: Buffer): Buffer => {
  if (!program.subarray(0, magic.length).equals(magic)) throw new Error("This is no 64-bit little-endian ELF file.")
  const table = Number(program.readBigUInt64LE(header.sections))
  const count = program.readUInt16LE(header.sectionCount)
  const sections = Array.from({ length: count }, (_, at) =>
    program.subarray(table + at * section.bytes, table + (at + 1) * section.bytes),
  )
  const isLoaded = (it: Buffer, at: number) => at === 0 || (it.readBigUInt64LE(section.flags) & allocated) !== 0n
  const kept = sections.filter(isLoaded)
  // Sections are named by their number, in the symbols of libraries too.
  if (!sections.slice(0, kept.length).every(isLoaded)) throw new Error("Sections that are loaded stand behind others.")
  const names = Buffer.from(sections[program.readUInt16LE(header.names)] ?? [])
  const placeOf = (it: Buffer) => ({
    from: Number(it.readBigUInt64LE(section.offset)),
    size: it.readUInt32LE(section.type) === withoutBytes ? 0 : Number(it.readBigUInt64LE(section.size)),
  })
  const end = Math.max(...kept.map(placeOf).map(({ from, size }) => from + size))
  const texts = placeOf(names)

  const body = padded(program.subarray(0, end))
  const text = padded(program.subarray(texts.from, texts.from + texts.size))
  names.writeBigUInt64LE(BigInt(body.length), section.offset)
  const made = Buffer.concat([body, text, ...kept, names])
  fillLastPage(made)
  made.writeBigUInt64LE(BigInt(body.length + text.length), header.sections)
  made.writeUInt16LE(kept.length + 1, header.sectionCount)
  made.writeUInt16LE(kept.length, header.names)
  return made
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)])

/** Has the memory of the last segment that is loaded end where a page ends. */
const fillLastPage = (program: Buffer): void => {
  const table = Number(program.readBigUInt64LE(header.segments))
  const last = Array.from({ length: program.readUInt16LE(header.segmentCount) }, (_, at) =>
    program.subarray(table + at * segment.bytes, table + (at + 1) * segment.bytes),
  ).findLast((it) => it.readUInt32LE(segment.type) === toBeLoaded)
  if (last === undefined) throw new Error("Nothing of this file is loaded.")
  const end = last.readBigUInt64LE(segment.address) + last.readBigUInt64LE(segment.size)
  last.writeBigUInt64LE(last.readBigUInt64LE(segment.size) + ((page - (end % page)) % page), segment.size)
}
