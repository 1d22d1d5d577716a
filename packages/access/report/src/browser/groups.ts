// The largest groups, and who is in the one that is chosen.
import { button, dataTable, element, grouped, part } from "@rollcall/pages/browser"
import { figureText } from "../figures.ts"
import type { GroupRow, ReportPageData } from "../pageData.ts"
import type { Person } from "./people.ts"
import { peopleColumns, peopleTable } from "./people.ts"
import { limited } from "./peopleLists.ts"

/** The part of the groups. */
export const groupsPart = (data: ReportPageData, people: ReadonlyArray<Person>): HTMLElement => {
  const { figures, groups } = data
  const members = element("div", {})
  const show = (group: GroupRow, place: number): HTMLElement => {
    const heading = element("h3", { tabindex: "-1" }, `Members of ${group[0]}`)
    members.replaceChildren(heading, ...membersOf(data, people, group, place))
    return heading
  }
  const [largest] = groups
  if (largest !== undefined) show(largest, 0)
  const count = figures.groups.seen
  return part(
    "groups",
    "Largest groups",
    groups.length < count
      ? element("p", {}, `The largest ${grouped(groups.length)} of ${grouped(count)} are here.`)
      : undefined,
    ...limited(figures.groups, groups, () => groupsTable(groups, (group, place) => show(group, place).focus())),
    members,
  )
}

const groupsTable = (groups: ReadonlyArray<GroupRow>, choose: (group: GroupRow, place: number) => void): HTMLElement =>
  dataTable({
    caption: "Largest groups",
    rows: groups.map((group, place) => ({ group, place })),
    pageRows: 10,
    columns: [
      {
        title: "Name",
        value: ({ group: [name] }) => name,
        cell: ({ group, place }) => button(group[0] || "(no name)", () => choose(group, place), { class: "name" }),
      },
      { title: "Type", value: ({ group: [, type] }) => type },
      {
        title: "Members",
        value: ({ group: [, , , { seen }] }) => seen,
        cell: ({ group: [, , , figure] }) => figureText(figure),
        kind: "number",
      },
      { title: "ID", value: ({ group: [, , id] }) => id, kind: "id" },
    ],
  }).node

const membersOf = (
  data: ReportPageData,
  people: ReadonlyArray<Person>,
  [name, , , { seen }, listed]: GroupRow,
  place: number,
): ReadonlyArray<HTMLElement> => {
  const of = peopleColumns(data)
  const rows = people.filter(({ inGroups }) => inGroups.includes(place))
  const all = grouped(seen)
  return [
    ...(listed < seen
      ? [element("p", { class: "notice" }, `The first ${grouped(listed)} of ${all} members are here.`)]
      : []),
    ...(rows.length < listed
      ? [
          element(
            "p",
            { class: "soft" },
            `${grouped(listed - rows.length)} of ${all} members are not accounts that the sync lists.`,
          ),
        ]
      : []),
    peopleTable(`Members of ${name}`, rows, [of.name, of.email, of.status, of.kind, of.roles, of.id], {
      pageRows: 10,
    }).node,
  ]
}
