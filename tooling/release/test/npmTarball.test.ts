import { assert, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import { settleNpmTarball } from "../src/packaging/npmTarball.ts"

const place = mkdtempSync(join(tmpdir(), "release-npm-"))
afterAll(() => rmSync(place, { recursive: true, force: true }))

it("a tarball for npm says where it is from, keeps what it holds, and has the same bytes whenever it is made", () => {
  const manifest = {
    name: "@rollcall/cli",
    version: "1.2.3",
    bin: { rollcall: "./main.mjs" },
    devDependencies: { effect: "4.1.0" },
  }
  mkdirSync(join(place, "package"))
  writeFileSync(join(place, "package/package.json"), JSON.stringify(manifest))
  writeFileSync(join(place, "package/main.mjs"), "")
  chmodSync(join(place, "package/main.mjs"), 0o755)
  const path = join(place, "it.tgz")
  const settled = (mtime: string, repository: string | null): Buffer => {
    execFileSync("tar", ["-czf", path, `--mtime=${mtime}`, "package"], { cwd: place })
    settleNpmTarball(path, { repository, folder: "apps/cli", committed: 1_790_000_000 })
    return readFileSync(path)
  }
  const tar = (...args: ReadonlyArray<string>) =>
    execFileSync("tar", args, { encoding: "utf8", env: { ...process.env, TZ: "UTC" } })

  const first = settled("2001-01-01", "https://git.example/rollcall")
  assert.deepStrictEqual(JSON.parse(tar("-xOzf", path, "package/package.json")), {
    ...manifest,
    repository: { type: "git", url: "git+https://git.example/rollcall.git", directory: "apps/cli" },
  })
  assert.match(tar("-tvzf", path), /^-rwxr-xr-x 0\/0 +0 2026-09-21 14:13 package\/main\.mjs$/mu)
  assert.deepStrictEqual(settled("2002-02-02", "https://git.example/rollcall"), first)

  settled("2001-01-01", null)
  assert.deepStrictEqual(JSON.parse(tar("-xOzf", path, "package/package.json")), manifest)
})
