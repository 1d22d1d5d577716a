// What changed, by what a reader looks for first.
import { dataTable, element, grouped, part } from "@rollcall/pages/browser"
import type { ChangeRow, ChangesData, ReportPageData } from "../pageData.ts"

/** What changed since an earlier sync, or why it cannot be said. */
export const changesPart = ({ changes, changeRows }: ReportPageData): HTMLElement =>
  "none" in changes
    ? part("changes", "What changed", element("p", { class: "soft" }, changes.none))
    : part(
        "changes",
        "What changed",
        element("p", {}, `${countText(changes)} since the ${changes.since}.`),
        ...notCompared(changes),
        ...shownSections(changes, changeRows).flatMap(({ title, nodes }) => [element("h3", {}, title), ...nodes]),
      )

/** `1 change`. */
export const countText = ({ total }: ChangesData): string =>
  total === 0 ? "No changes" : `${grouped(total)} ${total === 1 ? "change" : "changes"}`

/** A section that has changes, as it stands in a page: its title, and its rows as a table. */
export interface ShownSection {
  readonly title: string
  readonly nodes: ReadonlyArray<HTMLElement>
}

/** The sections that have changes. */
export const shownSections = ({ sections }: ChangesData, rows: ReadonlyArray<ChangeRow>): ReadonlyArray<ShownSection> =>
  sections.flatMap(([title, count, shown], place) =>
    count === 0
      ? []
      : [
          {
            title: `${title} (${grouped(count)})`,
            nodes: section(
              title,
              count,
              shown,
              rows.filter(([of]) => of === place),
            ),
          },
        ],
  )

const section = (title: string, count: number, shown: number, rows: ReadonlyArray<ChangeRow>) => [
  ...(shown < count
    ? [
        element(
          "p",
          { class: "notice" },
          `The first ${grouped(shown)} of ${grouped(count)} are here. rollcall diff -o csv lists all of them.`,
        ),
      ]
    : []),
  dataTable({
    caption: title,
    rows,
    pageRows: 25,
    columns: [
      { title: "Change", value: ([, change, what]) => (what === "holders" ? "holders" : change) },
      { title: "Name", value: (row) => row[3] },
      { title: "E-mail", value: (row) => row[4] ?? "-" },
      { title: "Kind", value: (row) => row[6] ?? "-" },
      { title: "On", value: (row) => row[7] ?? "-" },
      { title: "Details", value: (row) => row[8] || "-" },
      { title: "ID", value: (row) => row[5], kind: "id" },
    ],
  }).node,
]

/** What could not be compared, as a notice; nothing where all could. */
export const notCompared = ({ unknown }: ChangesData): ReadonlyArray<HTMLElement> =>
  unknown.length === 0
    ? []
    : [
        element(
          "div",
          { class: "notice" },
          element("p", {}, "Not known:"),
          element("ul", {}, ...unknown.map((text) => element("li", {}, text))),
        ),
      ]
