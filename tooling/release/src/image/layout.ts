// An image as a layout of OCI in one tar: https://github.com/opencontainers/image-spec (version 1.1). No daemon takes part.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Release } from "../Release.ts"
import { tarOptions } from "../tarOptions.ts"
import type { Architecture } from "./architectures.ts"
import { image } from "./image.ts"
import type { Blob, Layer } from "./layer.ts"

const types = {
  config: "application/vnd.oci.image.config.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  manifest: "application/vnd.oci.image.manifest.v1+json",
} as const

/** A blob as others refer to it. */
interface Descriptor extends Blob {
  readonly mediaType: string
  readonly platform?: { readonly architecture: string; readonly os: "linux" }
}

/** The layers of one processor, from the lowest. */
export interface ArchitectureLayers {
  readonly architecture: Architecture["name"]
  readonly layers: ReadonlyArray<Layer>
}

/** What is written of an image in its labels and annotations; of the repository only where it is known. */
const notesOf = (release: Release): Readonly<Record<string, string>> => ({
  "org.opencontainers.image.created": timeOf(release),
  "org.opencontainers.image.description": image.description,
  "org.opencontainers.image.licenses": image.licences,
  "org.opencontainers.image.revision": `${release.commit}${release.dirty ? "-dirty" : ""}`,
  ...(release.names.repository === null ? {} : { "org.opencontainers.image.source": release.names.repository }),
  "org.opencontainers.image.title": image.title,
  "org.opencontainers.image.version": release.version,
})

const timeOf = ({ committed }: Release): string => new Date(committed * 1000).toISOString().replace(".000Z", "Z")

/** How a container of the image is started: https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md */
const configOf = (release: Release, { architecture, layers }: ArchitectureLayers): object => ({
  created: timeOf(release),
  architecture,
  os: "linux",
  config: {
    User: `${image.user}:${image.user}`,
    ExposedPorts: { [`${image.port}/tcp`]: {} },
    Env: Object.entries(image.environment).map(([name, value]) => `${name}=${value}`),
    Entrypoint: image.entrypoint,
    Volumes: { [image.workFolder]: {} },
    WorkingDir: image.workFolder,
    Labels: notesOf(release),
    StopSignal: "SIGTERM",
  },
  rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  history: layers.map(() => ({ created: timeOf(release), created_by: "pnpm release" })),
})

const pathOf = ({ digest }: Descriptor): string => `blobs/${digest.replace(":", "/")}`

/** The folder of a layout whose blobs are to stand in `blobs/sha256`. */
export const blobsIn = (layout: string): string => {
  const folder = join(layout, "blobs/sha256")
  mkdirSync(folder, { recursive: true })
  return folder
}

/**
 * Writes what refers to layers that stand in a layout already, and packs it as a tar. Gives the digest that the image has in a registry: of
 * the index of all processors.
 */
export const packLayout = (
  layout: string,
  parts: ReadonlyArray<ArchitectureLayers>,
  release: Release,
  tar: string,
): string => {
  const put = (mediaType: string, content: object): Descriptor => {
    const bytes = Buffer.from(JSON.stringify(content))
    const hash = createHash("sha256").update(bytes).digest("hex")
    writeFileSync(join(blobsIn(layout), hash), bytes)
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length }
  }
  const annotations = notesOf(release)
  const made = parts.map((part) => {
    const config = put(types.config, configOf(release, part))
    const layers = part.layers.map(({ digest, size }): Descriptor => ({ mediaType: types.layer, digest, size }))
    const manifest = put(types.manifest, { schemaVersion: 2, mediaType: types.manifest, config, layers, annotations })
    return { config, layers, manifest, platform: { architecture: part.architecture, os: "linux" as const } }
  })
  const manifests = made.map(({ manifest, platform }): Descriptor => ({ ...manifest, platform }))
  const index = put(types.index, { schemaVersion: 2, mediaType: types.index, manifests, annotations })
  const names = {
    "io.containerd.image.name": `${image.name}:${release.version}`,
    "org.opencontainers.image.ref.name": release.version,
  }
  // Older dockers look for this file alone; it can tell of one processor only.
  const [only, ...others] = made
  const forDocker =
    only === undefined || others.length > 0
      ? {}
      : {
          "manifest.json": [
            {
              Config: pathOf(only.config),
              RepoTags: [`${image.name}:${release.version}`],
              Layers: only.layers.map(pathOf),
            },
          ],
        }
  const files = {
    ...forDocker,
    "index.json": {
      schemaVersion: 2,
      mediaType: types.index,
      manifests: [{ ...index, annotations: names }],
    },
    "oci-layout": { imageLayoutVersion: "1.0.0" },
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(layout, name), JSON.stringify(content))
  const what = ["--mode=u=rwX,go=rX", "--create", `--file=${tar}`, `--directory=${layout}`]
  execFileSync("tar", [...tarOptions(release.committed), ...what, "blobs", ...Object.keys(files)])
  return index.digest
}

const readIn = (tar: string, path: string): string =>
  execFileSync("tar", ["--extract", "--to-stdout", `--file=${tar}`, path], { encoding: "utf8" })

/** The commit that an image was made of, as its index says: 40 hex digits, and `-dirty` where the working tree differed. */
export const imageRevision = (tar: string): string | undefined => {
  const index: { readonly annotations?: Readonly<Record<string, string>> } = JSON.parse(
    readIn(tar, `blobs/${imageDigest(tar).replace(":", "/")}`),
  )
  return index.annotations?.["org.opencontainers.image.revision"]
}

/** The digest that an image has in a registry, of the tar of its layout. */
export const imageDigest = (tar: string): string => {
  const index: { readonly manifests: ReadonlyArray<Descriptor> } = JSON.parse(readIn(tar, "index.json"))
  const [only] = index.manifests
  if (only === undefined) throw new Error(`${tar} holds no image.`)
  return only.digest
}
