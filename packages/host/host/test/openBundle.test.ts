import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { nodeProblem, openBundle } from "../src/modules/openBundle.ts"

const bundles = Effect.gen(function* () {
  const folder = yield* scratchFolder("bundles")
  mkdirSync(join(folder, "open"))
  writeFileSync(join(folder, "open/main.mjs"), "")
  const file = join(folder, "settings.yaml")
  const opens = (args: ReadonlyArray<string>, environment: Readonly<Record<string, string>> = {}) =>
    openBundle(pathToFileURL(join(folder, "main.mjs")).href, { args, environment }) !== undefined
  return { folder, file, opens }
})

describe("the open bundle takes over", () => {
  it.live("where a flag, a variable or a named file may name a connector", () =>
    Effect.gen(function* () {
      const { file, opens } = yield* bundles
      assert.isTrue(opens(["sync", "--connector", "club"]))
      assert.isTrue(opens(["--connector=club", "sync"]))
      assert.isTrue(opens(["sync"], { BATON_CONNECTOR: "club" }))
      for (const text of ["connector: club\n", 'token: x\n"connector" : club\n', '{"connector":"club"}']) {
        writeFileSync(file, text)
        assert.isTrue(opens(["sync", "--config", file]), text)
        assert.isTrue(opens(["sync", `--config=${file}`]), text)
        assert.isTrue(opens(["sync"], { BATON_CONFIG_PATH: file }), text)
      }
    }),
  )

  it.live("where the user's own folder may name one, for an app that reads settings there", () =>
    Effect.gen(function* () {
      const { folder } = yield* bundles
      const main = pathToFileURL(join(folder, "main.mjs")).href
      const opens = (args: ReadonlyArray<string>, environment: Readonly<Record<string, string>> = {}, of = folder) =>
        openBundle(main, { args, environment, userFolder: of }) !== undefined
      writeFileSync(join(folder, "connections.yaml"), "connections: { club: { connector: club } }\n")
      assert.isFalse(opens(["sync"]))
      assert.isTrue(opens(["sync", "--profile", "club"]))
      assert.isTrue(opens(["sync", "--profile=club"]))
      assert.isTrue(opens(["sync"], { BATON_PROFILE: "club" }))
      writeFileSync(join(folder, "config.yaml"), "connector: club\n")
      assert.isTrue(opens(["sync"]))
      assert.isFalse(opens(["sync"], { BATON_CONFIG_PATH: join(folder, "nowhere.yaml") }))
      assert.isUndefined(openBundle(main, { args: ["sync", "--profile", "club"], environment: {} }))
    }),
  )

  it.live("and not elsewhere, or where there is none", () =>
    Effect.gen(function* () {
      const { folder, file, opens } = yield* bundles
      writeFileSync(file, "token: abc\nconnectors: none\n")
      assert.isFalse(opens(["sync", "--config", file]))
      assert.isFalse(opens(["sync", "--config", join(folder, "nowhere.yaml")]))
      assert.isFalse(opens(["connectors"], { BATON_CONNECTOR: "" }))
      const elsewhere = pathToFileURL(join(folder, "open/main.mjs")).href
      assert.isUndefined(openBundle(elsewhere, { args: ["--connector", "club"], environment: {} }))
    }),
  )
})

it("a version of Node that is too old is refused with the one that is needed", () => {
  for (const version of ["18.20.8", "20.20.2", "22.9.0", "22.18.9"]) {
    assert.include(nodeProblem(version), `needs Node.js 22.19 or newer, and this is ${version}.`)
  }
  for (const version of ["22.19.0", "22.20.1", "24.0.0", "26.10.0"]) assert.isUndefined(nodeProblem(version))
})
