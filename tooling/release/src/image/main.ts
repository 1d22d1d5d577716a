// `pnpm image`: makes the worker's image for this machine's processor in `dist/image`, or the folder that is given, and says how to load it.
// `--update-lock` renews the Debian packages that every image takes its libraries from.
import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { Unmade } from "../Part.ts"
import { bundleOf, makeBundle } from "../appBundles.ts"
import { releaseOf, repository } from "../Release.ts"
import { ownArchitecture } from "./architectures.ts"
import { image } from "./image.ts"
import { changesOf, readLock, writeLock } from "./lock.ts"
import { imageFile, makeImage } from "./makeImage.ts"
import { newestLock } from "./renewLock.ts"

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const updateLock = (): void => {
  const renewed = newestLock()
  const changes = changesOf(readLock(), renewed)
  writeLock(renewed)
  for (const line of changes) say(line)
  say(changes.length === 0 ? "deploy/image/image.lock has the newest packages." : "Commit deploy/image/image.lock.")
}

const makeHere = async (folder: string): Promise<void> => {
  const architecture = ownArchitecture()
  if (architecture === undefined) {
    throw new Unmade(
      `There is no image for ${process.platform} on ${process.arch}: run it on Linux on x64 or arm64, or make both with: pnpm release --dry-run --only image`,
    )
  }
  mkdirSync(folder, { recursive: true })
  const release = releaseOf(folder, say)
  makeBundle(release, "rollcall-worker")
  const digest = await makeImage(release, [architecture], readLock(), bundleOf("rollcall-worker"))
  const tar = join(folder, imageFile(release))
  say(`${tar} holds ${image.name}:${release.version} for ${architecture.name}, ${digest}. Load it with one of:`)
  say(`  podman load --input ${tar}`)
  say(`  docker load --input ${tar}`)
  say(`  skopeo copy oci-archive:${tar} docker://REGISTRY/${image.name}:${release.version}`)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "update-lock": { type: "boolean", default: false } },
})
try {
  if (values["update-lock"]) updateLock()
  else await makeHere(resolve(positionals[0] ?? join(repository, "dist/image")))
} catch (cause) {
  if (!(cause instanceof Unmade)) throw cause
  process.stderr.write(`error: ${cause.message}\n`)
  process.exitCode = cause.exitCode
}
