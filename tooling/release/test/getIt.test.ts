import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { currentGetIt, getIt, withGetIt } from "../src/getIt.ts"
import { repository } from "../src/Release.ts"

const names = {
  npmScope: "@scope",
  image: "registry.example/worker",
  chart: "oci://registry.example/charts",
  homebrewTap: "owner/tap",
  scoopBucket: "https://git.example/bucket",
  repository: "https://git.example/rollcall",
  published: null,
}
const packed = (text: string) => text.replaceAll(/[ -]+/gu, " ")

describe("how to get it", () => {
  it("stands on the front page as release.json has it", () => {
    const readme = readFileSync(join(repository, "README.md"), "utf8")
    // The formatter aligns the table.
    assert.strictEqual(packed(withGetIt(readme, currentGetIt())), packed(readme), "run `pnpm get-it`")
  })

  it("names files alone until a version is published, whatever the names are to be", () => {
    const text = getIt(names, "1.2.3")
    for (const name of Object.values(names)) if (name !== null) assert.notInclude(text, name)
    assert.include(text, "./rollcall_1.2.3_amd64.deb")
  })

  it("names what is published, in its version, for every system", () => {
    const text = getIt({ ...names, published: "1.2.2" }, "1.2.3")
    assert.notInclude(text, "1.2.3")
    for (const name of Object.values(names)) if (name !== null) assert.include(text, name)
  })

  it("puts both programs into the folder of PATH, and nothing else of the archive", () => {
    const place = mkdtempSync(join(tmpdir(), "get-it-"))
    try {
      const bin = join(place, "bin")
      for (const folder of ["bin", "rollcall-1.2.2-linux-x64/man/man1"])
        mkdirSync(join(place, folder), { recursive: true })
      for (const file of ["rollcall", "rollcall-worker", "README.md", "man/man1/rollcall.1.gz"])
        writeFileSync(join(place, "rollcall-1.2.2-linux-x64", file), "")
      const [, args = ""] = /sudo (tar [^`]+)`/u.exec(getIt({ ...names, published: "1.2.2" }, "1.2.3")) ?? []
      const line = `tar -cz rollcall-1.2.2-linux-x64 | ${args.replace("/usr/local/bin", bin)}`
      execFileSync("sh", ["-c", line], { cwd: place })
      assert.deepStrictEqual(readdirSync(bin).toSorted(), ["rollcall", "rollcall-worker"])
    } finally {
      rmSync(place, { recursive: true })
    }
  })
})
