// The Helm chart, whose pods have the image of this release where its values name none.
import { ChartNotPackaged, packageChart } from "@rollcall/deploy/chart"
import { join } from "node:path"
import { imageDigest } from "../image/layout.ts"
import { imageFile } from "../image/makeImage.ts"
import type { Part } from "../Part.ts"
import { Unmade } from "../Part.ts"
import type { Release } from "../Release.ts"
import { findHelm } from "../tools/helm.ts"

/** The file of the chart, by its name in a release. */
export const chartFile = ({ version }: Release): string => `rollcall-${version}.tgz`

export const chart: Part = {
  name: "chart",
  about: "the Helm chart, which names the image by its digest",
  after: ["image"],
  make: async (release) => {
    const { version, committed, folder, names } = release
    findHelm()
    // Without a name of ours, whoever installs it says where the image is.
    const image = names.image === null ? {} : { image: imageOf(release, names.image) }
    try {
      return [packageChart({ version, appVersion: version, committed, ...image }, folder)]
    } catch (cause) {
      throw cause instanceof ChartNotPackaged ? new Unmade(cause.message) : cause
    }
  },
}

const imageOf = (release: Release, repository: string) => ({
  repository,
  digest: imageDigest(join(release.folder, imageFile(release))),
})
