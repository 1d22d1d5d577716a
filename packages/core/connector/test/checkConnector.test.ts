import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Action, Connector } from "../src/index.ts"
import { memoryOutput, runSync } from "../src/index.ts"
import { clubs } from "./changes/clubs.ts"
import { isMember, membership, pagedStep, personResource, teamResource, tinyConnector } from "./tinyConnector.ts"

const complaintOf = (connector: Connector) => Effect.flip(runSync(connector).pipe(Effect.provide(memoryOutput().layer)))

describe("a connector that contradicts itself is refused before anything is read", () => {
  const [one, two] = [pagedStep("one", [{}]), pagedStep("two", [{}])]
  const types = tinyConnector([]).resourceTypes
  const provisionable = types.map((type) =>
    type.id === "team" ? { ...type, capabilities: [...type.capabilities, "provision" as const] } : type,
  )
  const provisioning = clubs({ clubs: {} }).connector.provisioning!
  const openDoor: Action = {
    name: "open_door",
    displayName: "Open Door",
    description: "Opens a door",
    kind: "accountEnable",
    arguments: [],
    returns: [],
    isDone: () => Effect.succeed(true),
    run: () => Effect.void,
    result: () => ({}),
  }
  const cases: ReadonlyArray<readonly [string, Connector, string]> = [
    ["two steps of one id", tinyConnector([one, one]), "the step one is declared twice"],
    ["two types of one id", tinyConnector([one], { resourceTypes: [...types, ...types] }), "person is declared twice"],
    ["an unknown type", tinyConnector([{ ...one, produces: ["robot"] }]), "produces robot"],
    ["an unknown list to be expected in", tinyConnector([{ ...one, expectedIn: "three" }]), "is expected in three"],
    [
      "a quick sync of an unknown step",
      tinyConnector([one], { quick: { steps: ["three"], lacks: [] } }),
      "a quick sync reads three, which is no step of it",
    ],
    [
      "a quick sync of no step",
      tinyConnector([one], { quick: { steps: [], lacks: [] } }),
      "a quick sync of it has no step",
    ],
    [
      "a quick sync that lacks some of a type which it does not read",
      tinyConnector([{ ...one, produces: ["person"] }, two], {
        quick: { steps: ["one"], lacks: [{ resourceType: "team", missing: "teams" }] },
      }),
      "a quick sync lacks some of team, which no step of it produces",
    ],
    ["an unknown list to compare with", tinyConnector([{ ...one, comparesWith: ["three"] }]), "compares with three"],
    [
      "a step that comes after one which compares with it",
      tinyConnector([
        { ...one, after: ["two"] },
        { ...two, comparesWith: ["one"] },
      ]),
      "one, two wait",
    ],
    [
      "two actions of one name",
      tinyConnector([one], { actions: [openDoor, openDoor] }),
      "the action open_door is declared twice",
    ],
    [
      "an action of an unknown type",
      tinyConnector([one], { actions: [{ ...openDoor, kind: "resourceCreate", resourceType: "door" }] }),
      "the action open_door is of door, which is no resource type of it",
    ],
    [
      "an action that takes access, of a kind that gives it",
      tinyConnector([one], {
        actions: [{ ...openDoor, takesAccess: { from: () => "", ownIds: () => Effect.succeed([]) } }],
      }),
      "the action open_door takes access from an account",
    ],
    [
      "a type that can be provisioned while nothing provisions",
      tinyConnector([one], { resourceTypes: provisionable }),
      "team can be provisioned, and nothing provisions it",
    ],
    [
      "a type that can be provisioned without an entitlement that can be",
      tinyConnector([one], { resourceTypes: provisionable, provisioning: { ...provisioning, slugs: { team: [] } } }),
      "team can be provisioned, and provisioning.slugs has no entitlement of it",
    ],
    [
      "entitlements of a type that cannot be provisioned",
      tinyConnector([one], {
        resourceTypes: provisionable,
        provisioning: { ...provisioning, slugs: { team: ["member"], taem: ["member"] } },
      }),
      "provisioning.slugs has taem, which is no resource type of it that can be provisioned",
    ],
    ["provisioning of no type", tinyConnector([one], { provisioning }), "no resource type can be"],
    [
      "principals of an unknown type",
      tinyConnector([one], {
        resourceTypes: provisionable,
        provisioning: { ...provisioning, principalTypes: ["robot"] },
      }),
      "robot can be granted something",
    ],
    [
      "parents that no step before it gives",
      tinyConnector([
        { ...one, produces: ["person"] },
        { ...two, after: ["one"], parentType: "team" },
      ]),
      "the step two is asked for each team, and comes after no step that produces it",
    ],
    ["an unknown need", tinyConnector([{ ...one, after: ["three"] }]), "waits for three"],
    [
      "steps in a circle",
      tinyConnector([
        { ...one, after: ["two"] },
        { ...two, after: ["one"] },
      ]),
      "one, two wait",
    ],
  ]
  for (const [title, connector, complaint] of cases) {
    it.effect(`because of ${title}`, () =>
      Effect.gen(function* () {
        const error = yield* complaintOf(connector)
        assert.strictEqual(error.reason, "Defective")
        assert.include(error.message, complaint)
      }),
    )
  }
})

describe("a plan", () => {
  it.effect("includes the steps that a wanted step needs first", () =>
    Effect.gen(function* () {
      const first = pagedStep("first", [{}], { produces: ["team"] })
      const second = pagedStep("second", [{}], { produces: ["person"], after: ["first"] })
      const summary = yield* runSync(tinyConnector([first, second]), { resourceTypes: ["person"] }).pipe(
        Effect.provide(memoryOutput().layer),
      )
      assert.deepStrictEqual(
        summary.steps.map(({ step }) => step),
        ["first", "second"],
      )
    }),
  )

  it.effect("lists every type where grants are kept, since readers drop grants to types that are not listed", () =>
    Effect.gen(function* () {
      const typesListedFor = Effect.fnUntraced(function* (skipEntitlementsAndGrants: boolean) {
        const output = memoryOutput()
        const request = { resourceTypes: ["team"], skipEntitlementsAndGrants }
        const everything = pagedStep("all", [{ resources: [teamResource("red")], grants: [isMember("red", "ada")] }])
        yield* runSync(tinyConnector([everything]), request).pipe(Effect.provide(output.layer))
        return output.published()?.resourceTypes.map(({ id }) => id)
      })
      assert.deepStrictEqual(yield* typesListedFor(false), ["person", "team"])
      assert.deepStrictEqual(yield* typesListedFor(true), ["team"])
    }),
  )

  it.effect("looks for unknown principals only among the types that were asked for", () =>
    Effect.gen(function* () {
      const everything = pagedStep("all", [{ resources: [teamResource("red")], grants: [isMember("red", "ada")] }])
      const summary = yield* runSync(tinyConnector([everything]), { resourceTypes: ["team"] }).pipe(
        Effect.provide(memoryOutput().layer),
      )
      assert.deepStrictEqual(summary.warnings, [])
    }),
  )
})

describe("what two steps say of one thing", () => {
  const immutable = { ...isMember("red", "ada"), immutable: true }
  const slow = pagedStep("slow", [{ resources: [personResource("ada", { displayName: "Ada" })], grants: [immutable] }])
  const fast = pagedStep("fast", [
    {
      resources: [personResource("ada", { displayName: "ada", status: "enabled" }), teamResource("red")],
      entitlements: [membership("red")],
      grants: [isMember("red", "ada")],
    },
  ])

  it.effect("is believed in the connector's order of steps, whichever step came first", () =>
    Effect.gen(function* () {
      const results = yield* Effect.forEach([slow, fast], (late) =>
        Effect.gen(function* () {
          const output = memoryOutput()
          const early = late === slow ? fast : slow
          const steps = [slow, fast].map((step) => (step === late ? { ...step, after: [early.id] } : step))
          yield* runSync(tinyConnector(steps)).pipe(Effect.provide(output.layer))
          return output.published()
        }),
      )
      for (const published of results) {
        const ada = published?.resources.find(({ id }) => id.resource === "ada")
        assert.deepStrictEqual(ada, personResource("ada", { displayName: "Ada", status: "enabled" }))
        assert.deepStrictEqual(published?.grants, [immutable])
      }
    }),
  )
})
