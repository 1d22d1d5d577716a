// What changed, as Markdown: the first changes of each section.
import type { Change, Comparison, Section } from "@rollcall/access"
import { changeListing, changesText, sections, timeText } from "@rollcall/access"
import { cellsOf, markdownHead, markdownLine, markdownText } from "@rollcall/access/render"
import type { StoreError } from "@rollcall/connector"
import { Stream } from "effect"
import type { Report } from "../Report.ts"

/** Changes of each section. */
const mostChanges = 50

/** The part of what changed, or why that cannot be said. */
export const changeLines = ({ changes }: Report): Stream.Stream<string, StoreError> => {
  const head = ["## What changed", ""]
  if ("none" in changes) return Stream.make(...head, markdownText(changes.none), "")
  const { before, unknown } = changes
  const lead = [
    `${changesText(changes)} since the sync ${markdownText(before.id)} of ${timeText(before.endedAt ?? "")}.`,
    "",
    ...unknown.flatMap(({ text }) => [`Not known: ${markdownText(text)}`, ""]),
  ]
  return Stream.concat(Stream.make(...head, ...lead), sectionLines(changes))
}

const columns = changeListing.columns.filter(({ title }) => title !== "Section" && title !== "Entitlement ID")
const cells = cellsOf<Change>({ columns })

/** The changes of each section, which follow each other. */
const sectionLines = ({ changes, counts }: Comparison): Stream.Stream<string, StoreError> =>
  Stream.suspend(() => {
    let current: Section | undefined
    let shown = 0
    const lines = Stream.flatMap(changes, (change) => {
      const { section, what } = change
      const head = section === current ? [] : sectionHead(section, counts[section], current === undefined)
      if (section !== current) shown = 0
      current = section
      const row = shown < mostChanges ? [markdownLine(cells(change))] : []
      // How many hold something is no change of its own.
      if (what !== "holders") shown++
      return Stream.fromIterable([...head, ...row])
    })
    return Stream.concat(lines, Stream.make(""))
  })

const sectionHead = (section: Section, count: number, isFirst: boolean): ReadonlyArray<string> => [
  ...(isFirst ? [] : [""]),
  `### ${sections[section]} (${count.toLocaleString("en")})`,
  "",
  ...(count > mostChanges
    ? [`The first ${mostChanges} are here. \`rollcall diff -o csv\` lists all of them.`, ""]
    : []),
  ...markdownHead(columns.map(({ title }) => title)),
]
