import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { homebrewFormula, scoopManifest } from "../src/packaging/packageManagers.ts"

const hashOf = (system: string) => Buffer.from(system).toString("hex").padEnd(64, "0")
const files = ["linux-x64.tar.gz", "linux-arm64.tar.gz", "darwin-x64.tar.gz", "darwin-arm64.tar.gz", "win32-x64.zip"]
const hashes = new Map(files.map((file) => [`rollcall-1.2.3-${file}`, hashOf(file)] as const))
const archives = { version: "1.2.3", repository: "https://git.example/rollcall", hashes }

describe("the formula of Homebrew", () => {
  it("has the archive of each system and processor with its own hash", () => {
    const formula = homebrewFormula(archives)
    const found = [...formula.matchAll(/url "(.*)"\n +sha256 "(.*)"/gu)].map(([, url, hash]) => [url, hash])
    assert.deepStrictEqual(
      found,
      ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"].map((system) => [
        `https://git.example/rollcall/releases/download/v1.2.3/rollcall-1.2.3-${system}.tar.gz`,
        hashOf(`${system}.tar.gz`),
      ]),
    )
  })

  it("is what Ruby reads, with and without an address", (context) => {
    if (spawnSync("ruby", ["--version"]).status !== 0) return context.skip("there is no ruby")
    for (const repository of [archives.repository, null]) {
      const { status, stderr } = spawnSync("ruby", ["-wc"], {
        input: homebrewFormula({ ...archives, repository }),
        encoding: "utf8",
      })
      assert.strictEqual(status, 0, stderr)
    }
  })

  it("is not made of archives that are not there", () => {
    assert.throws(
      () => homebrewFormula({ ...archives, version: "1.2.4" }),
      /no rollcall-1\.2\.4-darwin-arm64\.tar\.gz/u,
    )
  })
})

describe("the manifest of Scoop", () => {
  it("has the archive, both programs in it, and how a later version is found", () => {
    assert.deepInclude(JSON.parse(scoopManifest(archives)), {
      version: "1.2.3",
      architecture: {
        "64bit": {
          url: "https://git.example/rollcall/releases/download/v1.2.3/rollcall-1.2.3-win32-x64.zip",
          hash: hashOf("win32-x64.zip"),
          extract_dir: "rollcall-1.2.3-win32-x64",
        },
      },
      bin: ["rollcall.exe", "rollcall-worker.cmd"],
    })
  })

  it("names no address that there is not", () => {
    const manifest = scoopManifest({ ...archives, repository: null })
    assert.notInclude(manifest, "http")
    assert.include(manifest, `"url": "rollcall-1.2.3-win32-x64.zip"`)
  })
})
