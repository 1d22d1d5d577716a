// The image holds other people's work: Node, the system's libraries, and what is bundled into the worker, whose licences are
// next to the bundle. The licences of the rest are in the image too.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { libraryLicences, libraryLicencesFile } from "../src/image/libraryLicences.ts"
import { writeRootFiles } from "../src/image/rootFiles.ts"

const folder = mkdtempSync(join(tmpdir(), "rollcall-image-"))
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(process.platform !== "linux")("a prepared image (skipped where it is not Linux)", () => {
  it("holds the licence of each library and of Node", { timeout: 60_000 }, () => {
    const root = join(folder, "root")
    writeRootFiles(root)
    const licences = readFileSync(join(root, libraryLicencesFile), "utf8")
    const libraries = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) =>
      /^(?:usr\/)?lib[^/]*\/.*\.so\./.test(path),
    )
    assert.isNotEmpty(libraries)
    for (const library of libraries) assert.include(licences, `/${library}\n`)
    assert.match(licences, /LESSER GENERAL PUBLIC LICENSE|LGPL-2\.1-or-later/i)
    assert.isTrue(existsSync(join(root, "usr/local/share/node/LICENSE")))
  })

  it("names the licence of a library whose text the machine does not have", () => {
    // A file that no package of the system has brought.
    const library = join(folder, "libc.so.6")
    writeFileSync(library, "")
    assert.include(libraryLicences([library]), `${library}\n\nLGPL-2.1-or-later`)
  })
})
