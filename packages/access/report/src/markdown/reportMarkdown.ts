// A report as Markdown, for a wiki or a ticket. Lists are cut where they are long, and say so.
import { timeText } from "@rollcall/access"
import { markdownTable, markdownText } from "@rollcall/access/render"
import type { StoreError } from "@rollcall/connector"
import { Stream } from "effect"
import { figureText, titledFigures } from "../figures.ts"
import type { Report } from "../Report.ts"
import { factsOf, workspaceText } from "../reportPage.ts"
import { changeLines } from "./changes.ts"
import { groupLines } from "./groups.ts"
import { peopleLines } from "./people.ts"

/** The report as Markdown, in pieces. */
export const reportMarkdown = (report: Report): Stream.Stream<string, StoreError> =>
  [
    Stream.fromIterable(summaryLines(report)),
    changeLines(report),
    peopleLines(report),
    groupLines(report),
    Stream.fromIterable(sourceLines(report)),
  ]
    .reduce((before, after) => Stream.concat(before, after))
    .pipe(Stream.map((line) => `${line}\n`))

const summaryLines = ({ source, figures, kinds, statuses, secondFactors, unseen }: Report): ReadonlyArray<string> => [
  `# Access report: ${markdownText(workspaceText(source))}`,
  "",
  `What the sync of ${markdownText(timeText(source.endedAt ?? source.startedAt))} shows.`,
  "",
  "## Summary",
  "",
  ...markdownTable(
    ["What", "How many", "Why not exactly"],
    titledFigures(figures).map(([title, figure]) => [title, figureText(figure), figure.why ?? "-"]),
  ),
  "",
  ...markdownTable(["Kind", "Accounts"], kinds.map(cellsOfTally)),
  "",
  ...markdownTable(["Status", "Accounts"], statuses.map(cellsOfTally)),
  "",
  ...markdownTable(["Second factor", "Accounts"], secondFactors.map(cellsOfTally)),
  "",
  "## What could not be seen",
  "",
  ...(unseen.length === 0
    ? ["Nothing is missing."]
    : markdownTable(
        ["What", "Why", "Expected"],
        unseen.map(({ what, why, expected }) => [what, why, expected ? "yes" : "no"]),
      )),
  "",
]

const cellsOfTally = ({ word, count }: Report["kinds"][number]): ReadonlyArray<string> => [
  word,
  count.toLocaleString("en"),
]

const sourceLines = ({ source, types }: Report): ReadonlyArray<string> => [
  "## Source",
  "",
  ...markdownTable(["What", "Value"], factsOf(source)),
  "",
  ...markdownTable(
    ["Resource type", "Resources", "Entitlements", "Grants"],
    types.map(({ name, resources, entitlements, grants }) => [
      name,
      figureText(resources),
      figureText(entitlements),
      figureText(grants),
    ]),
  ),
]
