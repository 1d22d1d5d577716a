// What stands in the image's root beside the worker: the Node that runs this program, which is the one of the lockfile,
// and the libraries that it has loaded, found where its loader will look for them.
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { libraryLicences, libraryLicencesFile } from "./libraryLicences.ts"

/** The user that the worker runs as; no user of the machine that builds or runs the image. */
const user = 65_532

/**
 * A user without a line in `passwd` has no name, which makes `os.userInfo()` fail. Without `nsswitch.conf`, C libraries of
 * some years ago ask the network before `/etc/hosts`, even for `localhost`.
 */
const smallFiles: Readonly<Record<string, string>> = {
  "etc/group": `rollcall:x:${user}:\n`,
  "etc/nsswitch.conf": "hosts: files dns\n",
  "etc/passwd": `rollcall:x:${user}:${user}::/var/lib/rollcall:/nonexistent\n`,
}

/** Before 2.34 the C library loaded these by name when the first host was looked up. */
const nameLookups = ["libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"]

/** Writes Node, its libraries and the few files that the C library reads into the folder that becomes `/`. */
export const writeRootFiles = (root: string): void => {
  const libraries = [...loadedLibraries(), ...lookupLibraries()]
  for (const library of libraries) put(library, join(root, library))
  put(process.execPath, join(root, "usr/local/bin/node"))
  put(join(dirname(process.execPath), "../LICENSE"), join(root, "usr/local/share/node/LICENSE"))
  const texts = { ...smallFiles, [libraryLicencesFile]: libraryLicences(libraries) }
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

const loadedLibraries = (): ReadonlyArray<string> => {
  const report: { readonly sharedObjects: ReadonlyArray<string> } = JSON.parse(
    JSON.stringify(process.report.getReport()),
  )
  // The kernel gives one that is no file (linux-vdso).
  return report.sharedObjects.filter((path) => path.startsWith("/") && path !== process.execPath)
}

const lookupLibraries = (): ReadonlyArray<string> => {
  const libc = loadedLibraries().find((path) => path.endsWith("/libc.so.6"))
  if (libc === undefined) return []
  return nameLookups.map((name) => join(dirname(libc), name)).filter((path) => existsSync(path))
}

/** Copies what a path leads to, links followed. */
const put = (from: string, to: string): void => {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
}
