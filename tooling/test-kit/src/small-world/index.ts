// A small system at one or more times, stored as a connector would store it, in whatever store a test has.
import type {
  AccessMeanings,
  Coverage,
  Grant,
  Resource,
  ResourceStatus,
  ResourceType,
  SyncResult,
} from "@rollcall/connector"
import { entitlementId, grantOf, SyncStore } from "@rollcall/connector"
import type { Layer } from "effect"
import { Effect } from "effect"

const meanings: AccessMeanings = {
  kinds: [
    { entitlement: "role:bot:held", kind: "bot" },
    { entitlement: "role:invited:held", kind: "invited" },
    { entitlement: "role:guest:held", kind: "guest", note: "one room" },
    { entitlement: "role:wideGuest:held", kind: "guest", note: "several rooms" },
    { entitlement: "role:member:held", kind: "member" },
  ],
  privileged: ["role:owner:held"],
  attributes: ["email", "kind", "mfa", "status"],
}

/** What entitlements of its connector mean. */
export const known: ReadonlyArray<{ readonly id: string; readonly meanings: AccessMeanings }> = [
  { id: "club", meanings },
]

const resourceType = (id: string, traits: ResourceType["traits"]): ResourceType => ({
  id,
  displayName: id,
  traits,
  capabilities: ["sync"],
  permissions: [],
})

export const types = {
  club: resourceType("club", ["group"]),
  user: resourceType("user", ["user"]),
  role: resourceType("role", ["role"]),
  team: resourceType("team", ["group"]),
}

/** A person: their roles and teams by id. */
export interface Person {
  readonly name?: string
  readonly email?: string | undefined
  readonly status?: ResourceStatus
  readonly mfa?: boolean
  /** RFC 3339. */
  readonly createdAt?: string
  readonly profile?: Readonly<Record<string, string>>
  readonly roles?: ReadonlyArray<string>
  readonly teams?: ReadonlyArray<string>
}

/** The system at one time: people and teams by id, a team with its name, which describes it too. */
export interface World {
  readonly people: Readonly<Record<string, Person>>
  readonly teams?: Readonly<Record<string, string>>
  readonly tenant?: string
  readonly tenantName?: string | undefined
  readonly connector?: string
  readonly coverage?: ReadonlyArray<Coverage> | undefined
  readonly types?: ReadonlyArray<ResourceType>
  readonly kind?: SyncResult["kind"]
}

export const whole = (...ids: ReadonlyArray<string>): ReadonlyArray<Coverage> =>
  (ids.length === 0 ? Object.keys(types) : ids).map((id) => ({ resourceType: id, state: "complete", gaps: [] }))

const clubId = { resourceType: "club", resource: "C1" }

const personOf = (id: string, { name = id, status = "enabled", mfa, ...person }: Person): Resource => ({
  id: { resourceType: "user", resource: id },
  displayName: name,
  parent: clubId,
  status,
  createdAt: person.createdAt,
  profile: person.profile,
  account: {
    accountType: "human",
    emails: "email" in person ? (person.email === undefined ? [] : [person.email]) : [`${id}@example.com`],
    mfaEnabled: mfa,
  },
})

const grantsOf = (id: string, { roles = ["member"], teams = [] }: Person): ReadonlyArray<Grant> => {
  const user = { resourceType: "user", resource: id }
  return [
    grantOf(clubId, "member", user),
    ...roles.map((role) => grantOf({ resourceType: "role", resource: role }, "held", user)),
    ...teams.map((team) => grantOf({ resourceType: "team", resource: team }, "member", user)),
  ]
}

/** Syncs the world to a store; gives the id of the sync. */
export const syncWorld = <E>(to: Layer.Layer<SyncStore, E>, world: World) => {
  const { people, teams = {}, tenant = "C1", connector = "club", kind = "full" } = world
  const { tenantName = `Club ${tenant}` } = world
  const roles = ["guest", "wideGuest", "member", "owner", "invited", "bot"]
  const entitlement = (type: string, resource: string, slug: string) => ({
    id: entitlementId({ resourceType: type, resource }, slug),
    resource: { resourceType: type, resource },
    slug,
    displayName: `${resource} ${slug}`,
    description: `Lets one be ${slug} of ${teams[resource] ?? resource}`,
    purpose: "assignment" as const,
    grantableTo: ["user"],
  })
  const published = world.types ?? Object.values(types)
  const isPublished = (type: string) => published.some(({ id }) => id === type)
  return Effect.gen(function* () {
    const store = yield* SyncStore
    yield* store.open({ connector, tenant, request: kind, reach: [], steps: ["all"] })
    const resources: ReadonlyArray<Resource> = [
      { id: clubId, displayName: tenantName },
      ...Object.entries(people).map(([id, person]) => personOf(id, person)),
      ...roles.map((role) => ({ id: { resourceType: "role", resource: role }, displayName: role })),
      ...Object.entries(teams).map(([id, name]) => ({
        id: { resourceType: "team", resource: id },
        displayName: name,
        description: name,
      })),
    ]
    const entitlements = [
      entitlement("club", "C1", "member"),
      ...roles.map((role) => entitlement("role", role, "held")),
      ...Object.keys(teams).map((id) => entitlement("team", id, "member")),
    ]
    const grants = Object.entries(people).flatMap(([id, person]) => grantsOf(id, person))
    yield* store.commit(
      {
        resources: resources.filter(({ id }) => isPublished(id.resourceType)),
        entitlements: entitlements.filter(({ resource }) => isPublished(resource.resourceType)),
        grants: grants.filter((grant) => isPublished(grant.entitlement.split(":")[0] ?? "")),
      },
      { step: "all", ended: true, pages: 1, records: 0, gaps: [], warnings: [] },
    )
    const { syncId } = yield* store.publish({
      kind,
      source: { connector, tenant: { id: tenant, displayName: tenantName } },
      resourceTypes: published,
      coverage: world.coverage ?? whole(...published.map(({ id }) => id)),
      merge: [{ id: "all" }],
    })
    return syncId
  }).pipe(Effect.provide(to))
}
