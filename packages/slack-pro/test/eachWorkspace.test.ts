import { assert, describe, it } from "@effect/vitest"
import type { Evidence, Page, Tenant } from "@rollcall/connector"
import { Effect } from "effect"
import { eachWorkspace, type WorkspacePageRequest } from "../src/parts.ts"

const evidence: Evidence = {
  unseen: (ids) => Effect.succeed(ids),
  count: () => Effect.succeed(0),
  compare: () => Effect.succeed({ listed: 0, missing: 0 }),
}

const one: Tenant = { id: "T1", displayName: "Acme" }
const two: Tenant = {
  id: "E1",
  displayName: "Acme Group",
  parts: [
    { id: "T1", displayName: "Acme" },
    { id: "T2", displayName: "Apex" },
  ],
}

/** Two pages of each workspace. The walk stops where a page without a next cursor stands. */
const walk = Effect.fnUntraced(function* (tenant: Tenant) {
  const asked: Array<string> = []
  const page = eachWorkspace(({ workspace, team, cursor }: WorkspacePageRequest) => {
    asked.push([workspace.id, team.team_id ?? "-", cursor ?? "-"].join(" "))
    return Effect.succeed<Page>(cursor === undefined ? { next: "a:b" } : {})
  })
  let { next } = yield* page({ tenant, evidence })
  while (next !== undefined) next = (yield* page({ tenant, evidence, cursor: next })).next
  return asked
})

describe("the pages of a step", () => {
  it.effect("are those of the workspace where the token opens one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* walk(one), ["T1 - -", "T1 - a:b"])
    }),
  )

  it.effect("lead from one workspace of an organisation to the next, which Slack is told", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* walk(two), ["T1 T1 -", "T1 T1 a:b", "T2 T2 -", "T2 T2 a:b"])
    }),
  )

  it.effect("begin anew where the workspace of the cursor is no longer there", () =>
    Effect.gen(function* () {
      const page = eachWorkspace(() => Effect.succeed<Page>({}))
      assert.strictEqual((yield* Effect.flip(page({ tenant: one, evidence, cursor: "1:a" }))).reason, "CursorExpired")
      assert.strictEqual(
        (yield* Effect.flip(page({ tenant: one, evidence, cursor: "nonsense" }))).reason,
        "CursorExpired",
      )
    }),
  )
})
