// The processors that the image is made for.
import type { Platform } from "../fetchNode.ts"

export interface Architecture {
  /** As OCI and Debian call it. */
  readonly name: "amd64" | "arm64"
  /** As Node calls it. */
  readonly platform: Platform
  /** The folder of the libraries of this processor in Debian, below `/lib` and `/usr/lib`. */
  readonly libraries: string
  /** `e_machine` of its ELF files. */
  readonly machine: number
}

export const architectures: ReadonlyArray<Architecture> = [
  { name: "amd64", platform: "linux-x64", libraries: "x86_64-linux-gnu", machine: 62 },
  { name: "arm64", platform: "linux-arm64", libraries: "aarch64-linux-gnu", machine: 183 },
]

/** That of this machine, if there is an image for it. */
export const ownArchitecture = (): Architecture | undefined =>
  architectures.find(({ platform }) => platform === `linux-${process.arch}`)
