// What other parts are made of. They leave no files of a release.
import { apps, makeBundle } from "../appBundles.ts"
import { writePapers } from "../packaging/papers.ts"
import type { Part } from "../Part.ts"

export const bundles: Part = {
  name: "bundles",
  about: "the bundles of both apps, which other parts are made of",
  after: [],
  make: async (release) => {
    for (const app of apps) makeBundle(release, app)
    return []
  },
}

export const papers: Part = {
  name: "papers",
  about: "manual pages and completion scripts, which packages hold",
  after: ["bundles"],
  make: async (release) => {
    writePapers(release)
    return []
  },
}
