// A chart of bars that is a list for everybody who does not see it: each has its name and its number as text.
import { element, grouped } from "./elements.ts"

/** One bar. */
export interface Bar {
  readonly name: string
  readonly count: number
}

/** The bars under each other, the longest over the whole width. */
export const bars = (name: string, all: ReadonlyArray<Bar>): HTMLUListElement => {
  const most = Math.max(1, ...all.map(({ count }) => count))
  return element(
    "ul",
    { class: "bars", "aria-label": name },
    ...all.map((bar) => {
      const drawn = element("span", { class: "bar", "aria-hidden": "true" })
      // A number, and through the object model, which the policy allows where it forbids style attributes.
      drawn.style.setProperty("--share", `${((100 * bar.count) / most).toFixed(2)}%`)
      return element(
        "li",
        {},
        element("span", {}, bar.name),
        drawn,
        element("span", { class: "count" }, grouped(bar.count)),
      )
    }),
  )
}
