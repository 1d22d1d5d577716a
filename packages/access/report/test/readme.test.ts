// The README's example is compiled with the tests, shown word for word, and run as a script of somebody else.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"

const script = fileURLToPath(new URL("./readme/writeReport.ts", import.meta.url))

describe("The README", () => {
  it("shows the script that is tested here.", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    const [, block] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? []
    assert.strictEqual(block, readFileSync(script, "utf8"))
  })

  it.effect("has a script that writes a page which names the file that it was made of.", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("report")
      const file = forgedFile(folder, [{ id: "s1", types: ["user"], resources: { "user:ada": "Ada" } }])
      const out = join(folder, "report.html")
      execFileSync(process.execPath, [script, file, out])
      const page = readFileSync(out, "utf8")
      assert.include(page, createHash("sha256").update(readFileSync(file)).digest("hex"))
      assert.strictEqual(statSync(out).mode & 0o777, 0o600)
    }).pipe(Effect.scoped),
  )
})
