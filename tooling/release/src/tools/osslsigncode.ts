// Signatures of programs for Windows, with osslsigncode: one on the PATH, else Debian's.
import { execFileSync, spawnSync } from "node:child_process"
import { unpackDebian } from "./unpackDebian.ts"

const program = (): string =>
  spawnSync("osslsigncode", ["--version"]).error === undefined
    ? "osslsigncode"
    : unpackDebian("osslsigncode", "usr/bin/osslsigncode")

/** Copies a program without the certificate that signs it. */
export const removeCertificate = (from: string, to: string): void => {
  execFileSync(program(), ["remove-signature", "-in", from, "-out", to], { stdio: ["ignore", "ignore", "inherit"] })
}
