// Programs of one file that need no Node: an archive for each system, with the command, the worker, and the papers.
import { copyFileSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { tarball, zip } from "../binaries/archive.ts"
import type { Bundles } from "../binaries/makeProgram.ts"
import { makeProgram, programFile } from "../binaries/makeProgram.ts"
import { readmeOf } from "../binaries/readme.ts"
import type { System } from "../binaries/systems.ts"
import { systems } from "../binaries/systems.ts"
import { fetchNode } from "../fetchNode.ts"
import type { Part } from "../Part.ts"
import type { Release } from "../Release.ts"
import { emptyWork, repository } from "../Release.ts"
import { bundleOf } from "../appBundles.ts"
import { papersOf } from "../packaging/papers.ts"

/** The name of the folder in an archive; the archive adds its ending. */
const archiveName = ({ version }: Release, { name }: System): string => `rollcall-${version}-${name}`

export const binaries: ReadonlyArray<Part> = systems.map((system) => ({
  name: system.name,
  about: `the command and the worker as one program for ${system.name}`,
  after: ["bundles", "papers"],
  make: async (release) => [
    await makeArchive(release, system, {
      bundles: { rollcall: bundleOf("rollcall"), "rollcall-worker": bundleOf("rollcall-worker") },
      papers: papersOf(release),
    }),
  ],
}))

/** What an archive is made of: bundles, and the folder of the part `papers`. */
interface Ingredients {
  readonly bundles: Bundles
  readonly papers?: string
}

/** Makes the archive of a system in the folder of the release; gives its name. What is in it stays in the part's folder for work. */
export const makeArchive = async (release: Release, system: System, { bundles, papers }: Ingredients) => {
  const work = emptyWork(release, system.name)
  const name = archiveName(release, system)
  const folder = join(work, name)
  for (const each of ["made", name, `${name}/licences`]) mkdirSync(join(work, each))
  const made = makeProgram(system, bundles, join(work, "made"))
  renameSync(made, join(folder, programFile(system)))
  rmSync(join(work, "made"), { recursive: true })
  nameWorker[system.format](folder)

  writeFileSync(join(folder, "README.md"), readmeOf(release, system))
  copyFileSync(join(repository, "LICENSE"), join(folder, "LICENSE"))
  // The package for Windows has no licence; it is that of the version.
  copyFileSync(join(fetchNode("linux-x64"), "LICENSE"), join(folder, "licences", "node"))
  for (const [app, from] of Object.entries(bundles))
    copyFileSync(join(from, licencesFile), join(folder, "licences", app))
  if (papers !== undefined) cpSync(papers, folder, { recursive: true })

  const [ending, pack] = system.format === "pe" ? (["zip", zip] as const) : (["tar.gz", tarball] as const)
  await pack(folder, join(release.folder, `${name}.${ending}`), release.committed)
  return `${name}.${ending}`
}

const licencesFile = "THIRD_PARTY_LICENSES"

/** The worker is the same program by another name. Windows has no links that everybody may make. */
const nameWorker: Readonly<Record<System["format"], (folder: string) => void>> = {
  elf: (folder) => symlinkSync("rollcall", join(folder, "rollcall-worker")),
  "mach-o": (folder) => symlinkSync("rollcall", join(folder, "rollcall-worker")),
  pe: (folder) =>
    writeFileSync(join(folder, "rollcall-worker.cmd"), '@"%~dp0rollcall.exe" worker %*\r\n@exit /b %ERRORLEVEL%\r\n'),
}
