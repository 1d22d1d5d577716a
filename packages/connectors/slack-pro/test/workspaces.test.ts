import { assert, describe, it } from "@effect/vitest"
import type { Evidence, Page, Tenant } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import { Effect } from "effect"
import type { WorkspacePageRequest } from "../src/parts.ts"
import { eachWorkspace, userGroupType } from "../src/parts.ts"

const evidence: Evidence = {
  unseen: (ids) => Effect.succeed(ids),
  count: () => Effect.succeed(0),
  compare: () => Effect.succeed({ listed: 0, missing: 0 }),
  parents: () => Effect.die("not asked"),
  unknownPrincipals: () => Effect.succeed({ ids: [], count: 0 }),
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

const refusal = new ConnectorError({
  reason: { _tag: "Refused", by: "scope", missingScopes: [] },
  message: "No.",
  hint: "Ask.",
})

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

  it.effect("begin again where the workspace of the cursor is no longer there", () =>
    Effect.gen(function* () {
      const page = eachWorkspace(() => Effect.succeed<Page>({}))
      for (const cursor of ["1:a", "nonsense"]) {
        const error = yield* Effect.flip(page({ tenant: one, evidence, cursor }))
        assert.nestedPropertyVal(error, "reason._tag", "CursorExpired")
      }
    }),
  )

  const refusedIn = (...ids: ReadonlyArray<string>) =>
    Effect.fnUntraced(function* ({ workspace, cursor }: WorkspacePageRequest) {
      if (cursor === undefined && ids.includes(workspace.id)) return yield* refusal
      return cursor === undefined ? ({ next: "2" } satisfies Page) : {}
    })
  const optional = {
    type: userGroupType,
    scopes: [{ scope: "usergroups:read", purpose: "groups", without: "groups", required: false }],
  }

  it.effect("read the other workspaces when one refuses an optional list, and name that one in a gap", () =>
    Effect.gen(function* () {
      const page = eachWorkspace(refusedIn("T1"), optional)
      const first = yield* page({ tenant: two, evidence })
      assert.deepStrictEqual(first, {
        next: "1:",
        gaps: [
          {
            resourceType: "userGroup",
            missing: "User Group of the workspace Acme (T1)",
            reason: "scope",
            explanation: "No. Ask.",
            missingScopes: ["usergroups:read"],
          },
        ],
      })
      assert.deepStrictEqual(yield* page({ tenant: two, evidence, cursor: "1:" }), { next: "1:2" })
      const last = yield* eachWorkspace(refusedIn("T2"), optional)({ tenant: two, evidence, cursor: "1:" })
      assert.deepStrictEqual([last.next, last.gaps?.length], [undefined, 1])
    }),
  )

  it.effect("are refused as a whole when the list is not optional, or the token opens one workspace", () =>
    Effect.gen(function* () {
      const required = yield* Effect.flip(eachWorkspace(refusedIn("T2"))({ tenant: two, evidence, cursor: "1:" }))
      assert.deepInclude(required, {
        reason: { _tag: "Refused", by: "scope", missingScopes: [], atFirstPage: true },
        message: "No.",
      })
      const single = yield* Effect.flip(eachWorkspace(refusedIn("T1"), optional)({ tenant: one, evidence }))
      assert.strictEqual(single, refusal)
    }),
  )

  it.effect("pass a refusal after the first page of a workspace on, because its list is half read", () =>
    Effect.gen(function* () {
      const page = eachWorkspace(
        ({ cursor }) => (cursor === undefined ? Effect.succeed({}) : Effect.fail(refusal)),
        optional,
      )
      assert.strictEqual(yield* Effect.flip(page({ tenant: two, evidence, cursor: "0:a" })), refusal)
    }),
  )
})
