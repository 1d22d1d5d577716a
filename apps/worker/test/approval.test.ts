// What approval by a second person means for ConductorOne's tasks: they count as approved, as ConductorOne has its own approvals.
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { auditOf, groupsOf, leaseWorld, outsiders } from "./leaseWorld.ts"

it.live("a worker with BATON_REQUIRE_APPROVAL does what ConductorOne asks for", () =>
  Effect.gen(function* () {
    const { slack, start, done, workFolder, membersNow } = yield* leaseWorld
    const group = groupsOf(slack)[0]?.group ?? ""
    const [joiner = ""] = outsiders(slack)
    const [leaver = ""] = membersNow()
    const approvers = join(workFolder, "approvers.yaml")
    writeFileSync(approvers, `people: []\nrequire:\n  removalsAbove: 0\n  changesOf: ["group:${group}"]\n`)
    yield* start({ environment: { BATON_REQUIRE_APPROVAL: "1", BATON_APPROVERS: approvers } })
    const entitlement = { id: `group:${group}:member` }
    const principal = (resource: string) => ({ id: { resourceType: "user", resource } })
    yield* done({ grant: { entitlement, principal: principal(joiner) } })
    yield* done({ revoke: { grant: { id: "g", entitlement, principal: principal(leaver) } } })
    assert.deepStrictEqual([membersNow().includes(joiner), membersNow().includes(leaver)], [true, false])
    assert.deepStrictEqual(
      auditOf(workFolder).map(({ intent, outcome }) => `${String(intent)} ${String(outcome)}`),
      ["grant begun", "grant changed", "revoke begun", "revoke changed"],
    )
  }).pipe(Effect.scoped),
)
