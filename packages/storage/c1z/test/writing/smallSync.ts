// A small sync of two steps, enough to show each rule of storing and publishing.
import type { Entitlement, OpenSync, Records, Resource, ResourceType, StepState, SyncResult } from "@rollcall/connector"
import { entitlementId, grantOf, SyncStore } from "@rollcall/connector"
import { Effect } from "effect"

export const userType: ResourceType = {
  id: "user",
  displayName: "User",
  traits: ["user"],
  capabilities: ["sync"],
  permissions: ["users:read"],
  skips: "entitlementsAndGrants",
}

export const teamType: ResourceType = {
  id: "team",
  displayName: "Team",
  traits: ["group"],
  capabilities: ["sync"],
  permissions: [],
}

export const user = (id: string) => ({ resourceType: "user", resource: id })
export const team = (id: string) => ({ resourceType: "team", resource: id })

export const person = (id: string, more: Partial<Resource> = {}): Resource => ({
  id: user(id),
  displayName: id,
  profile: { first_name: id, is_admin: false },
  status: "enabled",
  account: { accountType: "human", emails: [`${id}@example.com`] },
  ...more,
})

export const membership = (id: string): Entitlement => ({
  id: entitlementId(team(id), "member"),
  resource: team(id),
  slug: "member",
  displayName: `${id} member`,
  description: `Member of ${id}`,
  purpose: "assignment",
  grantableTo: ["user"],
})

/** Two people, a team, its entitlement, and one membership. */
export const smallPage: Records = {
  resources: [person("ada"), person("bob"), { id: team("red"), displayName: "Red" }],
  entitlements: [membership("red")],
  grants: [grantOf(team("red"), "member", user("ada"))],
}

export const identity = {
  connector: "tiny",
  tenant: "T1",
  request: "all",
  reach: [],
  steps: ["people", "directory", "teams"],
}

export const stateOf = (step: string, more: Partial<StepState> = {}): StepState => ({
  step,
  ended: true,
  pages: 1,
  records: 0,
  gaps: [],
  warnings: [],
  ...more,
})

export const resultOf = (more: Partial<SyncResult> = {}): SyncResult => ({
  kind: "full",
  source: { connector: "tiny", tenant: { id: "T1", displayName: "Tiny Inc." } },
  resourceTypes: [userType, teamType],
  coverage: [{ resourceType: "user", state: "complete", gaps: [] }],
  merge: [{ id: "people" }, { id: "directory" }],
  ...more,
})

/** Opens a sync, stores one page, and publishes it. */
export const syncOnce = (records: Records = smallPage, result: SyncResult = resultOf()) =>
  Effect.gen(function* () {
    const store = yield* SyncStore
    const open: OpenSync = yield* store.open(identity)
    yield* store.commit(records, stateOf("people"))
    return { open, published: yield* store.publish(result) }
  })
