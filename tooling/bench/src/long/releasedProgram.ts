// The program of one file of a system, out of the archive of a release that stands in `dist/release`, or is made there.
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The systems by Node's names for this machine: `linux-x64`, `darwin-arm64`. */
export const thisSystem = `${process.platform}-${process.arch}`

/** The path of the program, unpacked among the machine's temporary files. */
export const releasedProgram = (root: string): string => {
  const release = join(root, "dist/release")
  const archiveIn = (): string | undefined =>
    existsSync(release)
      ? readdirSync(release).find((name) => name.startsWith("rollcall-") && name.includes(`-${thisSystem}.`))
      : undefined
  if (archiveIn() === undefined) {
    const script = join(root, "tooling/release/src/main.ts")
    execFileSync(process.execPath, [script, "--dry-run", "--only", thisSystem], { cwd: root, stdio: "inherit" })
  }
  const unpacked = mkdtempSync(join(tmpdir(), "rollcall-program-"))
  // That of Windows and macOS knows zip too.
  execFileSync("tar", ["-xf", join(release, archiveIn() ?? ""), "-C", unpacked, "--strip-components=1"])
  return join(unpacked, process.platform === "win32" ? "rollcall.exe" : "rollcall")
}
