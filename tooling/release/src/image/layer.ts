// A layer of an image: a folder as a tar, with the same bytes whenever and wherever it is packed. Whoever packs it and whatever his umask,
// all belongs to root, and nobody else may write.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { createReadStream, createWriteStream, existsSync, readdirSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Transform } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGzip } from "node:zlib"
import { tarOptions } from "../tarOptions.ts"
import { image } from "./image.ts"

/** Something that an image refers to by its hash. */
export interface Blob {
  /** `sha256:` and 64 hex digits, which is the name of its file too. */
  readonly digest: string
  readonly size: number
}

export interface Layer extends Blob {
  /** The digest of the tar before it was compressed. */
  readonly diffId: string
}

/** Packs a folder into a blob in the folder `blobs`. `time` is in seconds since 1970. */
export const packLayer = async (folder: string, blobs: string, time: number): Promise<Layer> => {
  const tar = `${folder}.tar`
  packTar(folder, tar, time)
  const packed = `${folder}.tar.gz`
  const [whole, compressed] = [measured(), measured()]
  // That zlib gives the same bytes on both processors, with the Node of the lockfile, is what `pnpm long image` tries.
  const gzip = createGzip({ level: 6 })
  await pipeline(createReadStream(tar), whole.through, gzip, compressed.through, createWriteStream(packed))
  rmSync(tar)
  const { digest, size } = compressed.blob()
  renameSync(packed, join(blobs, digest.slice("sha256:".length)))
  return { digest, size, diffId: whole.blob().digest }
}

const packTar = (folder: string, to: string, time: number): void => {
  const workFolder = image.workFolder.slice(1)
  const run = (mode: string, owner: number, ...args: ReadonlyArray<string>) => {
    const what = [`--mode=${mode}`, `--file=${to}`, `--directory=${folder}`]
    execFileSync("tar", [...tarOptions(time, owner), ...what, ...args])
  }
  run("u=rwX,go=rX", 0, "--create", `--exclude=${workFolder}`, ...readdirSync(folder).toSorted())
  if (existsSync(join(folder, workFolder))) {
    // Its group is root's, as OpenShift runs containers as some user of that group.
    run("u=rwx,g=rwx,o=", image.user, "--append", "--no-recursion", workFolder)
  }
}

/** Passes bytes on, and knows of all that has passed. */
const measured = () => {
  const hash = createHash("sha256")
  let size = 0
  const through = new Transform({
    transform(block: Buffer, _, done) {
      hash.update(block)
      size += block.length
      done(null, block)
    },
  })
  return { through, blob: (): Blob => ({ digest: `sha256:${hash.digest("hex")}`, size }) }
}
