// The worker's image for some processors, as one tar.
import { join } from "node:path"
import type { Release } from "../Release.ts"
import { emptyWork } from "../Release.ts"
import type { Architecture } from "./architectures.ts"
import type { Layer } from "./layer.ts"
import { packLayer } from "./layer.ts"
import type { ArchitectureLayers } from "./layout.ts"
import { blobsIn, packLayout } from "./layout.ts"
import type { ImageLock } from "./lock.ts"
import { writeRoot } from "./root.ts"

/** The file of an image, by its name in a release. */
export const imageFile = ({ version }: Release): string => `rollcall-worker-${version}-oci.tar`

/**
 * Makes the image in the folder of the release, of the worker's bundle in the folder `bundle`, and gives its digest. Node and its libraries
 * have no time, the worker has that of the commit: so the layers below it are those of the release before, where they hold the same.
 */
export const makeImage = async (
  release: Release,
  architectures: ReadonlyArray<Architecture>,
  lock: ImageLock,
  bundle: string,
): Promise<string> => {
  const work = emptyWork(release, "image")
  const layout = join(work, "layout")
  const blobs = blobsIn(layout)
  const pack = async (architecture: Architecture): Promise<ArchitectureLayers> => {
    const of = (layer: string): string => join(work, architecture.name, layer)
    const folders = { libraries: of("libraries"), node: of("node"), worker: of("worker") }
    writeRoot(folders, architecture, lock, bundle)
    const layers: ReadonlyArray<Layer> = [
      await packLayer(folders.libraries, blobs, 0),
      await packLayer(folders.node, blobs, 0),
      await packLayer(folders.worker, blobs, release.committed),
    ]
    return { architecture: architecture.name, layers }
  }
  const parts = await Promise.all(architectures.map(pack))
  return packLayout(layout, parts, release, join(release.folder, imageFile(release)))
}
