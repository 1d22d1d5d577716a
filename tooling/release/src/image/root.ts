// The three layers of the image, each written into a folder that stands for `/`. The lower two stay the same between releases, as long as Node
// and the lock do: who upgrades fetches the upper one alone.
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { stripElf } from "../binaries/stripElf.ts"
import { fetchNode } from "../fetchNode.ts"
import { repository } from "../Release.ts"
import type { Architecture } from "./architectures.ts"
import { image } from "./image.ts"
import { writeLibraries } from "./libraries.ts"
import type { ImageLock } from "./lock.ts"

export interface RootFolders {
  readonly libraries: string
  readonly node: string
  readonly worker: string
}

/** Writes the layers into these folders, which may be one. `bundle` is the folder of the worker's bundle. */
export const writeRoot = (folders: RootFolders, architecture: Architecture, lock: ImageLock, bundle: string): void => {
  const packed = fetchNode(architecture.platform)
  const node = stripElf(readFileSync(join(packed, "bin/node")))
  writeLibraries(folders.libraries, node, architecture, lock)

  for (const folder of ["bin", "share/node"]) mkdirSync(join(folders.node, "usr/local", folder), { recursive: true })
  writeFileSync(join(folders.node, "usr/local/bin/node"), node, { mode: 0o755 })
  copyFileSync(join(packed, "LICENSE"), join(folders.node, "usr/local/share/node/LICENSE"))

  const program = join(folders.worker, image.program)
  mkdirSync(program, { recursive: true })
  cpSync(bundle, program, { recursive: true, filter: (path) => !/\.(?:map|tgz)$/u.test(path) })
  copyFileSync(join(repository, "LICENSE"), join(program, "LICENSE"))
  mkdirSync(join(folders.worker, image.workFolder), { recursive: true })
}
