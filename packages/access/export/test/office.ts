// The office with names that try what formats cannot hold.
import { join } from "node:path"
import { openAccess } from "@rollcall/access"
import { workStoreLayer } from "@rollcall/c1z"
import type { Gap, Resource } from "@rollcall/connector"
import { hasRole, meanings, memberOf, person, syncOfficeTo } from "@rollcall/test-kit/office"
import { Effect } from "effect"

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

/** What is in the office besides Ada, who owns it, Bob, and Eve, who has left. */
export interface Office {
  readonly names?: ReadonlyArray<string>
  readonly gaps?: ReadonlyArray<Gap>
  readonly more?: ReadonlyArray<Resource>
  /** Further members of the group. */
  readonly members?: number
}

const people = ({ names = [], more = [], members = 0 }: Office): ReadonlyArray<Resource> => [
  person("ada", {
    displayName: "Ada",
    createdAt: "2026-01-02T03:04:05Z",
    account: { accountType: "human", emails: ["ada@example.com", "a@example.com"], mfaEnabled: true },
    profile: { employee_number: "00123", "Cost Center": "=1", score: -1.5, active: true },
  }),
  person("bob", { displayName: "Bob", account: { accountType: "human" } }),
  person("eve", {
    displayName: "Eve",
    status: "disabled",
    account: { accountType: "human" },
    profile: { late: "x" },
  }),
  ...names.map((displayName, at) => person(`n${at}`, { displayName })),
  ...Array.from({ length: members }, (_, at) => person(`m${at}`, { displayName: `Member ${at}` })),
  ...more,
]

/** The office synced into the folder, and opened. */
export const openOffice = Effect.fnUntraced(function* (folder: string, office: Office = {}) {
  const output = join(folder, "sync.c1z")
  const accounts = people(office)
  yield* syncOfficeTo(workStoreLayer({ output, keepSyncs: 2 }), {
    accounts,
    groups: { it: { displayName: "IT, Admins", description: "=1" } },
    grants: [
      hasRole("owner", "ada"),
      ...accounts.filter(({ status }) => status !== "disabled").map(({ id }) => hasRole("member", id.resource)),
      ...accounts.map(({ id }) => memberOf("it", id.resource)),
    ],
    gaps: office.gaps ?? [],
  })
  return yield* openAccess(output, { meanings })
})
