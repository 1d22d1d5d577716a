import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { nodePackages, nodeVersion } from "../src/fetchNode.ts"
import { repository } from "../src/Release.ts"

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly resolution: { readonly integrity: string } }>>
}

describe("the Nodes of a release", () => {
  const lockfile: Lockfile = parse(readFileSync(join(repository, "pnpm-lock.yaml"), "utf8"))

  it.each(Object.entries(nodePackages).filter(([platform]) => platform !== "win-x64"))(
    "have the version and the hash of the lockfile for %s",
    (_, { name, integrity }) => {
      assert.strictEqual(lockfile.packages[`${name}@${nodeVersion}`]?.resolution.integrity, integrity)
    },
  )

  it("are of the version that the tests run on", () => {
    assert.strictEqual(`v${nodeVersion}`, process.version)
  })
})
