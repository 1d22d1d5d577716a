import { assert, describe, it } from "@effect/vitest"
import { bundled } from "@rollcall/test-kit/bundles"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll } from "vitest"
import { readLock } from "../src/image/lock.ts"
import { cycloneDx } from "../src/sbom/cycloneDx.ts"
import { flat } from "../src/sbom/Inventory.ts"
import { inventories } from "../src/sbom/inventories.ts"
import { nodeComponent } from "../src/sbom/nodeComponent.ts"
import { sbomFaults } from "../src/sbom/sbomFaults.ts"
import { spdx } from "../src/sbom/spdx.ts"
import { someRelease } from "./someRelease.ts"

const place = mkdtempSync(join(tmpdir(), "rollcall-sbom-"))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const release = someRelease(place)
const bundles = { rollcall: dirname(await bundled("cli")), "rollcall-worker": dirname(await bundled("worker")) }
const all = inventories(readLock(), (app) => bundles[app])

const parseCycloneDx = (text: string): CycloneDx => JSON.parse(text)
const parseSpdx = (text: string): Spdx => JSON.parse(text)

interface CycloneDx {
  readonly serialNumber: string
  readonly components: ReadonlyArray<{ readonly purl: string }>
}

interface Spdx {
  readonly packages: ReadonlyArray<{ readonly externalRefs?: ReadonlyArray<{ readonly referenceLocator: string }> }>
}

/** The package URLs that a text of either format has. */
const purlsIn = {
  cycloneDx: (text: string) =>
    parseCycloneDx(text)
      .components.map(({ purl }) => purl)
      .toSorted(),
  spdx: (text: string) =>
    parseSpdx(text)
      .packages.flatMap(({ externalRefs = [] }) => externalRefs.map(({ referenceLocator }) => referenceLocator))
      .toSorted(),
}

describe("a bill of materials", () => {
  it("of the image has what is bundled, Node with what it bundles, and the libraries of both processors", () => {
    const image = all.find(({ name }) => name === "image")
    const found = flat(image?.components ?? []).map(({ purl }) => purl)
    const { node, openssl } = process.versions
    assert.includeMembers(
      [...found],
      [
        "pkg:npm/effect@4.1.0",
        "pkg:npm/%40bufbuild/protobuf@2.17.0",
        `pkg:generic/node@${node}`,
        `pkg:generic/openssl@${openssl}`,
        ...(["amd64", "arm64"] as const).map((arch) => {
          const version = readLock().packages[arch].find(({ name }) => name === "libc6")?.version ?? ""
          return `pkg:deb/debian/libc6@${encodeURIComponent(version)}?arch=${arch}`
        }),
      ],
    )
    assert.deepStrictEqual(found, [...new Set(found)])
  })

  it("says the same in both formats, and whenever it is made", () => {
    for (const inventory of all) {
      const [first, second] = [cycloneDx(release, inventory), spdx(release, inventory)]
      assert.isNotEmpty(purlsIn.cycloneDx(first))
      assert.deepStrictEqual(purlsIn.cycloneDx(first), purlsIn.spdx(second))
      assert.strictEqual(cycloneDx(release, inventory), first)
      assert.strictEqual(spdx(release, inventory), second)
    }
    const numbers = all.map((inventory) => parseCycloneDx(cycloneDx(release, inventory)).serialNumber)
    assert.lengthOf(new Set(numbers), 3)
  })

  it("is not written while Node has a part that nobody has named", () => {
    assert.throws(() => nodeComponent({ ...process.versions, teapot: "1.0" }), /Node has a part teapot/u)
  })
})

describe.skipIf(!process.env["BATON_TEST_VALIDATORS"])("validators of others (skipped without)", () => {
  it("find no fault in our bills of material, and each in one that is broken", { timeout: 60_000 }, () => {
    const write = (name: string, text: string): string => {
      writeFileSync(join(place, name), text)
      return join(place, name)
    }
    const paths = all.flatMap((inventory) => [
      write(`${inventory.name}.cdx.json`, cycloneDx(release, inventory)),
      write(`${inventory.name}.spdx.json`, spdx(release, inventory)),
    ])
    const text = (name: string) => readFileSync(join(place, name), "utf8")
    const broken = [
      write("broken.cdx.json", text("npm.cdx.json").replace('"type": "library"', '"type": "book"')),
      write("broken.spdx.json", text("npm.spdx.json").replace('"SPDXRef-1"', '"SPDXRef-lost"')),
    ]
    const faults = sbomFaults([...paths, ...broken])
    assert.deepStrictEqual([...new Set(faults.map((line) => line.split(": ")[0]))], broken)
  })
})
