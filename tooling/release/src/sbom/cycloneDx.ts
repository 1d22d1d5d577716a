// An inventory in CycloneDX 1.6 as JSON: https://cyclonedx.org/docs/1.6/json/
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library"
import type { Release } from "../Release.ts"
import { idOf } from "./idOf.ts"
import type { Component, Inventory } from "./Inventory.ts"

/** The text of an inventory. */
export const cycloneDx = (release: Release, inventory: Inventory): string => {
  const subject = new Models.Component(Enums.ComponentType.Application, "rollcall", {
    bomRef: "rollcall",
    version: release.version,
    description: inventory.about,
    licenses: licencesOf("Apache-2.0"),
  })
  const bom = new Models.Bom({
    serialNumber: `urn:uuid:${idOf(release, inventory)}`,
    metadata: new Models.Metadata({ component: subject, timestamp: new Date(release.committed * 1000) }),
  })
  const add = (component: Component, into: Models.Component): void => {
    const made = modelOf(component)
    bom.components.add(made)
    into.dependencies.add(made.bomRef)
    for (const part of component.parts ?? []) add(part, made)
  }
  for (const component of inventory.components) add(component, subject)
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}

const modelOf = ({ name, version, purl, licence, sha256 }: Component): Models.Component => {
  const [, scope, short] = /^(@[^/]+)\/(.+)$/u.exec(name) ?? [undefined, undefined, name]
  const hashes = sha256 === undefined ? [] : [[Enums.HashAlgorithm["SHA-256"], sha256] as const]
  return new Models.Component(Enums.ComponentType.Library, short ?? name, {
    bomRef: purl,
    version,
    purl,
    licenses: licencesOf(licence),
    hashes: new Models.HashDictionary(hashes),
    ...(scope === undefined ? {} : { group: scope }),
  })
}

const licencesOf = (expression: string | undefined): Models.LicenseRepository =>
  new Models.LicenseRepository(expression === undefined ? [] : [new Models.LicenseExpression(expression)])
