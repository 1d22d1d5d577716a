// The layer below Node: the libraries that it needs, from Debian's packages, with their licences, and the files that a C library and those who
// scan images for faults read.
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import type { Architecture } from "./architectures.ts"
import { fetchDebianPackage } from "./debianPackages.ts"
import { elfNeeds } from "./elf.ts"
import { image } from "./image.ts"
import type { ImageLock } from "./lock.ts"

/**
 * A user without a line in `passwd` has no name, which makes `os.userInfo()` fail. Without `nsswitch.conf`, C libraries of some years ago ask
 * the network before `/etc/hosts`, even for `localhost`.
 */
const smallFiles: Readonly<Record<string, string>> = {
  "etc/group": `root:x:0:\nrollcall:x:${image.user}:\n`,
  "etc/nsswitch.conf": "hosts: files dns\n",
  "etc/passwd": `root:x:0:0:root:/nonexistent:/nonexistent\nrollcall:x:${image.user}:${image.user}::${image.workFolder}:/nonexistent\n`,
}

/** Writes the layer into a folder. `node` is the program whose libraries it has. */
export const writeLibraries = (root: string, node: Buffer, architecture: Architecture, lock: ImageLock): void => {
  const unpacked = mkdtempSync(join(tmpdir(), "rollcall-libraries-"))
  try {
    const packages = lock.packages[architecture.name].map((locked) => {
      const file = fetchDebianPackage(locked, architecture.name)
      execFileSync("dpkg-deb", ["--extract", file, unpacked])
      return { name: locked.name, control: execFileSync("dpkg-deb", ["--field", file], { encoding: "utf8" }) }
    })
    const files = new Map<string, Buffer>(Object.entries(smallFiles).map(([path, text]) => [path, Buffer.from(text)]))
    for (const [path, bytes] of librariesOf(node, unpacked, architecture)) files.set(path, bytes)
    files.set("etc/os-release", readFileSync(join(unpacked, "usr/lib/os-release")))
    const licences = packages.map(({ name }) => `usr/share/doc/${name}/copyright`)
    for (const path of licences) files.set(path, readFileSync(join(unpacked, path)))
    // What the licences refer to by its path on Debian stands at that path.
    const texts = licences.map((path) => files.get(path)?.toString("utf8")).join("\n")
    for (const [path] of texts.matchAll(/(?<=\/)usr\/share\/common-licenses\/[\w.-]*\w/gu)) {
      if (existsSync(join(unpacked, path))) files.set(path, readFileSync(join(unpacked, path)))
    }
    // Where scanners look for packages in images without a package manager.
    for (const { name, control } of packages) files.set(`var/lib/dpkg/status.d/${name}`, Buffer.from(control))

    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), bytes, { mode: /\/ld-[^/]+$/u.test(path) ? 0o755 : 0o644 })
    }
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
}

/** The loader that a program names, and all libraries that it needs, by their paths in the image. */
const librariesOf = (node: Buffer, unpacked: string, architecture: Architecture): ReadonlyMap<string, Buffer> => {
  const find = (name: string): Buffer => {
    const path = ["lib", "usr/lib"].map((it) => join(unpacked, it, architecture.libraries, name)).find(existsSync)
    if (path === undefined) throw new Error(`${name} is in none of the packages of deploy/image/image.lock.`)
    return readFileSync(path)
  }
  const { machine, interpreter, libraries } = elfNeeds(node)
  if (machine !== architecture.machine) throw new Error(`Node is not for ${architecture.name}.`)
  if (interpreter === undefined) throw new Error("Node names no loader.")
  const loader = basename(interpreter)
  const found = new Map([[interpreter.slice(1), find(loader)]])
  const needed = new Set(libraries)
  for (const name of needed) {
    if (name === loader) continue
    const bytes = find(name)
    found.set(`lib/${architecture.libraries}/${name}`, bytes)
    for (const further of elfNeeds(bytes).libraries) needed.add(further)
  }
  return found
}
