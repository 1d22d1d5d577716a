// Node with what it bundles, by what the Node of the release says of itself.
import { nodeVersion } from "../fetchNode.ts"
import type { Component } from "./Inventory.ts"
import { purl } from "./Inventory.ts"

interface Part {
  readonly name: string
  readonly licence: string
  /** The type of its package URL, where packages of a registry are made from it. */
  readonly type?: "npm"
}

/** By the names of `process.versions`; the licences are those of the `LICENSE` that Node comes with. */
const parts: Readonly<Record<string, Part>> = {
  acorn: { name: "acorn", licence: "MIT", type: "npm" },
  ada: { name: "ada", licence: "MIT" },
  amaro: { name: "amaro", licence: "MIT", type: "npm" },
  ares: { name: "c-ares", licence: "MIT" },
  brotli: { name: "brotli", licence: "MIT" },
  icu: { name: "icu", licence: "Unicode-3.0" },
  libffi: { name: "libffi", licence: "MIT" },
  lief: { name: "lief", licence: "Apache-2.0" },
  llhttp: { name: "llhttp", licence: "MIT" },
  merve: { name: "merve", licence: "MIT" },
  nbytes: { name: "nbytes", licence: "MIT" },
  ncrypto: { name: "ncrypto", licence: "MIT" },
  nghttp2: { name: "nghttp2", licence: "MIT" },
  nghttp3: { name: "nghttp3", licence: "MIT" },
  ngtcp2: { name: "ngtcp2", licence: "MIT" },
  openssl: { name: "openssl", licence: "Apache-2.0" },
  simdjson: { name: "simdjson", licence: "Apache-2.0" },
  simdutf: { name: "simdutf", licence: "MIT" },
  sqlite: { name: "sqlite", licence: "blessing" },
  undici: { name: "undici", licence: "MIT", type: "npm" },
  uv: { name: "libuv", licence: "MIT" },
  uvwasi: { name: "uvwasi", licence: "MIT" },
  v8: { name: "v8", licence: "BSD-3-Clause" },
  zlib: { name: "zlib", licence: "Zlib" },
  zstd: { name: "zstd", licence: "BSD-3-Clause" },
}

/** Versions of interfaces and of data, which are in one of the parts. */
const noParts: ReadonlySet<string> = new Set(["node", "modules", "napi", "cldr", "tz", "unicode"])

/** Node as a component; `versions` are those of `process.versions`. Throws where they name something that is not known here. */
export const nodeComponent = (versions: NodeJS.ProcessVersions = process.versions): Component => {
  if (versions.node !== nodeVersion) {
    throw new Error(`This runs on Node ${versions.node}, and the release has ${nodeVersion}: run it with pnpm.`)
  }
  const named = Object.entries(versions).flatMap(([key, version]) =>
    noParts.has(key) || version === undefined || version === "" ? [] : [{ key, version }],
  )
  return {
    name: "node",
    version: versions.node,
    purl: purl("generic", "node", versions.node),
    licence: "MIT",
    parts: named.map(({ key, version }): Component => {
      const part = parts[key]
      if (part === undefined) throw new Error(`Node has a part ${key}: say in nodeComponent.ts what it is.`)
      const { name, licence, type = "generic" } = part
      return { name, version, purl: purl(type, name, version), licence }
    }),
  }
}
