// A record of a type that the connector does not declare ends the sync, and is named. It would be left out without a word otherwise.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "../src/index.ts"
import { grantOf, memoryOutput, runSync } from "../src/index.ts"
import { isMember, membership, pagedStep, personResource, teamResource, tinyConnector } from "./tinyConnector.ts"

const robot = { resourceType: "robot", resource: "r1" }
const team = teamResource("red")
const cases: ReadonlyArray<readonly [string, Page, string]> = [
  ["a resource", { resources: [{ id: robot }] }, "the resource robot:r1"],
  ["a parent", { resources: [{ ...team, parent: robot }] }, "the resource team:red with a parent"],
  ["children", { resources: [{ ...team, childResourceTypes: ["robot"] }] }, "the resource team:red with children"],
  [
    "the resource of an entitlement",
    { entitlements: [{ ...membership("red"), resource: robot }] },
    "the entitlement team:red:member on a resource",
  ],
  [
    "those who can hold an entitlement",
    { entitlements: [{ ...membership("red"), grantableTo: ["person", "robot"] }] },
    "the entitlement team:red:member that is grantable to principals",
  ],
  ["the resource of a grant", { grants: [grantOf(robot, "member", personResource("ada").id)] }, "on a resource"],
  ["the principal of a grant", { grants: [grantOf(team.id, "member", robot)] }, "to a principal"],
  ["an alias", { aliases: [{ id: robot, alias: "r2" }] }, "an alias of robot:r1"],
]

describe("a record of a type that the connector does not declare", () => {
  for (const [title, page, record] of cases) {
    it.effect(`ends the sync as a fault of the connector where it is ${title}`, () =>
      Effect.gen(function* () {
        const fine = { resources: [personResource("ada"), team], entitlements: [membership("red")] }
        const steps = [pagedStep("lists", [{ ...fine, grants: [isMember("red", "ada")] }, page])]
        const output = memoryOutput()
        const error = yield* Effect.flip(Effect.provide(runSync(tinyConnector(steps)), output.layer))
        assert.deepInclude(error, { _tag: "SyncError", reason: "Defective", step: "lists" })
        for (const named of ["The step lists", record, '"robot"', "Tiny"]) assert.include(error.message, named)
        assert.include(error.hint, "person, team")
        assert.isUndefined(output.published())
      }),
    )
  }
})
