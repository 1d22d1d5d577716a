// All that a release consists of, in the order in which it is made.
import type { Part } from "./Part.ts"
import { binaries } from "./parts/binaries.ts"
import { bundles, papers } from "./parts/ingredients.ts"
import { chart } from "./parts/chart.ts"
import { debs } from "./parts/deb.ts"
import { image } from "./parts/image.ts"
import { npm } from "./parts/npm.ts"
import { homebrew, scoop } from "./parts/packageManagers.ts"
import { sbom } from "./parts/sbom.ts"
import { site } from "./parts/site.ts"

export const parts: ReadonlyArray<Part> = [
  bundles,
  papers,
  npm,
  ...binaries,
  ...debs,
  image,
  chart,
  sbom,
  homebrew,
  scoop,
  site,
]
