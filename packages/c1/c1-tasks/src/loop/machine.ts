// The machine and the program, as C1 wants to know them. No member of either may be empty.
import { arch, hostname, machine, platform, release, version } from "node:os"
import type { HelloMessage } from "@rollcall/c1-client"

const orUnknown = (text: string): string => (text === "" ? "unknown" : text.slice(0, 256))

/** The operating system. Node does not report the distribution, nor whether the machine is a virtual one. */
export const osInfo = (): NonNullable<HelloMessage["osInfo"]> => ({
  hostname: orUnknown(hostname()),
  os: platform(),
  platform: platform(),
  platformVersion: orUnknown(version()),
  platformFamily: platform(),
  kernelVersion: orUnknown(release()),
  kernelArch: orUnknown(machine() || arch()),
  virtualizationSystem: "none",
})

/** The program that runs the connector. */
export interface Program {
  /** Its package, such as `@rollcall/worker`. */
  readonly name: string
  readonly version: string
}

/** What the program is made with. */
export const buildInfo = ({ name, version: packageVersion }: Program): NonNullable<HelloMessage["buildInfo"]> => ({
  langVersion: process.version,
  package: orUnknown(name),
  packageVersion: orUnknown(packageVersion),
})
