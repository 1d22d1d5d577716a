// A small office with accounts, roles and groups, synced by the real engine.
import type { AccessMeanings, Connector, Gap, Grant, Resource, SyncRequest, SyncStore } from "@rollcall/connector"
import { entitlementOf, grantOf, runSync } from "@rollcall/connector"
import type { Layer } from "effect"
import { Effect } from "effect"

/** What the roles of the office mean. */
const officeMeanings: AccessMeanings = {
  kinds: [
    { entitlement: "role:guest:held", kind: "guest", note: "one room" },
    { entitlement: "role:member:held", kind: "member" },
  ],
  privileged: ["role:owner:held"],
  attributes: ["email", "kind", "mfa", "status"],
}

/** As `openAccess` takes them. */
export const meanings = [{ id: "office", meanings: officeMeanings }]

const user = (id: string) => ({ resourceType: "user", resource: id })
const group = (id: string) => ({ resourceType: "group", resource: id })
const role = (id: string) => ({ resourceType: "role", resource: id })

/** An account whose address is its name at example.com. */
export const person = (id: string, more: Partial<Resource> = {}): Resource => ({
  id: user(id),
  displayName: id,
  status: "enabled",
  account: { accountType: "human", emails: [`${id}@example.com`] },
  ...more,
})

export const memberOf = (id: string, account: string): Grant => grantOf(group(id), "member", user(account))
export const hasRole = (id: string, account: string): Grant => grantOf(role(id), "held", user(account))

/** What the office holds at some time. */
export interface Office {
  /** The id of the workspace, where it is another one. */
  readonly id?: string
  readonly accounts: ReadonlyArray<Resource>
  /** By id; a name, or what else is known of a group. */
  readonly groups?: Readonly<Record<string, string | Omit<Resource, "id">>>
  readonly grants: ReadonlyArray<Grant>
  readonly gaps?: ReadonlyArray<Gap>
}

/** Ada owns the office, Bob is a member, Gil a guest, Eve was deactivated; Bob and Eve are in IT. */
export const office: Office = {
  accounts: [person("ada"), person("bob"), person("gil"), person("eve", { status: "disabled" })],
  groups: { it: "IT Admins" },
  grants: [
    hasRole("owner", "ada"),
    hasRole("member", "ada"),
    hasRole("member", "bob"),
    hasRole("guest", "gil"),
    memberOf("it", "bob"),
    memberOf("it", "eve"),
  ],
}

const groupOf = (about: string | Omit<Resource, "id">) => (typeof about === "string" ? { displayName: about } : about)

const roles = { owner: "Owner", member: "Member", guest: "Guest" }

const connectorOf = ({ id: tenant = "O1", accounts, groups = {}, grants, gaps = [] }: Office): Connector => ({
  id: "office",
  displayName: "Office",
  tenantType: "office",
  resourceTypes: [
    { id: "user", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "group", displayName: "Group", traits: ["group"], capabilities: ["sync"], permissions: [] },
    { id: "role", displayName: "Role", traits: ["role"], capabilities: ["sync"], permissions: [] },
  ],
  identify: Effect.succeed({ id: tenant, displayName: "Acme" }),
  steps: [
    {
      id: "all",
      title: "everything",
      produces: ["user", "group", "role"],
      scopes: [],
      page: () =>
        Effect.succeed({
          resources: [
            ...accounts,
            ...Object.entries(groups).map(([id, about]) => ({ id: group(id), ...groupOf(about) })),
            ...Object.entries(roles).map(([id, displayName]) => ({ id: role(id), displayName })),
          ],
          entitlements: [
            ...Object.entries(groups).map(([id, name]) =>
              entitlementOf(group(id), "member", {
                displayName: `${groupOf(name).displayName} member`,
                grantableTo: ["user"],
              }),
            ),
            ...Object.entries(roles).map(([id, name]) =>
              entitlementOf(role(id), "held", { displayName: `${name} role`, grantableTo: ["user"] }),
            ),
          ],
          grants,
          gaps,
        }),
    },
  ],
})

/** Syncs the office into a store. */
export const syncOfficeTo = <E>(store: Layer.Layer<SyncStore, E>, what: Office = office, request: SyncRequest = {}) =>
  Effect.provide(runSync(connectorOf(what), request), store, { local: true })
