// The list of connections, and how each is.
import type { Child } from "@rollcall/pages/browser"
import { element, part } from "@rollcall/pages/browser"
import type { ConnectionRow } from "../pageData.ts"
import { timeOf } from "../times.ts"
import { linkTo } from "./links.ts"

const tones: Readonly<Record<string, string>> = { Connected: "good", Failed: "bad", Degraded: "warn" }

/** The state in its colour. */
export const stateOf = (state: string): HTMLElement => element("span", { class: `state ${tones[state] ?? ""}` }, state)

/** A table; the first cell of a row is its heading. */
export const tableOf = (
  caption: string,
  titles: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<Child>>,
): HTMLElement =>
  element(
    "div",
    { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title)))),
      element(
        "tbody",
        {},
        ...rows.map(([first, ...rest]) =>
          element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((cell) => element("td", {}, cell))),
        ),
      ),
    ),
  )

/** All of them in a table. */
export const connectionsPart = (rows: ReadonlyArray<ConnectionRow>): HTMLElement => {
  const isShared = rows.some(({ servedBy }) => servedBy !== undefined)
  const titles = ["Name", "State", "Because", "Last sync", "Next sync", "Labels", "From"]
  const cells = (row: ConnectionRow): ReadonlyArray<Child> => [
    linkTo("connection", row.name, row.name),
    stateOf(row.state),
    row.progress ?? row.because ?? "",
    timeOf(row.lastSync),
    timeOf(row.nextSync),
    row.labels,
    row.from,
    ...(isShared ? [row.servedBy ?? ""] : []),
  ]
  return part(
    "connections",
    "All connections",
    rows.length === 0
      ? element("p", {}, "There are none yet. Add one here, or write it into the file of connections.")
      : tableOf("Connections", isShared ? [...titles, "Served by"] : titles, rows.map(cells)),
  )
}
