// Archives that have the same bytes whenever and wherever they are made of the same files: names in order, the time of the commit, nobody's
// user. They are packed by the zlib of the Node that runs this, which is the one of the lockfile.
import { execFileSync } from "node:child_process"
import { createWriteStream, readdirSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"
import { gzipSync } from "node:zlib"
import { ZipFile } from "yazl"
import { tarOptions } from "../tarOptions.ts"

/** Packs a folder, which is the only thing at the top, as `.tar.gz`; links stay links. `time` is in seconds since 1970. */
export const tarball = (folder: string, to: string, time: number): void => {
  const from = ["--create", "--directory", dirname(folder), basename(folder)]
  const tar = execFileSync("tar", [...tarOptions(time), "--mode=u=rwX,go=rX", ...from], { maxBuffer: 1 << 30 })
  writeFileSync(to, gzipSync(tar))
}

/** Packs the files of a folder, which is the only thing at the top, as `.zip`. */
export const zip = async (folder: string, to: string, time: number): Promise<void> => {
  const archive = new ZipFile()
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile())
  for (const path of files.map((it) => join(it.parentPath, it.name)).toSorted()) {
    const name = join(basename(folder), path.slice(folder.length + 1)).replaceAll("\\", "/")
    archive.addFile(path, name, { mtime: new Date(time * 1000), mode: 0o100755 })
  }
  archive.end()
  await pipeline(archive.outputStream, createWriteStream(to))
}
