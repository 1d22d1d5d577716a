// The worker's image for both processors, and the index of both, in one tar.
import { architectures } from "../image/architectures.ts"
import { readLock } from "../image/lock.ts"
import { imageFile, makeImage } from "../image/makeImage.ts"
import type { Part } from "../Part.ts"
import { bundleOf } from "../appBundles.ts"

export const image: Part = {
  name: "image",
  about: "the worker's image for linux/amd64 and linux/arm64, as an OCI layout in a tar",
  after: ["bundles"],
  make: async (release) => {
    const digest = await makeImage(release, architectures, readLock(), bundleOf("rollcall-worker"))
    release.say(`image: ${digest}`)
    return [imageFile(release)]
  },
}
