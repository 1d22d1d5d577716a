// The parts of a report's page.
import type { Child } from "@rollcall/pages/browser"
import { bars, button, cards, dataTable, element, facts, grouped, linkWithin, part } from "@rollcall/pages/browser"
import type { Figure, ReportPageData, Tally, TypeRow } from "../pageData.ts"
import { notCompared, shownSections } from "./changes.ts"
import type { Person } from "./people.ts"
import { is, peopleColumns, peopleFilters, peopleTable } from "./people.ts"

/** A figure as text; never 0 where it is not known. */
const figureText = ({ seen, why, most }: Figure): string => {
  if (why === null) return grouped(seen)
  return most === null ? "unknown" : `${grouped(seen)} to ${grouped(most)}`
}

const isSeenInPart = ({ seen, why, most }: Figure): boolean => why !== null && most === null && seen > 0

/** The same with what was seen. */
const seenText = (figure: Figure): string =>
  isSeenInPart(figure) ? `unknown (${grouped(figure.seen)} seen)` : figureText(figure)

const card = (figure: Figure, word: string): readonly [string, string] => [
  figureText(figure),
  isSeenInPart(figure) ? `${word} (${grouped(figure.seen)} seen)` : word,
]

/** What stands before a list: why it may not be whole. */
const limits = ({ why }: Figure): Child =>
  why === null ? undefined : element("p", { class: "notice" }, `Not all is known. ${why}`)

const none = (text: string): HTMLElement => element("p", { class: "soft" }, text)

const chart = (title: string, tallies: ReadonlyArray<Tally>): HTMLElement =>
  element(
    "div",
    {},
    element("h3", {}, title),
    tallies.length === 0
      ? none("None.")
      : bars(
          title,
          tallies.map(({ word, count }) => ({ name: word, count })),
        ),
  )

/** Groups in the chart. */
const mostInChart = 10

/** Figures and charts. */
export const summaryPart = ({ figures: of, statuses, kinds, secondFactors, groups }: ReportPageData): HTMLElement =>
  part(
    "summary",
    "Summary",
    cards([
      card(of.accounts, "accounts"),
      card(of.enabled, "enabled"),
      card(of.disabled, "disabled"),
      card(of.privileged, "owners and admins"),
      card(of.guests, "guests"),
      card(of.bots, "bots"),
      card(of.invited, "invitations"),
      card(of.disabledHolding, "disabled that still hold something"),
      card(of.withoutMfa, "without a second factor"),
      card(of.groups, "groups"),
    ]),
    element(
      "div",
      { class: "charts" },
      chart("Kinds of accounts", kinds),
      chart(
        "Largest groups",
        groups.slice(0, mostInChart).map(([name, , , { seen }]) => ({ word: name, count: seen })),
      ),
      chart("Statuses", statuses),
      chart("Second factors", secondFactors),
    ),
  )

/** What could not be seen and why. */
export const unseenPart = ({ unseen }: ReportPageData): HTMLElement =>
  part(
    "unseen",
    "What could not be seen",
    unseen.length === 0
      ? none("Nothing is missing.")
      : dataTable({
          caption: "What could not be seen",
          rows: unseen,
          columns: [
            { title: "What", value: ({ what }) => what },
            { title: "Why", value: ({ why }) => why },
            { title: "Expected", value: ({ expected }) => (expected ? "yes" : "no") },
          ],
        }).node,
  )

/** The notice at the head of the page, where something that should be there could not be seen. */
export const unseenNotice = ({ unseen }: ReportPageData): Child => {
  const count = unseen.filter(({ expected }) => !expected).length
  return count === 0
    ? undefined
    : element(
        "p",
        { class: "notice" },
        `${count === 1 ? "1 thing" : `${grouped(count)} things`} could not be seen. Figures that depend on ${count === 1 ? "it" : "them"} are not known. `,
        linkWithin("unseen", "See what and why"),
      )
}

/** What changed since an earlier sync. */
export const changesPart = ({ changes, changeRows }: ReportPageData): HTMLElement =>
  "none" in changes
    ? part("changes", "What changed", none(changes.none))
    : part(
        "changes",
        "What changed",
        element(
          "p",
          {},
          `${grouped(changes.total)} ${changes.total === 1 ? "change" : "changes"} since the ${changes.since}.`,
        ),
        ...notCompared(changes),
        ...shownSections(changes, changeRows).flatMap(({ title, nodes }) => [element("h3", {}, title), ...nodes]),
      )

/** Lists of those whom a reviewer looks for, each with why it may not be whole. */
export const peopleParts = (data: ReportPageData, people: ReadonlyArray<Person>): ReadonlyArray<HTMLElement> => {
  const { figures, longOpenDays } = data
  const of = peopleColumns(data)
  const list = (
    id: string,
    heading: string,
    figure: Figure,
    rows: ReadonlyArray<Person>,
    columns: Parameters<typeof peopleTable>[2],
    ...before: ReadonlyArray<Child>
  ) =>
    part(
      id,
      heading,
      limits(figure),
      ...before,
      rows.length === 0
        ? none(figure.why === null ? "None." : "None was seen.")
        : peopleTable(heading, rows, columns, { pageRows: 10 }).node,
    )
  const invited = people.filter(is("invited")).toSorted((a, b) => (b.open?.[1] ?? -1) - (a.open?.[1] ?? -1))
  return [
    list("privileged", "Owners and admins", figures.privileged, people.filter(is("privileged")), [
      of.name,
      of.email,
      of.status,
      of.kind,
      of.mfa,
      of.privilegedBy,
      of.id,
    ]),
    list("guests", "Guests", figures.guests, people.filter(is("guest")), [
      of.name,
      of.email,
      of.status,
      of.kind,
      of.mfa,
      of.groups,
      of.id,
    ]),
    list(
      "disabled",
      "Disabled accounts that still hold something",
      figures.disabledHolding,
      people.filter(({ holds }) => holds > 0),
      [of.name, of.email, of.status, of.holds, of.groups, of.roles, of.id],
    ),
    list(
      "invitations",
      "Invitations",
      figures.invited,
      invited,
      [of.name, of.email, of.since, of.days, of.groups, of.id],
      element("p", {}, `Open for ${longOpenDays} days or more: ${seenText(figures.invitedLong)}.`),
    ),
    list("bots", "Bots", figures.bots, people.filter(is("bot")), [
      of.name,
      of.email,
      of.status,
      of.kind,
      of.roles,
      of.groups,
      of.id,
    ]),
  ]
}

/** The largest groups, and who is in the one that is chosen. */
export const groupsPart = (data: ReportPageData, people: ReadonlyArray<Person>): HTMLElement => {
  const { figures, groups } = data
  const of = peopleColumns(data)
  const members = element("div", {})
  const show = (place: number): HTMLElement => {
    const [name = "", , , seen, listed = 0] = groups[place] ?? []
    const heading = element("h3", { tabindex: "-1" }, `Members of ${name}`)
    const rows = people.filter(({ inGroups }) => inGroups.includes(place))
    const all = seen?.seen ?? 0
    members.replaceChildren(
      heading,
      ...(listed < all
        ? [element("p", { class: "notice" }, `The first ${grouped(listed)} of ${grouped(all)} members are here.`)]
        : []),
      ...(rows.length < listed
        ? [none(`${grouped(listed - rows.length)} of ${grouped(all)} members are not accounts that the sync lists.`)]
        : []),
      peopleTable(`Members of ${name}`, rows, [of.name, of.email, of.status, of.kind, of.roles, of.id], {
        pageRows: 10,
      }).node,
    )
    return heading
  }
  if (groups.length > 0) show(0)
  return part(
    "groups",
    "Largest groups",
    limits(figures.groups),
    groups.length === 0
      ? none(figures.groups.why === null ? "None." : "None was seen.")
      : dataTable({
          caption:
            figures.groups.seen > groups.length
              ? `The largest ${grouped(groups.length)} of ${grouped(figures.groups.seen)} groups`
              : "Groups",
          rows: groups.map((row, place) => ({ row, place })),
          pageRows: 10,
          columns: [
            {
              title: "Name",
              value: ({ row: [name] }) => name,
              cell: ({ row: [name], place }) =>
                button(name === "" ? "(no name)" : name, () => show(place).focus(), { class: "name" }),
            },
            { title: "Type", value: ({ row: [, type] }) => type },
            {
              title: "Members",
              value: ({ row: [, , , { seen }] }) => seen,
              cell: ({ row: [, , , figure] }) => seenText(figure),
              kind: "number",
            },
            { title: "ID", value: ({ row: [, , id] }) => id, kind: "id" },
          ],
        }).node,
    members,
  )
}

/** All accounts. */
export const accountsPart = (data: ReportPageData, people: ReadonlyArray<Person>): HTMLElement => {
  const of = peopleColumns(data)
  return part(
    "accounts",
    "All accounts",
    limits(data.figures.accounts),
    peopleTable("All accounts", people, [of.name, of.email, of.status, of.kind, of.mfa, of.roles, of.groups, of.id], {
      filters: peopleFilters(people),
      pageRows: 25,
    }).node,
  )
}

/** Where the report comes from, and how much the sync has. */
export const sourcePart = ({ facts: pairs, types }: ReportPageData): HTMLElement =>
  part(
    "source",
    "Source",
    facts(pairs),
    dataTable({
      caption: "Records by resource type",
      rows: types,
      columns: [
        { title: "Resource type", value: ([name]) => name },
        { title: "ID", value: ([, id]) => id, kind: "id" },
        figureColumn("Resources", (row) => row[2]),
        figureColumn("Entitlements", (row) => row[3]),
        figureColumn("Grants", (row) => row[4]),
      ],
    }).node,
  )

const figureColumn = (title: string, of: (row: TypeRow) => Figure) => ({
  title,
  value: (row: TypeRow) => of(row).seen,
  cell: (row: TypeRow) => seenText(of(row)),
  kind: "number" as const,
})
