// Renews `deploy/image/image.lock`: each package by the newest version that apt finds.
import { architectures } from "./architectures.ts"
import { newestPackage, updateLists } from "./debianPackages.ts"
import type { ImageLock } from "./lock.ts"
import { packageLicences } from "./lock.ts"

/** A lock of the newest packages. */
export const newestLock = (): ImageLock => {
  updateLists()
  const [amd64, arm64] = architectures.map(({ name }) =>
    Object.keys(packageLicences).map((it) => newestPackage(it, name)),
  )
  return { packages: { amd64: amd64 ?? [], arm64: arm64 ?? [] } }
}
