// An inventory in SPDX 2.3 as JSON: https://spdx.github.io/spdx-spec/v2.3/
import type { Release } from "../Release.ts"
import { idOf } from "./idOf.ts"
import type { Component, Inventory } from "./Inventory.ts"
import { flat } from "./Inventory.ts"

const document = "SPDXRef-DOCUMENT"
const subject = "SPDXRef-rollcall"
const unknown = "NOASSERTION"

/** The text of an inventory. */
export const spdx = (release: Release, inventory: Inventory): string => {
  const ids = new Map(flat(inventory.components).map(({ purl }, at) => [purl, `SPDXRef-${at + 1}`]))
  const idOfComponent = ({ purl }: Component): string => ids.get(purl) ?? ""
  const contains = (from: string, components: ReadonlyArray<Component>): ReadonlyArray<object> =>
    components.flatMap((component) => [
      relationship(from, "CONTAINS", idOfComponent(component)),
      ...contains(idOfComponent(component), component.parts ?? []),
    ])
  const content = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: document,
    name: `rollcall-${release.version}-${inventory.name}`,
    // A name and no address, as the specification has it.
    documentNamespace: `https://spdx.org/spdxdocs/rollcall-${release.version}-${inventory.name}-${idOf(release, inventory)}`,
    creationInfo: {
      created: new Date(release.committed * 1000).toISOString().replace(".000Z", "Z"),
      creators: [`Tool: rollcall-release-${release.version}`],
    },
    packages: [
      packageOf(subject, { name: "rollcall", version: release.version, licence: "Apache-2.0" }),
      ...flat(inventory.components).map((component) => packageOf(idOfComponent(component), component)),
    ],
    relationships: [relationship(document, "DESCRIBES", subject), ...contains(subject, inventory.components)],
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

const relationship = (from: string, type: "CONTAINS" | "DESCRIBES", to: string): object => ({
  spdxElementId: from,
  relationshipType: type,
  relatedSpdxElement: to,
})

const packageOf = (
  id: string,
  { name, version, licence = unknown, purl, sha256 }: Omit<Component, "purl" | "parts"> & { readonly purl?: string },
): object => ({
  SPDXID: id,
  name,
  versionInfo: version,
  downloadLocation: unknown,
  filesAnalyzed: false,
  licenseConcluded: unknown,
  licenseDeclared: licence,
  copyrightText: unknown,
  ...(sha256 === undefined ? {} : { checksums: [{ algorithm: "SHA256", checksumValue: sha256 }] }),
  ...(purl === undefined
    ? {}
    : {
        externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }],
      }),
})
