// The README's example is compiled with the tests, shown word for word, and run as a script of somebody else.
import { execFileSync, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"

const script = fileURLToPath(new URL("./readme/whoIsIn.ts", import.meta.url))

const world = {
  id: "sync1",
  types: ["user", "userGroup"],
  resources: { "user:ada": "Ada", "userGroup:web": "Web" },
  entitlements: ["userGroup:web:member"],
  grants: [
    { entitlement: "userGroup:web:member", principal: "user:ada" },
    { entitlement: "userGroup:web:member", principal: "user:gone", sources: ["userGroup:staff:member"] },
  ],
}

describe("the README", () => {
  it("shows the script that is tested here", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    const [, block] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? []
    assert.strictEqual(block, readFileSync(script, "utf8"))
  })

  it.effect("has a script that says who holds what and why, and a table of the same", () =>
    Effect.gen(function* () {
      const file = forgedFile(yield* scratchFolder("access"), [world])
      const lines = execFileSync(process.execPath, [script, file], { encoding: "utf8" }).split("\n")
      assert.deepStrictEqual(lines.slice(0, 2), [
        "Ada is member of Web",
        "MISSING RESOURCE (user:gone) is member of Web through userGroup:staff:member",
      ])
      assert.include(lines, "| Web | Ada | - | - | ada | member | direct |")
    }).pipe(Effect.scoped),
  )

  it.effect("has a script that fails on a type that the sync does not know, and names the one that was meant", () =>
    Effect.gen(function* () {
      const file = forgedFile(yield* scratchFolder("access"), [world])
      const { status, stderr } = spawnSync(process.execPath, [script, file, "usergroup"], { encoding: "utf8" })
      assert.notStrictEqual(status, 0)
      assert.include(stderr, "The sync shows no resource type usergroup. Did you mean userGroup?")
    }).pipe(Effect.scoped),
  )
})
