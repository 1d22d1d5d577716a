// Bills of material: what is in the packages, the binaries and the image, each in CycloneDX and in SPDX. Validators that are not what wrote
// them check both.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Part } from "../Part.ts"
import { Unmade } from "../Part.ts"
import type { Release } from "../Release.ts"
import { cycloneDx } from "../sbom/cycloneDx.ts"
import { inventories } from "../sbom/inventories.ts"
import { spdx } from "../sbom/spdx.ts"
import { sbomFaults } from "../sbom/sbomFaults.ts"

const formats = { "cdx.json": cycloneDx, "spdx.json": spdx } as const

/** Writes all bills of a release whose bundles have been made, and gives their names. */
const writeSboms = (release: Release): ReadonlyArray<string> =>
  inventories().flatMap((inventory) =>
    Object.entries(formats).map(([ending, write]) => {
      const name = `rollcall-${release.version}-${inventory.name}.${ending}`
      writeFileSync(join(release.folder, name), write(release, inventory))
      return name
    }),
  )

export const sbom: Part = {
  name: "sbom",
  about: "what is in packages, binaries and image, in CycloneDX and SPDX",
  after: ["bundles"],
  make: async (release) => {
    const names = writeSboms(release)
    const faults = sbomFaults(names.map((name) => join(release.folder, name)))
    if (faults.length > 0) throw new Unmade(`A bill of materials is not valid:\n${faults.join("\n")}`, 1)
    return names
  },
}
