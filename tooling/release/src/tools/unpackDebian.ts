// Programs of Debian's packages, unpacked once per machine without installing them.
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { Unmade } from "../Part.ts"
import { cacheFolder } from "../cacheFolder.ts"

/** The program of that path in a package, as it stands in the cache; fetched where it is not there. It must need no file beside it. */
export const unpackDebian = (name: string, program: string): string => {
  const kept = join(cacheFolder("debian"), name, program)
  if (existsSync(kept)) return kept
  const aside = mkdtempSync(join(cacheFolder("debian"), `.${name}-`))
  try {
    download(name, aside)
    const [file = ""] = readdirSync(aside).filter((it) => it.endsWith(".deb"))
    execFileSync("dpkg-deb", ["--extract", join(aside, file), join(aside, "root")])
    mkdirSync(dirname(kept), { recursive: true })
    renameSync(join(aside, "root", program), kept)
    return kept
  } catch (cause) {
    throw new Unmade(
      `Debian's package ${name} could not be unpacked: install it, or run this on Debian. ${String(cause)}`,
    )
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

const download = (name: string, folder: string): void => {
  const apt = (...args: ReadonlyArray<string>) =>
    execFileSync("apt-get", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] })
  try {
    apt("download", name)
  } catch {
    // Old lists name a version that is not there any more.
    apt("update")
    apt("download", name)
  }
}
