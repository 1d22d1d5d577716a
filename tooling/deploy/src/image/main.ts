// Lays out what the worker's image is built from, in `dist/image` or the folder that is given, and says how to build it.
import { imageRefusal, prepareImage } from "./prepareImage.ts"

const [folder = "dist/image"] = process.argv.slice(2)
const refusal = imageRefusal()
if (refusal === undefined) {
  const { version } = prepareImage(folder)
  console.log(`${folder} is ready. Build the image with docker, or with podman or buildah in its place:`)
  console.log(`docker build -t rollcall-worker:${version} -f ${folder}/Containerfile ${folder}`)
} else {
  console.error(refusal)
  process.exitCode = 1
}
