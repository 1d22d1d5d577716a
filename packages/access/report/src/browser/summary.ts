// Figures and charts.
import { bars, cards, element, grouped, part } from "@rollcall/pages/browser"
import type { Figure } from "../figures.ts"
import { isSeenInPart, shortFigure, titledFigures } from "../figures.ts"
import type { ReportPageData, Tally } from "../pageData.ts"

/** Groups in the chart. */
const mostInChart = 10

/** The figures as cards, and how accounts and groups are spread. */
export const summaryPart = ({ figures, statuses, kinds, secondFactors, groups }: ReportPageData): HTMLElement =>
  part(
    "summary",
    "Summary",
    cards(titledFigures(figures).map(([title, figure]) => card(title, figure))),
    element(
      "div",
      { class: "charts" },
      chart("Kinds of accounts", kinds),
      chart(
        "Largest groups",
        groups.slice(0, mostInChart).map(([word, , , { seen }]) => ({ word, count: seen })),
      ),
      chart("Statuses", statuses),
      chart("Second factors", secondFactors),
    ),
  )

const card = (title: string, figure: Figure): readonly [string, string] => [
  shortFigure(figure),
  isSeenInPart(figure) ? `${title} (${grouped(figure.seen)} seen)` : title,
]

const chart = (title: string, tallies: ReadonlyArray<Tally>): HTMLElement =>
  element(
    "div",
    {},
    element("h3", {}, title),
    tallies.length === 0
      ? element("p", { class: "soft" }, "None.")
      : bars(
          title,
          tallies.map(({ word, count }) => ({ name: word, count })),
        ),
  )
