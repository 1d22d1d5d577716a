// What the report rests on: where it comes from, how much that has, and what it could not see.
import type { Child } from "@rollcall/pages/browser"
import { dataTable, element, facts, grouped, linkWithin, part } from "@rollcall/pages/browser"
import type { Figure } from "../figures.ts"
import { figureText, titledFigures } from "../figures.ts"
import type { ReportPageData, TypeRow } from "../pageData.ts"

/** The notice at the head of the page, where something that a sync should show could not be seen. */
export const unseenNotice = ({ unseen }: ReportPageData): Child => {
  const count = unseen.filter(({ expected }) => !expected).length
  if (count === 0) return undefined
  const [things, them] = count === 1 ? ["1 thing", "it"] : [`${grouped(count)} things`, "them"]
  return element(
    "p",
    { class: "notice" },
    `${things} that a sync should show could not be seen. Figures that depend on ${them} are unknown, or lie between two numbers. `,
    linkWithin("unseen", "See what and why"),
  )
}

/** What could not be seen and why, and which figures are not exact because of it. */
export const unseenPart = ({ unseen, figures }: ReportPageData): HTMLElement =>
  part(
    "unseen",
    "What could not be seen",
    unseen.length === 0
      ? element("p", { class: "soft" }, "Nothing is missing.")
      : dataTable({
          caption: "What could not be seen",
          rows: unseen,
          columns: [
            { title: "What", value: ({ what }) => what },
            { title: "Why", value: ({ why }) => why },
            { title: "Expected", value: ({ expected }) => (expected ? "yes" : "no") },
          ],
        }).node,
    ...inexact(figures),
  )

const inexact = (figures: ReportPageData["figures"]): ReadonlyArray<HTMLElement> => {
  const rows = titledFigures(figures).flatMap(([title, figure]) =>
    figure.why === null ? [] : [[title, figure] as const],
  )
  if (rows.length === 0) return []
  return [
    element("h3", {}, "Figures that are not known, or not exactly"),
    dataTable({
      caption: "Figures that are not known, or not exactly",
      rows,
      columns: [
        { title: "Figure", value: ([title]) => title },
        { title: "Value", value: ([, figure]) => figureText(figure) },
        { title: "Why", value: ([, { why }]) => why ?? "" },
      ],
    }).node,
  ]
}

/** Where the report comes from, and how much the sync has. */
export const sourcePart = ({ facts: pairs, types }: ReportPageData): HTMLElement =>
  part(
    "source",
    "Source",
    facts(pairs),
    element("h3", {}, "Records by resource type"),
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
  cell: (row: TypeRow) => figureText(of(row)),
  kind: "number" as const,
})
