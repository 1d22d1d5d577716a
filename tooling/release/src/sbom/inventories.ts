// What is in the packages, in the binaries and in the image of a release.
import { licencesFile, packagesNamedIn } from "@rollcall/checks/third-party"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Architecture } from "../image/architectures.ts"
import { architectures } from "../image/architectures.ts"
import type { ImageLock, LockedPackage } from "../image/lock.ts"
import { packageLicences, readLock } from "../image/lock.ts"
import type { App } from "../appBundles.ts"
import { apps, bundleOf } from "../appBundles.ts"
import type { Component, Inventory } from "./Inventory.ts"
import { purl } from "./Inventory.ts"
import { nodeComponent } from "./nodeComponent.ts"

/** The packages of npm whose code is in the bundles in these folders. */
const bundledPackages = (bundles: ReadonlyArray<string>): ReadonlyArray<Component> => {
  const texts = bundles.flatMap((bundle) =>
    ["", "open"].map((folder) => readFileSync(join(bundle, folder, licencesFile), "utf8")),
  )
  const byPurl = new Map(
    texts.flatMap(packagesNamedIn).map(({ name, version, licence }) => {
      const url = purl("npm", name, version)
      return [url, { name, version, purl: url, licence }] as const
    }),
  )
  return [...byPurl.values()].toSorted((one, other) => (one.purl < other.purl ? -1 : 1))
}

const debianComponent = ({ name, version, sha256 }: LockedPackage, architecture: Architecture["name"]): Component => ({
  name,
  version,
  purl: purl("deb", `debian/${name}`, version, { arch: architecture }),
  licence: packageLicences[name],
  sha256,
})

/** The inventories of a release, by the folders of its bundles, which must have been made. */
export const inventories = (
  lock: ImageLock = readLock(),
  bundle: (app: App) => string = bundleOf,
): ReadonlyArray<Inventory> => {
  const node = nodeComponent()
  const both = bundledPackages(apps.map(bundle))
  const debian = architectures.flatMap(({ name }) => lock.packages[name].map((it) => debianComponent(it, name)))
  return [
    { name: "npm", about: "the bundles of the npm packages", components: both },
    { name: "binaries", about: "the programs and packages that bring Node", components: [...both, node] },
    {
      name: "image",
      about: "the image of the worker",
      components: [...bundledPackages([bundle("rollcall-worker")]), node, ...debian],
    },
  ]
}
