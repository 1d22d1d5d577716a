// The checksum in the header of a program for Windows: Node is changed after its own was written, and virus scanners look at it.
import { readFileSync, writeFileSync } from "node:fs"

/** Where the header says that the checksum stands: https://learn.microsoft.com/windows/win32/debug/pe-format */
const placeOf = (program: Buffer): number => program.readUInt32LE(0x3c) + 0x58

/** The checksum of a program, as Windows computes it: the sum of all 16-bit words but its own, folded, and the length. */
export const peChecksum = (program: Buffer): number => {
  const place = placeOf(program)
  let sum = 0
  for (let at = 0; at + 1 < program.length; at += 2) {
    if (at === place || at === place + 2) continue
    sum += program.readUInt16LE(at)
    sum = (sum & 0xffff) + (sum >>> 16)
  }
  if (program.length % 2 === 1) sum += program.at(-1) ?? 0
  sum = (sum & 0xffff) + (sum >>> 16)
  return sum + program.length
}

/** Writes the right checksum into the program. */
export const correctChecksum = (path: string): void => {
  const program = readFileSync(path)
  program.writeUInt32LE(peChecksum(program), placeOf(program))
  writeFileSync(path, program)
}
