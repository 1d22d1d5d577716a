// The largest groups, as Markdown, with the first members of each.
import type { ListedResource } from "@rollcall/access"
import { markdownHead, markdownLine, markdownTable, markdownText } from "@rollcall/access/render"
import type { StoreError } from "@rollcall/connector"
import { Stream } from "effect"
import { figureText } from "../figures.ts"
import type { Report, ReportedGroup } from "../Report.ts"
import { emailText } from "../Report.ts"
import { limited } from "./people.ts"

/** Groups that are shown, and members of each. */
const mostGroups = 10
const mostMembers = 20

/** The part of the groups. */
export const groupLines = ({ groups, figures, membersOf }: Report): Stream.Stream<string, StoreError> => {
  const shown = groups.slice(0, mostGroups)
  const list = limited(figures.groups, shown, () =>
    markdownTable(
      ["Name", "Type", "Members", "ID"],
      shown.map(({ name, typeName, members, id }) => [name, typeName, figureText(members), id.resource]),
    ),
  )
  return Stream.concat(
    Stream.make("## Largest groups", "", ...list),
    Stream.flatMap(Stream.fromIterable(shown), (group) => memberLines(group, membersOf(group, mostMembers))),
  )
}

const memberLines = (
  { name, members: { seen } }: ReportedGroup,
  members: Stream.Stream<ListedResource, StoreError>,
): Stream.Stream<string, StoreError> => {
  const head = [
    `### Members of ${markdownText(name)}`,
    "",
    ...(seen > mostMembers ? [`The first ${mostMembers} of ${seen.toLocaleString("en")} are here.`, ""] : []),
    ...markdownHead(["Name", "E-mail", "ID"]),
  ]
  const rows = Stream.map(members, ({ id, displayName, account }) =>
    markdownLine([displayName, account === undefined ? "-" : emailText(account.attributes()), id.resource]),
  )
  return [Stream.make(...head), rows, Stream.make("")].reduce((before, after) => Stream.concat(before, after))
}
