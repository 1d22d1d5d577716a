// Lists of those whom a reviewer looks for, each with why it may not be whole, and of everybody.
import type { Child, DataColumn } from "@rollcall/pages/browser"
import { element, part } from "@rollcall/pages/browser"
import type { Figure, FigureName } from "../figures.ts"
import { figureTitles, figureText } from "../figures.ts"
import type { ReportPageData } from "../pageData.ts"
import type { Person } from "./people.ts"
import { is, peopleColumns, peopleFilters, peopleTable } from "./people.ts"

/** The lists, a part each. */
export const peopleParts = (data: ReportPageData, people: ReadonlyArray<Person>): ReadonlyArray<HTMLElement> => {
  const { figures } = data
  const of = peopleColumns(data)
  const list = (name: FigureName, rows: ReadonlyArray<Person>, columns: ReadonlyArray<DataColumn<Person>>) => {
    const heading = figureTitles[name]
    return part(
      name,
      heading,
      ...limited(
        // Without ends there is no list of them, and how whole it is follows from the accounts.
        figures[name] ?? figures.accounts,
        rows,
        () => peopleTable(heading, rows, columns, { pageRows: 10 }).node,
      ),
    )
  }
  const invited = list(
    "invited",
    people.filter(is("invited")).toSorted((a, b) => (b.open?.[1] ?? -1) - (a.open?.[1] ?? -1)),
    [of.name, of.email, of.since, of.days, of.groups, of.id],
  )
  const { invitedLong } = figures
  invited.querySelector("h2")?.after(element("p", {}, `${figureTitles.invitedLong}: ${figureText(invitedLong)}.`))
  return [
    list("privileged", people.filter(is("privileged")), [
      of.name,
      of.email,
      of.status,
      of.kind,
      of.mfa,
      of.privilegedBy,
      of.id,
    ]),
    list("guests", people.filter(is("guest")), [of.name, of.email, of.status, of.kind, of.mfa, of.groups, of.id]),
    list(
      "disabledHolding",
      people.filter(({ holds }) => holds > 0),
      [of.name, of.email, of.status, of.holds, of.groups, of.roles, of.id],
    ),
    invited,
    list("bots", people.filter(is("bot")), [of.name, of.email, of.status, of.kind, of.roles, of.groups, of.id]),
    ...(figures.ending === undefined
      ? []
      : [
          list(
            "ending",
            people.filter(({ ends }) => ends !== ""),
            [of.name, of.email, of.status, of.kind, of.ends, of.id],
          ),
        ]),
  ]
}

/** All accounts. */
export const accountsPart = (data: ReportPageData, people: ReadonlyArray<Person>): HTMLElement => {
  const of = peopleColumns(data)
  const ends = data.figures.ending === undefined ? [] : [of.ends]
  const columns = [of.name, of.email, of.status, of.kind, of.mfa, of.roles, of.groups, ...ends, of.id]
  const filters = peopleFilters(people)
  return part(
    "all",
    "All accounts",
    ...limited(
      data.figures.accounts,
      people,
      () => peopleTable("All accounts", people, columns, { filters, pageRows: 25 }).node,
    ),
  )
}

/** A list, and before it why it may not be whole. */
export const limited = (
  { why }: Figure,
  rows: ReadonlyArray<unknown>,
  table: () => HTMLElement,
): ReadonlyArray<Child> => [
  why === null ? undefined : element("p", { class: "notice" }, `Not all is known. ${why}`),
  rows.length > 0 ? table() : element("p", { class: "soft" }, why === null ? "None." : "None was seen."),
]
