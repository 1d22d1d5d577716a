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
  const rcodesign = found()
  const run = (...args: ReadonlyArray<string>) =>
    execFileSync(rcodesign, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" })
  run("sign", "--binary-identifier", "rollcall", "--entitlements-xml-file", entitlements, program)
  run("verify", program)
}

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
