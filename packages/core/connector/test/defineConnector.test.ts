// What a declaration may leave out, and what is filled in.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { defineConnector, memoryOutput, runSync } from "../src/index.ts"
import { personResource } from "./tinyConnector.ts"

const page = () => Effect.succeed({ resources: [personResource("ada")] })
const declared = { id: "tiny", displayName: "Tiny", identify: Effect.succeed({ id: "T1", displayName: "Tiny Inc." }) }

describe("a declared connector", () => {
  it.effect("is synced with what it leaves out filled in", () =>
    Effect.gen(function* () {
      const connector = defineConnector({
        ...declared,
        resourceTypes: [{ id: "person" }, { id: "userGroup" }, { id: "idp_group" }],
        steps: [{ id: "people", produces: ["person"], page }],
      })
      assert.deepStrictEqual(
        connector.resourceTypes.map(({ displayName }) => displayName),
        ["Person", "User Group", "Idp Group"],
      )
      assert.deepStrictEqual(connector.resourceTypes[0], {
        id: "person",
        displayName: "Person",
        traits: [],
        capabilities: ["sync"],
        permissions: [],
      })
      assert.deepStrictEqual(connector.steps, [
        { id: "people", title: "people", scopes: [], produces: ["person"], page },
      ])
      const output = memoryOutput()
      yield* Effect.provide(runSync(connector), output.layer)
      assert.lengthOf(output.published()?.resources ?? [], 1)
    }),
  )

  it("keeps what it says", () => {
    const type = {
      id: "person",
      displayName: "Human",
      traits: ["user" as const],
      capabilities: ["sync" as const, "provision" as const],
      permissions: ["people"],
    }
    const scopes = [{ scope: "people", purpose: "people", without: "everything", required: true }]
    const step = { id: "people", title: "all people", produces: ["person"], scopes, page }
    const { resourceTypes, steps, ...rest } = defineConnector({ ...declared, resourceTypes: [type], steps: [step] })
    assert.deepStrictEqual([resourceTypes, steps, rest], [[type], [step], declared])
  })
})
