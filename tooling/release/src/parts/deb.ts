// Packages for Debian and Ubuntu: both programs with the Node that runs them, and the worker as a service of systemd.
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, lutimesSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Platform } from "../fetchNode.ts"
import { writeSystemTree } from "../packaging/systemTree.ts"
import type { Part } from "../Part.ts"
import { Unmade } from "../Part.ts"
import type { Release } from "../Release.ts"
import { emptyWork, environmentOf, repository } from "../Release.ts"

/** Debian's names of the processors that a package is made for. */
const architectures = { amd64: "linux-x64", arm64: "linux-arm64" } as const satisfies Readonly<Record<string, Platform>>

type Architecture = keyof typeof architectures

/** The name of the package of an architecture: `rollcall_1.2.3_amd64.deb`. */
const debFile = ({ version }: Release, architecture: Architecture): string =>
  // What comes before a release sorts before it in Debian with a tilde.
  `rollcall_${version.replace("-", "~")}_${architecture}.deb`

const make = (release: Release, architecture: Architecture): string => {
  if (spawnSync("dpkg-deb", ["--version"]).status !== 0) {
    throw new Unmade(
      "There is no dpkg-deb: install Debian's package dpkg, or make the release without: --only PART.",
      69,
    )
  }
  const root = emptyWork(release, `deb-${architecture}`)
  writeSystemTree(release, architectures[architecture], root)
  const debian = (name: string) => join(repository, "deploy/debian", name)
  const put = (name: string, to: string, mode: number) => {
    mkdirSync(join(root, to, ".."), { recursive: true })
    copyFileSync(debian(name), join(root, to))
    chmodSync(join(root, to), mode)
  }
  put("rollcall-worker.service", "usr/lib/systemd/system/rollcall-worker.service", 0o644)
  put("worker.env", "etc/rollcall/worker.env", 0o640)
  mkdirSync(join(root, "etc/rollcall/secrets"))
  for (const script of ["postinst", "prerm", "postrm"]) put(script, `DEBIAN/${script}`, 0o755)
  writeFileSync(join(root, "DEBIAN/conffiles"), "/etc/rollcall/worker.env\n")
  writeFileSync(join(root, "DEBIAN/control"), control(release, architecture, kibibytesIn(root)))
  settle(root, release.committed)
  const file = debFile(release, architecture)
  // zstd is known to Debian 12, Ubuntu 22.04 and later, and takes a tenth of the time of xz.
  execFileSync(
    "dpkg-deb",
    ["--root-owner-group", "-Zzstd", "-z9", "--threads-max=1", "--build", root, join(release.folder, file)],
    {
      env: environmentOf(release),
      stdio: ["ignore", "ignore", "inherit"],
    },
  )
  rmSync(root, { recursive: true })
  return file
}

/** The symbols of the npm build of Node ask for these versions of the system's libraries. */
const depends = "libc6 (>= 2.28), libstdc++6 (>= 8), libgcc-s1, libatomic1"

const control = ({ version, names }: Release, architecture: Architecture, kibibytes: number): string =>
  [
    "Package: rollcall",
    `Version: ${version.replace("-", "~")}`,
    `Architecture: ${architecture}`,
    "Section: admin",
    "Priority: optional",
    "Maintainer: Rollcall contributors <rollcall@localhost>",
    `Installed-Size: ${kibibytes}`,
    `Depends: ${depends}`,
    ...(names.repository === null ? [] : [`Homepage: ${names.repository}`]),
    "Description: who is in a Slack workspace, and what they may do",
    " Reads accounts, roles and groups of Slack Pro, Business+ and GovSlack into one",
    " file, answers questions about it, reviews and changes access. The worker does",
    " the same on a schedule, or for ConductorOne.",
    "",
  ].join("\n")

const filesIn = (root: string): ReadonlyArray<string> =>
  readdirSync(root, { recursive: true, encoding: "utf8" }).map((path) => join(root, path))

const kibibytesIn = (root: string): number =>
  Math.ceil(
    filesIn(root).reduce((bytes, path) => bytes + (statSync(path).isFile() ? statSync(path).size : 0), 0) / 1024,
  )

/** Modes that do not depend on who makes the package, and the time of the commit. */
const settle = (root: string, seconds: number): void => {
  for (const path of [...filesIn(root), root].toReversed()) {
    const it = statSync(path)
    const isPrivate = path.startsWith(join(root, "etc/rollcall")) && !path.endsWith("etc/rollcall")
    if (it.isDirectory()) chmodSync(path, isPrivate ? 0o700 : 0o755)
    else if (!isPrivate) chmodSync(path, (it.mode & 0o100) === 0 ? 0o644 : 0o755)
    lutimesSync(path, seconds, seconds)
  }
}

export const debs: ReadonlyArray<Part> = (["amd64", "arm64"] as const).map((architecture) => ({
  name: `deb-${architecture}`,
  about: `the package for Debian and Ubuntu on ${architecture}`,
  after: ["bundles", "papers"],
  make: async (release) => [make(release, architecture)],
}))
