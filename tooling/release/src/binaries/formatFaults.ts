// What can be said of a program for another system without running it: that it is one of that system and processor, and has our files
// where Node looks for them.
import type { System } from "./systems.ts"

/** Node's mark of a program with files inside: https://nodejs.org/api/single-executable-applications.html */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:"

/** What is wrong with the bytes of a program for the system, one sentence each. */
export const formatFaults = (program: Buffer, system: System): ReadonlyArray<string> => {
  const { isFormat, processor, holdsFiles, further } = formats[system.format](program)
  if (!isFormat) return [`it is no ${system.format} file`]
  return [
    ...(processor === system.processor ? [] : [`it is for the processor 0x${processor.toString(16)}`]),
    ...(holdsFiles ? [] : ["it has no files inside"]),
    ...(program.includes(`${fuse}1`) ? [] : ["Node would not look for files inside"]),
    ...further,
  ]
}

interface Read {
  readonly isFormat: boolean
  readonly processor: number
  readonly holdsFiles: boolean
  readonly further: ReadonlyArray<string>
}

/** Fields of 16 and 32 bits; zero behind the end. */
const short = (bytes: Buffer, at: number) => (at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0)
const word = (bytes: Buffer, at: number) => (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0)
const textAt = (bytes: Buffer, at: number, length: number) => bytes.toString("latin1", at, at + length)

const formats: Readonly<Record<System["format"], (program: Buffer) => Read>> = {
  elf: (program) => ({
    isFormat: textAt(program, 0, 6) === "\u007fELF\u0002\u0001",
    processor: short(program, 0x12),
    holdsFiles: notesOf(program).includes("NODE_SEA_BLOB"),
    further: [],
  }),
  "mach-o": (program) => {
    const commands = commandsOf(program)
    return {
      isFormat: word(program, 0) === 0xfeedfacf,
      processor: word(program, 4),
      holdsFiles: commands.some((at) => word(program, at) === loadSegment && textAt(program, at + 8, 8) === "NODE_SEA"),
      further: commands.some((at) => word(program, at) === codeSignature) ? [] : ["it has no signature"],
    }
  },
  pe: (program) => {
    const header = word(program, 0x3c)
    return {
      isFormat: textAt(program, 0, 2) === "MZ" && textAt(program, header, 4) === "PE\0\0",
      processor: short(program, header + 4),
      // Names of resources are UTF-16.
      holdsFiles: program.includes(Buffer.from("NODE_SEA_BLOB", "utf16le")),
      // The fifth of the directories behind the fields of a 64-bit program.
      further: word(program, header + 24 + 112 + 4 * 8) === 0 ? [] : ["it has a certificate, which is Node's"],
    }
  },
}

/** The owners of the notes that are loaded. https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html */
const notesOf = (program: Buffer): ReadonlyArray<string> => {
  const long = (at: number) => (at + 8 <= program.length ? Number(program.readBigUInt64LE(at)) : 0)
  const table = long(0x20)
  const noteSegments = Array.from({ length: short(program, 0x38) }, (_, at) => table + at * 0x38).filter(
    (at) => word(program, at) === 4,
  )
  return noteSegments.flatMap((segment) => {
    const owners: Array<string> = []
    const end = long(segment + 8) + long(segment + 0x20)
    for (let at = long(segment + 8); at + 12 <= end;) {
      const nameSize = word(program, at)
      owners.push(textAt(program, at + 12, Math.max(0, nameSize - 1)))
      at += 12 + 4 * (Math.ceil(nameSize / 4) + Math.ceil(word(program, at + 4) / 4))
    }
    return owners
  })
}

const loadSegment = 0x19
const codeSignature = 0x1d

/** Where the load commands of a program for macOS begin. */
const commandsOf = (program: Buffer): ReadonlyArray<number> => {
  const begins: Array<number> = []
  for (let at = 32; begins.length < word(program, 16) && word(program, at + 4) > 0; at += word(program, at + 4))
    begins.push(at)
  return begins
}
