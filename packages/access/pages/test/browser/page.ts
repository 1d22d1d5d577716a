// A page with all that the base has.
import { bars, button, cards, dataTable, dataText, facts, layOut, part } from "@rollcall/pages/browser"

interface Data {
  readonly title: string
  readonly facts: ReadonlyArray<readonly [string, string]>
  readonly rows: ReadonlyArray<{ readonly name: string; readonly held: number; readonly kind: string }>
}

const data: Data = JSON.parse(dataText())
const table = dataTable({
  caption: "People",
  columns: [
    { title: "Name", value: ({ name }) => name },
    { title: "Held", value: ({ held }) => held, kind: "number" },
  ],
  rows: data.rows,
  filters: [{ label: "Kind", choices: [["Guests", ({ kind }) => kind === "guest"]] }],
})
layOut({
  title: data.title,
  lead: [facts(data.facts)],
  parts: [
    part("figures", "Figures", cards([[data.rows.length, "people"]])),
    part(
      "chart",
      "Chart",
      bars(
        "Held",
        data.rows.slice(0, 5).map(({ name, held }) => ({ name, count: held })),
      ),
    ),
    part(
      "people",
      "People",
      button("Show the last", () => data.rows.slice(-1).forEach(table.show)),
      table.node,
    ),
  ],
  foot: ["The end."],
})
