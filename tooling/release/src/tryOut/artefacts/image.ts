// The image of the worker for this machine's processor: its layers are all that there is.
import { ownArchitecture } from "../../image/architectures.ts"
import { image as worker } from "../../image/image.ts"
import { unpackImage } from "../../image/unpackImage.ts"
import { Unmade } from "../../Part.ts"
import type { Artefact } from "../Artefact.ts"

export const image: Artefact = {
  name: "the image of the worker",
  files: [/^rollcall-worker-.*-oci\.tar$/u],
  base: "nothing",
  install: async (root, [tar = ""]) => {
    const architecture = ownArchitecture()
    if (architecture === undefined) throw new Unmade(`There is no image for ${process.arch}.`)
    unpackImage(tar, architecture.name, root.folder)
    return { worker: worker.entrypoint }
  },
}
