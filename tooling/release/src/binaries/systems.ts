// The systems that there is a binary for, each with the Node that it is made of.
import type { Platform } from "../fetchNode.ts"

export interface System {
  /** As parts and files of a release name it: Node's names of system and processor. */
  readonly name: "linux-x64" | "linux-arm64" | "darwin-x64" | "darwin-arm64" | "win32-x64"
  readonly node: Platform
  /** Where Node's program stands in its package. */
  readonly program: string
  readonly format: "elf" | "mach-o" | "pe"
  /** The number of the processor in the header of the format. */
  readonly processor: number
}

export const systems: ReadonlyArray<System> = [
  { name: "linux-x64", node: "linux-x64", program: "bin/node", format: "elf", processor: 62 },
  { name: "linux-arm64", node: "linux-arm64", program: "bin/node", format: "elf", processor: 183 },
  { name: "darwin-x64", node: "darwin-x64", program: "bin/node", format: "mach-o", processor: 0x01000007 },
  {
    name: "darwin-arm64",
    node: "darwin-arm64",
    program: "bin/node",
    format: "mach-o",
    processor: 0x0100000c,
  },
  { name: "win32-x64", node: "win-x64", program: "bin/node.exe", format: "pe", processor: 0x8664 },
]
