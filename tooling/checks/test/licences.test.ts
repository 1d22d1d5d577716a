// The licences of third parties go wherever their code goes: each app is bundled, and what its source maps say is in it is
// held against the file of licences.
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"
import { licencesFile, packageFolders, packagesNamedIn, thirdParty } from "../src/licences/thirdParty.ts"

const repository = fileURLToPath(new URL("../../../", import.meta.url))
const made = mkdtempSync(join(tmpdir(), "rollcall-licences-"))
afterAll(() => rmSync(made, { recursive: true }))

const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8"))

/** Bundles an app with its own build script into a folder of its own. */
const bundle = (app: string): string => {
  const folder = join(made, app)
  const cwd = join(repository, "apps", app)
  const [, ...args]: ReadonlyArray<string> = readJson(join(cwd, "package.json")).scripts.build.split(" ")
  execFileSync(
    process.execPath,
    args.map((arg) => (arg === "dist" ? folder : arg)),
    {
      cwd,
      stdio: ["ignore", "ignore", "pipe"],
    },
  )
  return folder
}

const packageOf = (folder: string, files: Readonly<Record<string, string>>): string => {
  const path = join(made, "node_modules", folder)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), text)
  }
  return path
}

describe.for(["cli", "worker"])("the bundle of apps/%s", (app) => {
  it("has the name, version and licence of every package whose code is in it", { timeout: 120_000 }, () => {
    const folder = bundle(app)
    const text = readFileSync(join(folder, licencesFile), "utf8")
    const sources = readdirSync(folder)
      .filter((file) => file.endsWith(".map"))
      .flatMap((file): ReadonlyArray<string> => readJson(join(folder, file)).sources)
      .map((source) => resolve(folder, source))
    const packages = packageFolders(sources).map((path) => readJson(join(path, "package.json")))
    assert.includeMembers(
      packages.map(({ name }) => name),
      ["effect", "@bufbuild/protobuf", "yaml"],
    )
    for (const { name, version, license } of packages) assert.include(text, `\n${name} ${version}, ${license}\n`)
    assert.includeDeepMembers(
      [...packagesNamedIn(text)],
      packages.map(({ name, version, license }) => ({ name, version, licence: license })),
    )
    assert.include(text, "Permission is hereby granted, free of charge")
    assert.include(text, "Apache License\n")
    assert.include(text, "Copyright 2008 Google Inc.  All rights reserved.\n\nRedistribution and use")
    assert.include(text, "\nrolldown ")
  })
})

describe("the licences of third parties", () => {
  it("hold each text that a package comes with, be it a licence or a notice", () => {
    const manifest = JSON.stringify({ name: "@a/b", version: "1.2.3", license: "MIT", homepage: "https://b.example" })
    const folder = packageOf("@a/b", {
      "package.json": manifest,
      "license.md": "MIT it is",
      NOTICE: "pass this on",
      "licenses.js": "no paper",
    })
    const { text, faults } = thirdParty(
      packageFolders([`${folder}/dist/index.js`, join(repository, "apps/cli/src/main.ts")]),
    )
    assert.deepStrictEqual(faults, [])
    assert.match(text, /\n@a\/b 1\.2\.3, MIT\nhttps:\/\/b\.example\n/)
    assert.include(text, "MIT it is")
    assert.include(text, "pass this on")
    assert.notInclude(text, "no paper")
  })

  it("are not complete without the text of one, and the bundle is not made", () => {
    const folder = packageOf("bare", {
      "package.json": JSON.stringify({ name: "bare", version: "1.0.0", license: "MIT" }),
    })
    assert.deepStrictEqual(thirdParty([folder]).faults, [
      "bare (MIT) comes without the text of its licence: say in thirdParty.ts where it stands",
    ])
  })
})
