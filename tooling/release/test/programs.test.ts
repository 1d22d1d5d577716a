// What is done to programs of other systems, on small files of their formats.
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { formatFaults } from "../src/binaries/formatFaults.ts"
import { peChecksum } from "../src/binaries/peChecksum.ts"
import { stripElf } from "../src/binaries/stripElf.ts"
import { systems } from "../src/binaries/systems.ts"

const systemOf = (name: string) => systems.find((system) => system.name === name)!

/** An ELF file with one loaded segment, a loaded section and one for debuggers behind it. */
const smallElf = (): Buffer => {
  const file = Buffer.alloc(0x300)
  file.write("\u007fELF\u0002\u0001", "latin1")
  file.writeBigUInt64LE(0x40n, 0x20)
  file.writeBigUInt64LE(0x200n, 0x28)
  file.writeUInt16LE(1, 0x38)
  file.writeUInt16LE(4, 0x3c)
  file.writeUInt16LE(3, 0x3e)
  file.writeUInt32LE(1, 0x40)
  file.writeBigUInt64LE(0x400000n, 0x50)
  file.writeBigUInt64LE(0x123n, 0x68)
  const section = (at: number, type: number, flags: bigint, offset: bigint, size: bigint) => {
    file.writeUInt32LE(type, 0x200 + at * 0x40 + 4)
    for (const [field, value] of [
      [8, flags],
      [0x18, offset],
      [0x20, size],
    ] as const) {
      file.writeBigUInt64LE(value, 0x200 + at * 0x40 + field)
    }
  }
  section(1, 1, 2n, 0x100n, 0x20n)
  section(2, 1, 0n, 0x120n, 0x60n)
  section(3, 3, 0n, 0x180n, 0x10n)
  file.write("loaded", 0x100)
  file.write("for debuggers", 0x120)
  file.write("names", 0x180)
  return file
}

describe("stripElf", () => {
  it("leaves out what is not loaded, and fills the last page of memory", () => {
    const stripped = stripElf(smallElf())
    assert.include(stripped.toString("latin1"), "loaded")
    assert.notInclude(stripped.toString("latin1"), "for debuggers")
    const table = Number(stripped.readBigUInt64LE(0x28))
    const names = table + stripped.readUInt16LE(0x3e) * 0x40
    assert.strictEqual(stripped.readUInt16LE(0x3c), 3)
    assert.strictEqual(stripped.length, table + 3 * 0x40)
    assert.strictEqual(stripped.toString("latin1", Number(stripped.readBigUInt64LE(names + 0x18))).slice(0, 5), "names")
    assert.strictEqual(stripped.readBigUInt64LE(0x68), 0x10000n)
  })

  it("refuses what it does not know", () => {
    assert.throws(() => stripElf(Buffer.from("#!/bin/sh\n")), /no 64-bit little-endian ELF/u)
    const mixed = smallElf()
    mixed.writeBigUInt64LE(2n, 0x200 + 3 * 0x40 + 8)
    assert.throws(() => stripElf(mixed), /stand behind others/u)
  })
})

describe("formatFaults", () => {
  it("tells a program without files inside, and one of another system", () => {
    const node = readFileSync(process.execPath)
    assert.deepStrictEqual(formatFaults(node, systemOf(`linux-${process.arch}`)), [
      "it has no files inside",
      "Node would not look for files inside",
    ])
    assert.deepStrictEqual(formatFaults(node, systemOf("win32-x64")), ["it is no pe file"])
    assert.include(formatFaults(smallElf(), systemOf("linux-arm64")), "it is for the processor 0x0")
  })

  it("tells a program for macOS without a signature, and one for Windows with a certificate", () => {
    const forMac = Buffer.alloc(64)
    forMac.writeUInt32LE(0xfeedfacf)
    forMac.writeUInt32LE(0x0100000c, 4)
    assert.include(formatFaults(forMac, systemOf("darwin-arm64")), "it has no signature")
    const forWindows = Buffer.alloc(0x200)
    forWindows.write("MZ")
    forWindows.writeUInt32LE(0x40, 0x3c)
    forWindows.write("PE", 0x40)
    forWindows.writeUInt16LE(0x8664, 0x44)
    forWindows.writeUInt32LE(1, 0x40 + 24 + 112 + 32)
    assert.include(formatFaults(forWindows, systemOf("win32-x64")), "it has a certificate, which is Node's")
  })
})

it("the checksum for Windows is the sum of all words but itself, and the length", () => {
  const program = Buffer.alloc(0x100)
  program.writeUInt32LE(0x40, 0x3c)
  program.writeUInt16LE(0xffff, 0)
  program.writeUInt16LE(0x0003, 2)
  program.writeUInt32LE(0xdead_beef, 0x40 + 0x58)
  assert.strictEqual(peChecksum(program), 0x43 + 0x100)
})
