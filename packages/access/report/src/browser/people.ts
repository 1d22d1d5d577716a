// The people of the page: rows decoded once, and the tables that show some of them.
import type { Child, DataColumn, DataFilter, DataTable, ShownTable } from "@rollcall/pages/browser"
import { dataTable, element, grouped } from "@rollcall/pages/browser"
import type { PersonRow, ReportPageData } from "../pageData.ts"
import { personBits } from "../pageData.ts"
import { wordReader } from "../words.ts"

/** One account. */
export interface Person {
  readonly name: string
  readonly email: string
  readonly status: string
  readonly kind: string
  readonly mfa: string
  readonly bits: number
  readonly id: string
  readonly roles: string
  readonly groups: number
  readonly inGroups: ReadonlyArray<number>
  readonly holds: number
  readonly privilegedBy: string
  readonly open: readonly [since: string, days: number, atLeast: boolean] | undefined
  readonly ends: string
}

/** Whether a person is of one of the kinds that have a part of the page. */
export const is =
  (name: keyof typeof personBits) =>
  (person: Person): boolean =>
    (person.bits & personBits[name]) !== 0

/** Reads the rows, in their order. */
export const readPeople = (rows: ReadonlyArray<PersonRow>): ReadonlyArray<Person> => {
  const text = wordReader()
  return rows.map(
    ([name, email, status, kind, mfa, of, id, roles, groups, inGroups, holds, privilegedBy = [], open, ends = []]) => ({
      name,
      email: email ?? "unknown",
      status: text(status),
      kind: text(kind),
      mfa: text(mfa),
      bits: of,
      id,
      roles: roles.map(text).join(", "),
      groups,
      inGroups,
      holds,
      privilegedBy: privilegedBy.map(text).join(", "),
      open: open ?? undefined,
      ends: ends.join("; "),
    }),
  )
}

/** Names of groups that a cell shows. */
const mostNamed = 3

/** Makes the columns that tables of people have. */
export const peopleColumns = ({ groups }: Pick<ReportPageData, "groups">) => {
  const namesOf = ({ inGroups }: Person): ReadonlyArray<string> => inGroups.map((place) => groups[place]?.[0] ?? "")
  const groupsCell = (person: Person): Child => {
    const names = namesOf(person).slice(0, mostNamed)
    const more = person.groups - names.length
    if (names.length === 0) return person.groups === 0 ? "none" : String(person.groups)
    // Each by itself, as names that are written to the left would else change places with those beside them.
    const apart = names.flatMap((name, at) => [at === 0 ? ": " : ", ", element("bdi", {}, name)])
    return element("span", {}, person.groups, ...apart, more > 0 ? ` and ${grouped(more)} more` : undefined)
  }
  const columns = {
    name: { title: "Name", value: ({ name }) => name },
    email: { title: "E-mail", value: ({ email }) => email || "none" },
    status: { title: "Status", value: ({ status }) => status },
    kind: { title: "Kind", value: ({ kind }) => kind },
    mfa: { title: "2FA", value: ({ mfa }) => mfa },
    roles: { title: "Roles", value: ({ roles }) => roles || "none" },
    groups: {
      title: "Groups",
      value: (person) => person.groups,
      cell: groupsCell,
      searched: (person) => namesOf(person).join("\n"),
    },
    holds: { title: "Still holds", value: ({ holds }) => holds, kind: "number" },
    privilegedBy: { title: "Privileged by", value: ({ privilegedBy }) => privilegedBy },
    since: {
      title: "Open since",
      value: ({ open }) => (open === undefined ? "not known" : `${open[2] ? "before " : ""}${open[0].slice(0, 10)}`),
    },
    days: {
      title: "Days",
      value: ({ open }) => open?.[1] ?? -1,
      cell: ({ open }) => (open === undefined ? "not known" : `${open[2] ? "at least " : ""}${open[1]}`),
      kind: "number",
    },
    ends: { title: "Ends", value: ({ ends }) => ends },
    id: { title: "ID", value: ({ id }) => id, kind: "id" },
  } satisfies Readonly<Record<string, DataColumn<Person>>>
  return columns
}

/** Filters by the words that people have, which are few. */
export const peopleFilters = (people: ReadonlyArray<Person>): ReadonlyArray<DataFilter<Person>> => [
  wordFilter("Status", people, ({ status }) => status),
  wordFilter("Kind", people, ({ kind }) => kind),
  wordFilter("2FA", people, ({ mfa }) => mfa),
  { label: "Privileged", choices: [["Privileged", is("privileged")]] },
]

const wordFilter = (
  label: string,
  people: ReadonlyArray<Person>,
  of: (person: Person) => string,
): DataFilter<Person> => ({
  label,
  choices: [...new Set(people.map(of))].toSorted().map((word) => [word, (person) => of(person) === word]),
})

/** A table of people. */
export const peopleTable = (
  caption: string,
  rows: ReadonlyArray<Person>,
  columns: ReadonlyArray<DataColumn<Person>>,
  options: Pick<DataTable<Person>, "filters" | "pageRows">,
): ShownTable<Person> => dataTable({ caption, rows, columns, ...options })
