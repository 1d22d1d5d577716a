// The workspace in the pictures: a company that nobody has, at two times. Names are in Latin letters, which every font has.
import type { WorkspaceFile } from "@rollcall/slack-simulator"

// oxfmt-ignore
const firstNames = ["Ada", "Amir", "Beth", "Carlos", "Chloe", "Daniel", "Dina", "Emil", "Farah", "Femi", "Grace", "Hugo", "Ines", "Jonas", "Kira",
  "Leo", "Lina", "Marta", "Mateo", "Nadia", "Noah", "Olga", "Omar", "Priya", "Quinn", "Rosa", "Sam", "Tara", "Ugo", "Vera", "Wim", "Yara", "Zoe"]
// oxfmt-ignore
const lastNames = ["Allen", "Becker", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ivanova", "Jensen", "Keller", "Lindholm",
  "Moreau", "Novak", "Okafor", "Patel", "Rossi", "Silva", "Tanaka", "Usman", "Vidal", "Weber", "Young"]

const teamId = "T0BOOKSHOP"
const people = 240
const idOf = (at: number): string => `U0${(36 ** 4 * 12 + at * 7919).toString(36).toUpperCase()}`

interface Sort {
  readonly is: (at: number) => boolean
  readonly flags: Readonly<Record<string, boolean>>
}

const sorts: ReadonlyArray<Sort> = [
  { is: (at) => at === 0, flags: { is_primary_owner: true, is_owner: true, is_admin: true } },
  { is: (at) => at === 11 || at === 58, flags: { is_owner: true, is_admin: true } },
  { is: (at) => [17, 44, 83, 120, 166].includes(at), flags: { is_admin: true } },
  { is: (at) => at % 40 === 21, flags: { is_bot: true } },
  { is: (at) => at % 37 === 29, flags: { is_restricted: true } },
  { is: (at) => at % 41 === 30, flags: { is_restricted: true, is_ultra_restricted: true } },
  { is: (at) => at % 60 === 35, flags: { is_invited_user: true } },
]

const member = (at: number, isLater: boolean) => {
  const [first = "", last = ""] = [firstNames[(at * 7) % firstNames.length], lastNames[(at * 5) % lastNames.length]]
  const isAdminNow = isLater && at === 72
  const flags = isAdminNow ? { is_admin: true } : (sorts.find(({ is }) => is(at))?.flags ?? {})
  const isBot = "is_bot" in flags
  const name = isBot ? `${first} bot` : `${first} ${last}`
  const deleted = at % 16 === 9 || (isLater && (at === 66 || at === 101))
  const shown = deleted ? {} : { ...rights, ...flags, has_2fa: at % 9 !== 4 }
  return {
    id: idOf(at),
    team_id: teamId,
    name: name.toLowerCase().replace(" ", "."),
    real_name: name,
    deleted,
    updated: 1_700_000_000 + at,
    is_bot: isBot,
    is_app_user: false,
    profile: {
      real_name: name,
      display_name: name,
      team: teamId,
      ...(isBot
        ? { bot_id: `B${idOf(at)}` }
        : { email: `${name.toLowerCase().replace(" ", ".")}${at}@lighthouse-books.example` }),
    },
    ...shown,
  }
}

const rights = {
  is_admin: false,
  is_owner: false,
  is_primary_owner: false,
  is_restricted: false,
  is_ultra_restricted: false,
}

/** User groups: every so many of the people are in one. */
const groups: ReadonlyArray<readonly [name: string, every: number, from: number]> = [
  ["Shops", 3, 0],
  ["Warehouse", 4, 1],
  ["Buying", 7, 2],
  ["Web", 11, 3],
  ["Editors", 13, 4],
  ["Finance", 19, 0],
  ["On-call", 23, 11],
  ["Leeds office", 6, 5],
  ["Lisbon office", 9, 7],
  ["Works council", 47, 17],
]

/** The workspace, earlier or later in the quarter. */
export const bookshop = (isLater: boolean): WorkspaceFile => {
  const all = Array.from({ length: people + (isLater ? 4 : 0) }, (_, at) => at)
  return {
    team: { id: teamId, name: "Lighthouse Books", domain: "lighthouse-books" },
    users: all.map((at) => member(at, isLater)),
    usergroups: groups.map(([name, every, from], place) => ({
      id: `S0BOOKS0${place}`,
      team_id: teamId,
      is_usergroup: true,
      name,
      handle: name.toLowerCase().replace(" ", "-"),
      description: "",
      date_delete: 0,
      users: all.filter((at) => at % every === from || (isLater && name === "Web" && at % 50 === 8)).map(idOf),
    })),
  }
}
