import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { checkPack } from "../src/packed/checkPack.ts"

const made = mkdtempSync(join(tmpdir(), "rollcall-packs-"))
afterAll(() => rmSync(made, { recursive: true }))

const papers = { "README.md": "# x", LICENSE: "Apache", "dist/index.js": "export {}" }
const manifest = { name: "x", description: "An x.", license: "Apache-2.0", engines: { node: ">=22.19" } }

let count = 0
const packed = (files: Record<string, string>, packageJson: object): string => {
  const root = join(made, String(count++))
  for (const [path, text] of Object.entries({ ...files, "package.json": JSON.stringify(packageJson, null, 2) })) {
    mkdirSync(dirname(join(root, "package", path)), { recursive: true })
    writeFileSync(join(root, "package", path), text)
  }
  execFileSync("tar", ["-czf", "pack.tgz", "package"], { cwd: root })
  return join(root, "pack.tgz")
}

describe("a packed package", () => {
  it("with its papers and resolved ranges is well", () => {
    const tarball = packed(papers, { ...manifest, peerDependencies: { effect: "^4.1.0" } })
    assert.deepStrictEqual(checkPack(tarball), [])
  })

  it("without readme or licence is told", () => {
    assert.deepStrictEqual(checkPack(packed({ "dist/index.js": "" }, manifest)), [
      "the pack has no README.md",
      "the pack has no LICENSE",
    ])
  })

  it("with a bundle and without the licences of what is bundled is told", () => {
    const bundle = { ...papers, "dist/main.mjs": "" }
    assert.deepStrictEqual(checkPack(packed(bundle, manifest)), ["the pack holds a bundle and no THIRD_PARTY_LICENSES"])
    assert.deepStrictEqual(checkPack(packed({ ...bundle, "dist/THIRD_PARTY_LICENSES": "effect" }, manifest)), [])
  })

  it("that carries tests or an older pack is told", () => {
    const files = { ...papers, "dist/pack.tgz": "", "test/a.test.ts": "" }
    const told = checkPack(packed(files, manifest)).toSorted()
    assert.match(told.join("\n"), /^the pack holds dist\/pack\.tgz.*\nthe pack holds test\/.*\nthe pack holds test\/a/)
  })

  it("whose ranges only this workspace understands is told", () => {
    const dependencies = { "@rollcall/connector": "workspace:*", jose: "catalog:" }
    assert.deepStrictEqual(checkPack(packed(papers, { ...manifest, dependencies })), [
      "the packed package.json asks for @rollcall/connector as workspace:*",
      "the packed package.json asks for jose as catalog:",
    ])
  })

  it("that brings an Effect of its own is reported, since the host has one already", () => {
    assert.deepStrictEqual(checkPack(packed(papers, { ...manifest, dependencies: { effect: "4.1.0" } })), [
      "the packed package.json has effect among its dependencies: make it a peer dependency",
    ])
  })

  it("that does not say what it is, under which licence and for which Node is told", () => {
    assert.strictEqual(checkPack(packed(papers, { name: "x" })).length, 3)
  })
})
