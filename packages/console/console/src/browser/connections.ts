// The list of connections, and how each is.
import { element, part } from "@rollcall/pages/browser"
import type { ConnectionRow } from "../pageData.ts"
import { linkTo } from "./links.ts"

const tones: Readonly<Record<string, string>> = { Connected: "good", Failed: "bad", Degraded: "warn" }

/** The state in its colour. */
export const stateOf = (state: string): HTMLElement => element("span", { class: `state ${tones[state] ?? ""}` }, state)

/** A time in UTC, to the minute; nothing where there is none. */
export const timeOf = (millis: number | undefined): string =>
  millis === undefined ? "" : `${new Date(millis).toISOString().slice(0, 16).replace("T", " ")} UTC`

/** All of them in a table. */
export const connectionsPart = (rows: ReadonlyArray<ConnectionRow>): HTMLElement => {
  const isShared = rows.some(({ servedBy }) => servedBy !== undefined)
  const titles = [
    "Name",
    "State",
    "Because",
    "Last sync",
    "Next sync",
    "Labels",
    "From",
    ...(isShared ? ["Served by"] : []),
  ]
  const cells = (row: ConnectionRow) => [
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
      : element(
          "div",
          { class: "wide", tabindex: "0", role: "region", "aria-label": "Connections" },
          element(
            "table",
            {},
            element("caption", {}, "Connections"),
            element("thead", {}, element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title)))),
            element(
              "tbody",
              {},
              ...rows.map((row) => {
                const [name, ...rest] = cells(row)
                return element(
                  "tr",
                  {},
                  element("th", { scope: "row" }, name),
                  ...rest.map((cell) => element("td", {}, cell)),
                )
              }),
            ),
          ),
        ),
  )
}
