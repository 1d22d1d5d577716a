// A report as Markdown, for a wiki or a ticket. Lists of people are cut where they are long, and say so.
import type { Change, Comparison, Section } from "@rollcall/access"
import { changeListing, isOff, sections } from "@rollcall/access"
import { cellsOf, markdownHead, markdownLine, markdownText } from "@rollcall/access/render"
import type { StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Figure, Report, ReportedAccount } from "./Report.ts"
import { figureText, isBot, kindText, longOpenDays, mfaText, statusText, timeText } from "./Report.ts"
import { factsOf, workspaceText } from "./reportPage.ts"

/** People that a list shows, groups that are shown, and members of each; changes of each section. */
const mostPeople = 200
const mostGroups = 10
const mostMembers = 20
const mostChanges = 50

/** The report as Markdown, in pieces. */
export const reportMarkdown = (report: Report): Stream.Stream<string, StoreError> =>
  Stream.unwrap(
    Effect.map(listsOf(report), (lists) =>
      Stream.map(
        [
          Stream.fromIterable(summaryLines(report)),
          changeLines(report),
          Stream.fromIterable(lists.flatMap(listLines)),
          groupLines(report),
          Stream.fromIterable(sourceLines(report)),
        ].reduce((before, after) => Stream.concat(before, after)),
        (line) => `${line}\n`,
      ),
    ),
  )

const table = (titles: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => [
  ...markdownHead(titles),
  ...rows.map(markdownLine),
  "",
]

const summaryLines = ({ source, figures: of, kinds, statuses, unseen }: Report): ReadonlyArray<string> => [
  `# Access report: ${markdownText(workspaceText(source))}`,
  "",
  `What the sync of ${markdownText(timeText(source.endedAt ?? source.startedAt))} shows.`,
  "",
  "## Summary",
  "",
  ...table(
    ["What", "How many"],
    (
      [
        ["Accounts", of.accounts],
        ["Enabled", of.enabled],
        ["Disabled", of.disabled],
        ["Owners and admins", of.privileged],
        ["Guests", of.guests],
        ["Bots", of.bots],
        ["Invitations", of.invited],
        [`Invitations open for ${longOpenDays} days or more`, of.invitedLong],
        ["Disabled accounts that still hold something", of.disabledHolding],
        ["Without a second factor", of.withoutMfa],
        ["Groups", of.groups],
      ] as const
    ).map(([what, figure]) => [what, figureText(figure)]),
  ),
  ...table(["Kind", "Accounts"], kinds.map(cellsOfTally)),
  ...table(["Status", "Accounts"], statuses.map(cellsOfTally)),
  "## What could not be seen",
  "",
  ...(unseen.length === 0
    ? ["Nothing is missing.", ""]
    : table(
        ["What", "Why", "Expected"],
        unseen.map(({ what, why, expected }) => [what, why, expected ? "yes" : "no"]),
      )),
]

const cellsOfTally = ({ word, count }: Report["kinds"][number]): ReadonlyArray<string> => [
  word,
  count.toLocaleString("en"),
]

const changeLines = ({ changes }: Report): Stream.Stream<string, StoreError> => {
  const head = ["## What changed", ""]
  if ("none" in changes) return Stream.make(...head, markdownText(changes.none), "")
  const { before, total, unknown } = changes
  const lead = [
    `${total.toLocaleString("en")} ${total === 1 ? "change" : "changes"} since the sync ${markdownText(before.id)} of ${timeText(before.endedAt ?? "")}.`,
    "",
    ...unknown.flatMap(({ text }) => [`Not known: ${markdownText(text)}`, ""]),
  ]
  return Stream.concat(Stream.make(...head, ...lead), changedRows(changes))
}

const changedRows = ({ changes, counts }: Comparison): Stream.Stream<string, StoreError> =>
  Stream.suspend(() => {
    const columns = changeListing.columns.filter(({ title }) => title !== "Section" && title !== "Entitlement ID")
    const cells = cellsOf<Change>({ columns })
    let current: Section | undefined
    let shown = 0
    const rows = Stream.flatMap(changes, (change) => {
      const begins = change.section !== current
      const lines = begins
        ? [
            ...(current === undefined ? [] : [""]),
            `### ${sections[change.section]} (${counts[change.section].toLocaleString("en")})`,
            "",
            ...(counts[change.section] > mostChanges
              ? [`The first ${mostChanges} are here. \`rollcall diff -o csv\` lists all of them.`, ""]
              : []),
            ...markdownHead(columns.map(({ title }) => title)),
          ]
        : []
      current = change.section
      shown = begins ? 0 : shown
      if (shown < mostChanges) lines.push(markdownLine(cells(change)))
      if (change.what !== "holders") shown++
      return Stream.fromIterable(lines)
    })
    return Stream.concat(rows, Stream.make(""))
  })

/** A list of people: who is in it, and how many there are. */
interface PeopleList {
  readonly heading: string
  readonly figure: Figure
  readonly isIn: (account: ReportedAccount) => boolean
  readonly titles: ReadonlyArray<string>
  readonly cells: (account: ReportedAccount) => ReadonlyArray<string>
}

const peopleLists = ({ figures: of }: Report): ReadonlyArray<PeopleList> => [
  {
    heading: "Owners and admins",
    figure: of.privileged,
    isIn: ({ attributes }) => attributes.privileged.length > 0,
    titles: ["Kind", "2FA", "Privileged by"],
    cells: ({ attributes, privilegedBy }) => [kindText(attributes), mfaText(attributes), privilegedBy.join(", ")],
  },
  {
    heading: "Guests",
    figure: of.guests,
    isIn: ({ attributes }) => attributes.kind === "guest",
    titles: ["Kind", "Groups"],
    cells: ({ attributes, groups }) => [kindText(attributes), String(groups)],
  },
  {
    heading: "Disabled accounts that still hold something",
    figure: of.disabledHolding,
    isIn: ({ attributes, holds }) => isOff(attributes.status) && holds > 0,
    titles: ["Still holds", "Groups"],
    cells: ({ holds, groups }) => [String(holds), String(groups)],
  },
  {
    heading: "Invitations",
    figure: of.invited,
    isIn: ({ attributes }) => attributes.kind === "invited" && !isOff(attributes.status),
    titles: ["Open since", "Days"],
    cells: ({ open }) =>
      open === null
        ? ["not known", "not known"]
        : [
            `${open.atLeast ? "before " : ""}${open.since.slice(0, 10)}`,
            `${open.atLeast ? "at least " : ""}${open.days}`,
          ],
  },
  {
    heading: "Bots",
    figure: of.bots,
    isIn: ({ attributes }) => isBot(attributes.kind),
    titles: ["Kind", "Roles"],
    cells: ({ attributes, roles }) => [kindText(attributes), roles.join(", ")],
  },
]

/** The lists with the first people of each. */
const listsOf = (report: Report) => {
  const lists = peopleLists(report).map((list) => ({ list, people: [] as Array<ReportedAccount>, more: 0 }))
  return Effect.as(
    Stream.runForEach(report.accounts, (account) =>
      Effect.sync(() => {
        for (const it of lists.filter(({ list }) => list.isIn(account))) {
          if (it.people.length < mostPeople) it.people.push(account)
          else it.more++
        }
      }),
    ),
    lists,
  )
}

const listLines = ({
  list: { heading, figure, titles, cells },
  people,
  more,
}: {
  readonly list: PeopleList
  readonly people: ReadonlyArray<ReportedAccount>
  readonly more: number
}): ReadonlyArray<string> => [
  `## ${heading}`,
  "",
  ...(figure.why === null ? [] : [`Not all is known. ${markdownText(figure.why)}`, ""]),
  ...(more === 0 ? [] : [`The first ${people.length} of ${(people.length + more).toLocaleString("en")} are here.`, ""]),
  ...(people.length === 0
    ? [figure.why === null ? "None." : "None was seen.", ""]
    : table(
        ["Name", "E-mail", "Status", ...titles, "ID"],
        people.map((account) => [
          account.name,
          account.attributes.email ?? (account.attributes.unknown.includes("email") ? "unknown" : "none"),
          statusText(account.attributes),
          ...cells(account),
          account.id.resource,
        ]),
      )),
]

const groupLines = (report: Report): Stream.Stream<string, StoreError> => {
  const { groups, figures, membersOf } = report
  const shown = groups.slice(0, mostGroups)
  const head = [
    "## Largest groups",
    "",
    ...(figures.groups.why === null ? [] : [`Not all is known. ${markdownText(figures.groups.why)}`, ""]),
    ...(shown.length === 0
      ? [figures.groups.why === null ? "None." : "None was seen.", ""]
      : table(
          ["Name", "Type", "Members", "ID"],
          shown.map(({ name, typeName, members, id }) => [name, typeName, figureText(members), id.resource]),
        )),
  ]
  const members = Stream.flatMap(Stream.fromIterable(shown), (group) => {
    const all = group.members.seen
    const title = [`### Members of ${markdownText(group.name)}`, ""]
    const cut = all > mostMembers ? [`The first ${mostMembers} of ${all.toLocaleString("en")} are here.`, ""] : []
    const rows = Stream.map(membersOf(group, mostMembers), ({ id, displayName, account }) =>
      markdownLine([displayName, account?.attributes().email ?? "-", id.resource]),
    )
    return [Stream.make(...title, ...cut, ...markdownHead(["Name", "E-mail", "ID"])), rows, Stream.make("")].reduce(
      (before, after) => Stream.concat(before, after),
    )
  })
  return Stream.concat(Stream.fromIterable(head), members)
}

const sourceLines = ({ source, types }: Report): ReadonlyArray<string> => [
  "## Source",
  "",
  ...table(["What", "Value"], factsOf(source)),
  ...table(
    ["Resource type", "Resources", "Entitlements", "Grants"],
    types.map(({ name, resources, entitlements, grants }) => [
      name,
      figureText(resources),
      figureText(entitlements),
      figureText(grants),
    ]),
  ),
]
