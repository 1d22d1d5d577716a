// A workspace at two times, stored as a connector would store it: with the real store, in one file.
import { workStoreLayer } from "@rollcall/c1z"
import type { AccessMeanings, Coverage, Grant, Resource, ResourceType } from "@rollcall/connector"
import { entitlementId, grantOf, SyncStore } from "@rollcall/connector"
import { Effect } from "effect"

const meanings: AccessMeanings = {
  kinds: [
    { entitlement: "role:guest:held", kind: "guest", note: "one room" },
    { entitlement: "role:member:held", kind: "member" },
  ],
  privileged: ["role:owner:held"],
  attributes: ["email", "kind", "status"],
}

/** What entitlements of the workspace mean. */
export const known = [{ id: "club", meanings }]

const typeOf = (id: string, traits: ResourceType["traits"]): ResourceType => ({
  id,
  displayName: `Type ${id}`,
  traits,
  capabilities: ["sync"],
  permissions: [],
})

const types = [typeOf("club", []), typeOf("user", ["user"]), typeOf("role", ["role"]), typeOf("team", ["group"])]

/** Whatever a browser might take for more than text, or an address for more than an id. */
export const hostile: ReadonlyArray<string> = [
  "</script><script>document.title='ran'</script>",
  "<img src=x onerror=alert(1)>",
  "\u202egnp.exe",
  "\u0007\u001b[2J",
  "javascript:alert(1)",
  "//evil.example/%2e%2e/?a=b&c=d#e",
  "100% + 1 & 'more'",
  "__proto__",
  "ü".normalize("NFD"),
]

/** A person: their name, their roles, their teams, and facts that are shown. */
export interface Person {
  readonly name?: string
  readonly roles?: ReadonlyArray<string>
  readonly teams?: ReadonlyArray<string>
  readonly status?: Resource["status"]
  readonly profile?: Readonly<Record<string, string>>
}

export interface World {
  readonly people: Readonly<Record<string, Person>>
  /** Names by id. */
  readonly teams: Readonly<Record<string, string>>
  /** The club's name. */
  readonly name?: string
  readonly gap?: string
}

const club = { resourceType: "club", resource: "C1" }

/** Syncs the world to the file, beside the sync before. Gives the sync's id. */
export const syncWorld = (output: string, { people, teams, name = "Chess Club", gap }: World) =>
  Effect.gen(function* () {
    const roles = ["guest", "member", "owner"]
    const person = (id: string) => ({ resourceType: "user", resource: id })
    const entitlement = (resourceType: string, resource: string, slug: string) => ({
      id: entitlementId({ resourceType, resource }, slug),
      resource: { resourceType, resource },
      slug,
      displayName: `${slug} of ${resource}`,
      description: `Lets one be ${slug} of ${teams[resource] ?? resource}`,
      purpose: "assignment" as const,
      grantableTo: ["user"],
    })
    const resources: ReadonlyArray<Resource> = [
      { id: club, displayName: name },
      ...Object.entries(people).map(([id, { name: shown = id, status = "enabled" as const, profile }]) => ({
        id: person(id),
        displayName: shown,
        parent: club,
        status,
        profile,
        createdAt: "2026-01-02T03:04:05Z",
        account: { accountType: "human" as const, emails: [`${id.length}.${id.codePointAt(0)}@example.com`] },
      })),
      ...roles.map((role) => ({ id: { resourceType: "role", resource: role }, displayName: role })),
      ...Object.entries(teams).map(([id, shown]) => ({
        id: { resourceType: "team", resource: id },
        displayName: shown,
        description: shown,
      })),
    ]
    const grants: ReadonlyArray<Grant> = Object.entries(people).flatMap(
      ([id, { roles: held = ["member"], teams: in_ = [] }]) => [
        ...held.map((role) => grantOf({ resourceType: "role", resource: role }, "held", person(id))),
        ...in_.map((team) => grantOf({ resourceType: "team", resource: team }, "member", person(id))),
      ],
    )
    const coverage: ReadonlyArray<Coverage> = types.map(({ id }) =>
      id === "team" && gap !== undefined
        ? {
            resourceType: id,
            state: "partial",
            gaps: [{ resourceType: id, missing: gap, reason: "scope", explanation: `The token may not: ${gap}` }],
          }
        : { resourceType: id, state: "complete", gaps: [] },
    )
    const store = yield* SyncStore
    yield* store.open({ connector: "club", tenant: "C1", request: "full", reach: [], steps: ["all"] })
    yield* store.commit(
      {
        resources,
        entitlements: [
          ...roles.map((role) => entitlement("role", role, "held")),
          ...Object.keys(teams).map((id) => entitlement("team", id, "member")),
        ],
        grants,
      },
      { step: "all", ended: true, pages: 1, records: 0, gaps: [], warnings: [] },
    )
    const { syncId } = yield* store.publish({
      kind: "full",
      source: { connector: "club", tenant: { id: "C1", displayName: name } },
      resourceTypes: types,
      coverage,
      merge: [{ id: "all" }],
    })
    return syncId
  }).pipe(Effect.provide(workStoreLayer({ output, keepSyncs: 10 })))
