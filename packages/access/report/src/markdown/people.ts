// Lists of those whom a reviewer looks for, as Markdown: the first people of each.
import { isBot, isOff, isOfKind } from "@rollcall/access"
import { markdownTable, markdownText } from "@rollcall/access/render"
import type { StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Figure, FigureName } from "../figures.ts"
import { figureTitles } from "../figures.ts"
import type { Report, ReportedAccount } from "../Report.ts"
import { emailText, endTexts, mfaText, openText, statusText } from "../Report.ts"

/** People that a list shows. */
const mostPeople = 200

/** A list of people: who is in it, and what it says of them. */
interface PeopleList {
  readonly figure: FigureName
  readonly isIn: (account: ReportedAccount) => boolean
  readonly titles: ReadonlyArray<string>
  readonly cells: (account: ReportedAccount) => ReadonlyArray<string>
}

const peopleLists: ReadonlyArray<PeopleList> = [
  {
    figure: "privileged",
    isIn: ({ attributes }) => attributes.privileged.length > 0,
    titles: ["Kind", "2FA", "Privileged by"],
    cells: ({ attributes, privilegedBy }) => [attributes.kindText, mfaText(attributes), privilegedBy.join(", ")],
  },
  {
    figure: "guests",
    isIn: ({ attributes }) => isOfKind(attributes, "guest"),
    titles: ["Kind", "Groups"],
    cells: ({ attributes, groups }) => [attributes.kindText, String(groups)],
  },
  {
    figure: "disabledHolding",
    isIn: ({ attributes, holds }) => isOff(attributes.status) && holds > 0,
    titles: ["Still holds", "Groups"],
    cells: ({ holds, groups }) => [String(holds), String(groups)],
  },
  {
    figure: "invited",
    isIn: ({ attributes }) => isOfKind(attributes, "invited") && !isOff(attributes.status),
    titles: ["Open since", "Days"],
    cells: ({ open }) => {
      const { since, days } = openText(open)
      return [since, days]
    },
  },
  {
    figure: "bots",
    isIn: ({ attributes }) => isBot(attributes),
    titles: ["Kind", "Roles"],
    cells: ({ attributes, roles }) => [attributes.kindText, roles.join(", ")],
  },
  {
    figure: "ending",
    isIn: ({ ends = [] }) => ends.length > 0,
    titles: ["Ends"],
    cells: (account) => [endTexts(account).join("; ")],
  },
]

/** A part for each list. */
export const peopleLines = (report: Report): Stream.Stream<string, StoreError> => {
  const lists = peopleLists.flatMap((list) => {
    const figure = report.figures[list.figure]
    return figure === undefined ? [] : [{ list, figure, people: [] as Array<ReportedAccount>, count: 0 }]
  })
  const read = Stream.runForEach(report.accounts, (account) =>
    Effect.sync(() => {
      for (const it of lists.filter(({ list }) => list.isIn(account))) {
        it.count++
        if (it.people.length < mostPeople) it.people.push(account)
      }
    }),
  )
  const lines = () =>
    lists.flatMap(({ list, figure, people, count }) => [
      `## ${figureTitles[list.figure]}`,
      "",
      ...(count > people.length ? [`The first ${people.length} of ${count.toLocaleString("en")} are here.`, ""] : []),
      ...limited(figure, people, () => tableOf(list, people)),
    ])
  return Stream.unwrap(Effect.map(read, () => Stream.fromIterable(lines())))
}

const tableOf = ({ titles, cells }: PeopleList, people: ReadonlyArray<ReportedAccount>): ReadonlyArray<string> =>
  markdownTable(
    ["Name", "E-mail", "Status", ...titles, "ID"],
    people.map((account) => [
      account.name,
      emailText(account.attributes),
      statusText(account.attributes),
      ...cells(account),
      account.id.resource,
    ]),
  )

/** A list, and before it why it may not be whole. */
export const limited = (
  { why }: Figure,
  rows: ReadonlyArray<unknown>,
  table: () => ReadonlyArray<string>,
): ReadonlyArray<string> => [
  ...(why === null ? [] : [`Not all is known. ${markdownText(why)}`, ""]),
  ...(rows.length > 0 ? table() : [why === null ? "None." : "None was seen."]),
  "",
]
