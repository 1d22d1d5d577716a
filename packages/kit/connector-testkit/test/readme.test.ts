// The example of the core's README is held to the contract, and the README shows it word for word.
import { assert, describe, it } from "@effect/vitest"
import { Layer } from "effect"
import { readFileSync } from "node:fs"
import { vi } from "vitest"
import { connectorContract } from "../src/index.ts"
import { requirements } from "../src/requirements.ts"

connectorContract({
  name: "The connector in the core's README",
  connector: async () => (await import("./readme/tiny.ts")).tiny,
  world: Layer.empty,
  worldWithout: () => Layer.empty,
})

const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

describe("the README of the suite", () => {
  it("names every requirement, in the order of the tests", () => {
    const named = [...textOf("../README.md").matchAll(/^\| (MUST .*?) *\|/gm)].map(([, title]) => title)
    assert.deepStrictEqual(
      named,
      requirements.map(({ title }) => title),
    )
  })
})

describe("the core's README", () => {
  it("shows the connector and the sync that are tested here", () => {
    const blocks = [...textOf("../../../core/connector/README.md").matchAll(/^```ts\n(.*?)^```$/gms)].map(
      ([, code]) => code,
    )
    assert.deepStrictEqual(blocks, [textOf("./readme/tiny.ts"), textOf("./readme/syncTiny.ts")])
  })

  it("tells what the sync prints", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {})
    await import("./readme/syncTiny.ts")
    assert.deepStrictEqual(log.mock.calls, [[["team:red:member:person:ada", "team:red:member:person:bob"]]])
    log.mockRestore()
  })
})
