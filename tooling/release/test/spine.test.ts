import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import { differencesOf, hashesIn, writeChecksums, wrongSums } from "../src/checksums.ts"
import type { Part } from "../src/Part.ts"
import { inOrder } from "../src/Part.ts"
import { foreignPackages, missingNames, readPublicNames } from "../src/publicNames.ts"
import { repository } from "../src/Release.ts"

const main = join(repository, "tooling/release/src/main.ts")
const place = mkdtempSync(join(tmpdir(), "release-spine-"))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const part = (name: string, ...after: ReadonlyArray<string>): Part => ({ name, about: "", after, make: async () => [] })
const names = (parts: ReadonlyArray<Part>) => parts.map(({ name }) => name)

describe("parts", () => {
  const all = [part("image", "bundles"), part("chart", "image"), part("bundles"), part("site")]

  it("are made after what they need, each once", () => {
    assert.deepStrictEqual(names(inOrder(all, [])), ["bundles", "image", "chart", "site"])
  })

  it("that are asked for bring what they need, and nothing else", () => {
    assert.deepStrictEqual(names(inOrder(all, ["chart"])), ["bundles", "image", "chart"])
  })

  it("that are not there are refused with those that are", () => {
    assert.throws(() => inOrder(all, ["deb"]), /no part deb: choose from image, chart, bundles, site/u)
  })
})

describe("public names", () => {
  it("are read from release.json, which has every field", () => {
    assert.doesNotThrow(() => readPublicNames(join(repository, "release.json")))
  })

  it("that are missing are named; what was published last is none of them", () => {
    const path = join(place, "release.json")
    const file = {
      npmScope: "@rollcall",
      image: null,
      chart: "oci://registry.example/charts",
      homebrewTap: "owner/tap",
      scoopBucket: null,
      repository: "https://git.example/rollcall",
      published: null,
    }
    writeFileSync(path, JSON.stringify(file))
    assert.deepStrictEqual(missingNames(readPublicNames(path)), ["image", "scoopBucket"])
    const packages = ["@rollcall/cli", "create-rollcall-connector", "@rollcaller/cli"]
    assert.deepStrictEqual(foreignPackages(readPublicNames(path), packages), ["@rollcaller/cli"])
    writeFileSync(path, JSON.stringify({ ...file, tap: "owner/tap" }))
    assert.throws(() => readPublicNames(path), /tap/u)
  })
})

describe("checksums", () => {
  it("cover every file but signatures, and tell what differs", async () => {
    const folders = ["one", "other"].map((name) => mkdtempSync(join(place, name)))
    const [one = "", other = ""] = folders
    for (const folder of folders) writeFileSync(join(folder, "same.txt"), "same\n")
    for (const [at, folder] of folders.entries()) {
      writeFileSync(join(folder, "changed.txt"), String(at))
      writeFileSync(join(folder, "changed.txt.minisig"), String(at))
    }
    writeFileSync(join(one, "lost.txt"), "")
    for (const folder of folders) await writeChecksums(folder)
    // The hash of "same\n", as sha256sum prints it.
    assert.strictEqual(
      (await hashesIn(one)).get("same.txt"),
      "a6328afc76e9db71da297ebff4b0d3e7a7eb3b01d917c05a6573fef121b6ecb6",
    )
    assert.deepStrictEqual(differencesOf(one, other), [
      "changed.txt came out differently",
      "lost.txt was made the first time alone",
    ])
  })
})

describe("a release that was made", () => {
  it("is published only where every file is what its sums say", async () => {
    const folder = mkdtempSync(join(place, "made"))
    assert.match((await wrongSums(folder)).join(), /has no SHA256SUMS: it holds no release/u)
    for (const name of ["a", "b", "c"]) writeFileSync(join(folder, name), name)
    await writeChecksums(folder)
    assert.deepStrictEqual(await wrongSums(folder), [])
    writeFileSync(join(folder, "a"), "other")
    rmSync(join(folder, "b"))
    writeFileSync(join(folder, "d"), "d")
    assert.deepStrictEqual(await wrongSums(folder), [
      "a is not what SHA256SUMS says",
      "b is missing",
      "d is not in SHA256SUMS",
    ])
  })

  it("is not published while a name is missing, and nothing is made for it", () => {
    const out = join(place, "nothing")
    const { status, stderr } = spawnSync(process.execPath, [main, "--out", out], { encoding: "utf8" })
    assert.strictEqual(status, 78)
    for (const name of missingNames(readPublicNames(join(repository, "release.json")))) {
      assert.include(stderr, `release.json has no ${name}: a person fills it in.`)
    }
    assert.isFalse(existsSync(join(out, "SHA256SUMS")))
  })

  it("is not made where something else would be lost", () => {
    const out = mkdtempSync(join(place, "papers"))
    writeFileSync(join(out, "letter.txt"), "")
    const { status, stderr } = spawnSync(process.execPath, [main, "--dry-run", "--only", "papers", "--out", out], {
      encoding: "utf8",
    })
    assert.deepStrictEqual([status, existsSync(join(out, "letter.txt"))], [64, true])
    assert.match(stderr, /holds something else than a release/u)
  })

  it("is asked for with flags that go together, else the command ends with 64", () => {
    for (const flags of [["--made", place, "--dry-run"], ["--any"]]) {
      assert.strictEqual(spawnSync(process.execPath, [main, ...flags], { stdio: "ignore" }).status, 64, flags.join(" "))
    }
  })
})
