// Debian's packages for any processor, as apt finds them in the archives of this machine, without changing anything of the machine: lists
// and downloads are in the user's cache.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { basename, join } from "node:path"
import { cacheFolder } from "../cacheFolder.ts"
import { Unmade } from "../Part.ts"
import type { Architecture } from "./architectures.ts"
import { architectures } from "./architectures.ts"
import type { LockedPackage } from "./lock.ts"

/** The settings that keep apt away from the state of the machine; it reads archives and keys of the machine. */
const settings = (): string => {
  const root = cacheFolder("apt")
  for (const folder of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(root, folder), { recursive: true })
  const lines = [
    `Dir::State "${root}";`,
    `Dir::State::lists "${join(root, "lists")}";`,
    `Dir::State::status "${join(root, "status")}";`,
    `Dir::Cache "${join(root, "cache")}";`,
    ...architectures.map(({ name }) => `APT::Architectures:: "${name}";`),
    // The user of apt that fetches cannot write here.
    'APT::Sandbox::User "";',
    'Acquire::Languages "none";',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
  ]
  writeFileSync(join(root, "status"), "")
  writeFileSync(join(root, "apt.conf"), `${lines.join("\n")}\n`)
  return join(root, "apt.conf")
}

const apt = (program: "apt-get" | "apt-cache", args: ReadonlyArray<string>, cwd?: string): string => {
  try {
    return execFileSync(program, args, {
      cwd,
      env: { ...process.env, APT_CONFIG: settings(), LC_ALL: "C.UTF-8" },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    })
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOENT")) throw cause
    throw new Unmade(
      `The image takes libraries from packages of Debian, and there is no ${program} here. Make it on Debian, or in a container of it.`,
    )
  }
}

/** Reads the lists of packages again. */
export const updateLists = (): void => void apt("apt-get", ["update", "--quiet"])

/** The newest version of a package that apt finds. */
export const newestPackage = (name: string, architecture: Architecture["name"]): LockedPackage => {
  const said = apt("apt-cache", ["show", "--no-all-versions", `${name}:${architecture}`])
  const field = (it: string): string => new RegExp(`^${it}: (.+)$`, "mu").exec(said)?.[1] ?? ""
  return { name, version: field("Version"), sha256: field("SHA256"), file: field("Filename") }
}

/** The file of a locked package, fetched where the cache does not have it. Fails with `Unmade` where the archive does not have it any more. */
export const fetchDebianPackage = (locked: LockedPackage, architecture: Architecture["name"]): string => {
  const folder = cacheFolder("debian-packages")
  const kept = join(folder, basename(locked.file))
  if (existsSync(kept) && hashOf(kept) === locked.sha256) return kept
  // Moved into place when it is whole, so that another process never finds a part of it.
  const aside = mkdtempSync(join(folder, "."))
  try {
    const file = download(locked, architecture, aside)
    const found = hashOf(file)
    if (found !== locked.sha256) {
      throw new Unmade(
        `${locked.name} ${locked.version} for ${architecture} has the SHA-256 ${found}, and deploy/image/image.lock expects ${locked.sha256}. Find out why before you use it.`,
      )
    }
    renameSync(file, kept)
    return kept
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

const download = ({ name, version }: LockedPackage, architecture: Architecture["name"], folder: string): string => {
  const fetched = () => {
    apt("apt-get", ["download", "--quiet", `${name}:${architecture}=${version}`], folder)
    return join(folder, readdirSync(folder)[0] ?? "")
  }
  try {
    return fetched()
  } catch (cause) {
    if (cause instanceof Unmade) throw cause
    // There are no lists yet, or they are old.
    try {
      updateLists()
      return fetched()
    } catch (again) {
      throw new Unmade(
        `${name} ${version} for ${architecture} cannot be had from the archives that apt reads here. If Debian has replaced it, run \`pnpm image --update-lock\` and look at what it changes; on another system than that of deploy/image/image.lock, make the image in a container of that Debian. apt says: ${complaintOf(again)}`,
      )
    }
  }
}

const complaintOf = (cause: unknown): string =>
  String(cause instanceof Error && "stderr" in cause ? cause.stderr : cause).trim()

const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex")
