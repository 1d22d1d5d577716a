// Unpacks an image as a container engine does: its layers, from the lowest, into a folder.
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Architecture } from "./architectures.ts"
import { imageDigest } from "./layout.ts"

interface Index {
  readonly manifests: ReadonlyArray<{
    readonly digest: string
    readonly platform: { readonly architecture: string }
  }>
}

interface Manifest {
  readonly layers: ReadonlyArray<{ readonly digest: string }>
}

/** Unpacks the image of one processor out of the tar of a layout, with its owners where the user may set them. */
export const unpackImage = (tar: string, architecture: Architecture["name"], root: string): void => {
  const layout = mkdtempSync(join(tmpdir(), "rollcall-layout-"))
  try {
    execFileSync("tar", ["--extract", `--file=${tar}`, `--directory=${layout}`])
    const path = (digest: string): string => join(layout, "blobs", digest.replace(":", "/"))
    const index: Index = JSON.parse(readFileSync(path(imageDigest(tar)), "utf8"))
    const found = index.manifests.find(({ platform }) => platform.architecture === architecture)
    if (found === undefined) throw new Error(`${tar} has no image for ${architecture}.`)
    const { layers }: Manifest = JSON.parse(readFileSync(path(found.digest), "utf8"))
    mkdirSync(root, { recursive: true })
    for (const { digest } of layers) {
      execFileSync("tar", ["--extract", "--gzip", "--numeric-owner", `--file=${path(digest)}`, `--directory=${root}`])
    }
  } finally {
    rmSync(layout, { recursive: true })
  }
}
