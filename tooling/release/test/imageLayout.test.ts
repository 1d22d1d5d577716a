import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { afterAll } from "vitest"
import { elfNeeds } from "../src/image/elf.ts"
import type { Layer } from "../src/image/layer.ts"
import { packLayer } from "../src/image/layer.ts"
import { blobsIn, imageDigest, imageRevision, packLayout } from "../src/image/layout.ts"
import { changesOf, packageLicences, readLock } from "../src/image/lock.ts"
import { someRelease } from "./someRelease.ts"

const place = mkdtempSync(join(tmpdir(), "rollcall-layout-"))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const release = someRelease(place)

/** Packs a small worker in a folder of this name, whose files have these rights. */
const packed = async (name: string, mode: number): Promise<{ readonly layer: Layer; readonly layout: string }> => {
  const folder = join(place, name, "worker")
  mkdirSync(join(folder, "var/lib/rollcall"), { recursive: true })
  mkdirSync(join(folder, "opt/rollcall"), { recursive: true })
  writeFileSync(join(folder, "opt/rollcall/main.mjs"), "console.log(1)\n")
  chmodSync(join(folder, "opt/rollcall/main.mjs"), mode)
  const layout = join(place, name, "layout")
  return { layout, layer: await packLayer(folder, blobsIn(layout), release.committed) }
}

describe("the layout of an image", () => {
  it("has the same bytes wherever and under whatever umask it is made, and is whole", async () => {
    const tars = []
    for (const [name, mode] of [
      ["here", 0o644],
      ["somewhere-else", 0o600],
    ] as const) {
      const { layer, layout } = await packed(name, mode)
      const tar = join(place, `${name}.tar`)
      const parts = [
        { architecture: "amd64", layers: [layer] },
        { architecture: "arm64", layers: [layer] },
      ] as const
      assert.strictEqual(packLayout(layout, parts, release, tar), imageDigest(tar))
      tars.push(tar)
    }
    const [first = "", second = ""] = tars
    assert.deepStrictEqual(readFileSync(first), readFileSync(second))

    assert.strictEqual(imageRevision(first), release.commit)
    // Each blob is what its name says, and each thing that is referred to is there.
    const unpacked = join(place, "unpacked")
    mkdirSync(unpacked)
    execFileSync("tar", ["-xf", first, "-C", unpacked])
    const blob = (digest: string): Buffer => {
      const bytes = readFileSync(join(unpacked, "blobs", digest.replace(":", "/")))
      assert.strictEqual(`sha256:${createHash("sha256").update(bytes).digest("hex")}`, digest)
      return bytes
    }
    const index = JSON.parse(blob(imageDigest(first)).toString())
    assert.deepStrictEqual(
      index.manifests.map(({ platform }: { readonly platform: object }) => platform),
      [
        { architecture: "amd64", os: "linux" },
        { architecture: "arm64", os: "linux" },
      ],
    )
    for (const { digest } of index.manifests) {
      const manifest = JSON.parse(blob(digest).toString())
      const config = JSON.parse(blob(manifest.config.digest).toString())
      assert.strictEqual(config.created, "2026-09-21T14:13:20Z")
      assert.strictEqual(config.config.User, "65532:65532")
      assert.strictEqual(manifest.annotations["org.opencontainers.image.revision"], release.commit)
      const layers = manifest.layers.map((layer: { digest: string }) => gunzipSync(blob(layer.digest)))
      assert.deepStrictEqual(
        layers.map((tar: Buffer) => `sha256:${createHash("sha256").update(tar).digest("hex")}`),
        config.rootfs.diff_ids,
      )
    }
  })

  it("belongs to root, and the work folder to the worker and to root's group", async () => {
    const { layer, layout } = await packed("owners", 0o664)
    const listed = execFileSync(
      "tar",
      ["-tvzf", join(layout, "blobs", layer.digest.replace(":", "/")), "--numeric-owner"],
      { encoding: "utf8", env: { ...process.env, TZ: "UTC" } },
    )
    assert.deepStrictEqual(
      listed
        .trim()
        .split("\n")
        .map((line) => line.replace(/ +/gu, " ").replace(/ \d+ 2026-09-21 14:13/u, "")),
      [
        "drwxr-xr-x 0/0 opt/",
        "drwxr-xr-x 0/0 opt/rollcall/",
        "-rw-r--r-- 0/0 opt/rollcall/main.mjs",
        "drwxr-xr-x 0/0 var/",
        "drwxr-xr-x 0/0 var/lib/",
        "drwxrwx--- 65532/0 var/lib/rollcall/",
      ],
    )
  })
})

describe("the libraries of an image", () => {
  it("are those that a program names, with the loader", () => {
    const { interpreter, libraries, machine } = elfNeeds(readFileSync(process.execPath))
    const processors = { x64: [62, "/lib64/ld-linux-x86-64.so.2"], arm64: [183, "/lib/ld-linux-aarch64.so.1"] }
    const [expected, loader] = Object.entries(processors).find(([name]) => name === process.arch)?.[1] ?? []
    assert.strictEqual(machine, expected)
    assert.strictEqual(interpreter, loader)
    assert.includeMembers([...libraries], ["libc.so.6", "libstdc++.so.6"])
    assert.throws(() => elfNeeds(Buffer.from("#!/bin/sh\n".padEnd(100))), /ELF/u)
  })

  it("are locked for both processors", () => {
    const { packages } = readLock()
    for (const locked of [packages.amd64, packages.arm64]) {
      assert.deepStrictEqual(
        locked.map(({ name }) => name),
        Object.keys(packageLicences),
      )
    }
  })

  it("that are renewed are named with both versions", () => {
    const lock = readLock()
    const [first, ...rest] = lock.packages.arm64
    if (first === undefined) throw new Error("nothing is locked")
    const renewed = {
      packages: { ...lock.packages, arm64: [{ ...first, version: "13", sha256: "0".repeat(64) }, ...rest] },
    }
    assert.deepStrictEqual(changesOf(lock, renewed), [`base-files arm64: ${first.version} → 13`])
    assert.deepStrictEqual(changesOf(lock, lock), [])
  })
})
