import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { repository } from "../src/Release.ts"

const unit = join(repository, "deploy/debian/rollcall-worker.service")

describe("the service of systemd", () => {
  it("is exposed no more than a program that compiles code and calls the network has to be", (context) => {
    if (spawnSync("systemd-analyze", ["--version"]).status !== 0) return context.skip("there is no systemd-analyze")
    // Tenths of what systemd counts: 100 has nothing that holds it back.
    const { status, stdout, stderr } = spawnSync(
      "systemd-analyze",
      ["security", "--offline=true", "--threshold=15", "--no-pager", unit],
      { encoding: "utf8" },
    )
    assert.strictEqual(status, 0, `${stderr}${stdout.split("\n").slice(-3).join("\n")}`)
  })

  it("takes settings and secrets from where the package puts them", () => {
    const text = readFileSync(unit, "utf8")
    const settings = readFileSync(join(repository, "deploy/debian/worker.env"), "utf8")
    assert.include(text, "EnvironmentFile=-/etc/rollcall/worker.env\n")
    assert.include(text, "LoadCredential=secret:/etc/rollcall/secrets\n")
    assert.include(settings, "BATON_TOKEN_FILE=/run/credentials/rollcall-worker.service/secret_token\n")
    assert.match(settings, /^(?:#.*\n)*$/u, "nothing is set before somebody sets it")
  })
})
