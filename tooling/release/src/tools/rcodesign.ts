// Signs programs for macOS on any system, with rcodesign of the crate apple-codesign: one on the PATH, else built once per machine, which
// takes ten minutes.
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Unmade } from "../Part.ts"
import { cacheFolder } from "../cacheFolder.ts"

const version = "0.29.0"

/** What V8 needs where the system hardens a program: docs/release.md signs with it. */
const entitlements = fileURLToPath(new URL("../binaries/entitlements.plist", import.meta.url))

/**
 * Gives the program a signature that says what it consists of and not who made it: macOS runs none without on Apple's own processors. It is
 * checked afterwards.
 */
export const signAdHoc = (program: string): void => {
  const args = ["sign", "--binary-identifier", "rollcall", "--entitlements-xml-file", entitlements, program]
  execFileSync(found(), args, { stdio: ["ignore", "ignore", "pipe"] })
  const faults = signatureFaults(program)
  if (faults.length > 0) throw new Error(`The signature of ${program} does not hold: ${faults.join("; ")}`)
}

/** What `rcodesign verify` says against a program's signature. That nobody has signed it is none of it. */
const signatureFaults = (program: string): ReadonlyArray<string> => {
  const { stdout, status } = spawnSync(found(), ["verify", program], { encoding: "utf8" })
  const faults = stdout.split("\n").filter((line) => line !== "" && line !== ofNobody)
  return status === 0 || stdout !== "" ? faults : ["rcodesign could not verify it"]
}

/** The signer's part of an ad-hoc signature is there and empty, which its verification takes for damaged. */
const ofNobody = "CMS error: missing further values (at position 0)"

const found = (): string => {
  const onPath = spawnSync("rcodesign", ["--version"], { encoding: "utf8" })
  if (onPath.status === 0 && onPath.stdout.includes(version)) return "rcodesign"
  const root = cacheFolder(`rcodesign-${version}`)
  const program = join(root, "bin", "rcodesign")
  if (!existsSync(program)) build(root)
  return program
}

const build = (root: string): void => {
  const args = ["install", "--locked", "--quiet", "--no-default-features", "--root", root, `apple-codesign@${version}`]
  const { status } = spawnSync("cargo", [...args, "--bin", "rcodesign"], { stdio: ["ignore", "ignore", "inherit"] })
  if (status === 0) return
  throw new Unmade(
    `rcodesign ${version} signs programs for macOS, and cargo could not build it: install Rust, or put it into PATH.`,
  )
}
