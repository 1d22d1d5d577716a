// A small office whose names try what formats cannot hold.
import { join } from "node:path"
import type { AccessReader } from "@rollcall/access"
import { openAccess } from "@rollcall/access"
import { workStoreLayer } from "@rollcall/c1z"
import type { AccessMeanings, Connector, Gap, Grant, Resource } from "@rollcall/connector"
import { entitlementOf, grantOf, runSync } from "@rollcall/connector"
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

/** Texts that formats treat as something else. */
export const hostileNames: ReadonlyArray<string> = [
  "=1+1",
  '=HYPERLINK("http://example.com","x")',
  "-2+3",
  "+1",
  "@SUM(A1)",
  "00123",
  "1e5",
  "#N/A",
  "#REF!",
  "TRUE",
  "_x0041_",
  "_x0041_x0042_",
  "a_x005F_b",
  'say "hi", <b>&amp;</b>',
  "line\nbreak",
  "tab\there",
  "  blanks  ",
  "\u202egnp.exe",
  "🦊 Ünï 漢字",
  "'quoted",
  "null",
  "unknown",
  "[1,2]",
  "2026-01-02",
]

const user = (id: string) => ({ resourceType: "user", resource: id })

/** What the office holds. */
export interface Office {
  readonly names?: ReadonlyArray<string>
  readonly gaps?: ReadonlyArray<Gap>
  readonly more?: ReadonlyArray<Resource>
  /** Further members of the group. */
  readonly members?: number
}

const people = ({ names = [], more = [], members = 0 }: Office): ReadonlyArray<Resource> => [
  {
    id: user("ada"),
    displayName: "Ada",
    status: "enabled",
    createdAt: "2026-01-02T03:04:05Z",
    account: { accountType: "human", emails: ["ada@example.com", "a@example.com"], mfaEnabled: true },
    profile: { employee_number: "00123", "Cost Center": "=1", score: -1.5, active: true },
  },
  { id: user("bob"), displayName: "Bob", status: "enabled", account: { accountType: "human" } },
  {
    id: user("eve"),
    displayName: "Eve",
    status: "disabled",
    account: { accountType: "human" },
    profile: { late: "x" },
  },
  ...names.map((name, at): Resource => ({
    id: user(`n${at}`),
    displayName: name,
    status: "enabled",
    account: { accountType: "human", emails: [`n${at}@example.com`] },
  })),
  ...Array.from({ length: members }, (_, at): Resource => ({
    id: user(`m${at}`),
    displayName: `Member ${at}`,
    status: "enabled",
    account: { accountType: "human", emails: [`m${at}@example.com`] },
  })),
  ...more,
]

const group = { resourceType: "group", resource: "it" }
const roles = { owner: "Owner", member: "Member", guest: "Guest" }

const grants = (accounts: ReadonlyArray<Resource>): ReadonlyArray<Grant> => {
  const role = (resource: string, id: string) => grantOf({ resourceType: "role", resource }, "held", user(id))
  return [
    role("owner", "ada"),
    ...accounts.filter(({ status }) => status !== "disabled").map(({ id }) => role("member", id.resource)),
    ...accounts.map(({ id }) => grantOf(group, "member", id)),
  ]
}

const connectorOf = (office: Office): Connector => {
  const accounts = people(office)
  return {
    id: "office",
    displayName: "Office",
    tenantType: "office",
    resourceTypes: [
      { id: "user", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
      { id: "group", displayName: "Group", traits: ["group"], capabilities: ["sync"], permissions: [] },
      { id: "role", displayName: "Role", traits: ["role"], capabilities: ["sync"], permissions: [] },
    ],
    identify: Effect.succeed({ id: "O1", displayName: "Acme" }),
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
              { id: group, displayName: "IT, Admins", description: "=1" },
              ...Object.entries(roles).map(([id, displayName]) => ({
                id: { resourceType: "role", resource: id },
                displayName,
              })),
            ],
            entitlements: [
              entitlementOf(group, "member", { displayName: "IT member", grantableTo: ["user"] }),
              ...Object.entries(roles).map(([id, name]) =>
                entitlementOf({ resourceType: "role", resource: id }, "held", {
                  displayName: `${name} role`,
                  grantableTo: ["user"],
                }),
              ),
            ],
            grants: grants(accounts),
            gaps: office.gaps ?? [],
          }),
      },
    ],
  }
}

/** The office synced into the folder by the real engine and store, and opened. */
export const openOffice = Effect.fnUntraced(function* (folder: string, office: Office = {}) {
  const output = join(folder, "sync.c1z")
  yield* Effect.provide(runSync(connectorOf(office)), workStoreLayer({ output }), { local: true })
  const access: AccessReader = yield* openAccess(output, { meanings: [{ id: "office", meanings: officeMeanings }] })
  return access
})
