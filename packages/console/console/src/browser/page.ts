// Draws a page of the console, and keeps it as things are.
import { dataText, element, layOut } from "@rollcall/pages/browser"
import type { ConsolePage } from "../pageData.ts"
import { connectionsPart } from "./connections.ts"
import { keepCurrent } from "./keepCurrent.ts"
import { linkTo } from "./links.ts"

const page: ConsolePage = JSON.parse(dataText())
const { frame } = page

const drawn = ({ shown }: ConsolePage): ReadonlyArray<HTMLElement> => {
  switch (shown.kind) {
    case "connections":
      return [connectionsPart(shown.rows)]
    case "trouble":
      return [element("section", {}, element("h2", {}, shown.heading), element("p", {}, shown.text))]
  }
}

const status = element("p", { role: "status", class: "soft" })
layOut({
  title: frame.title,
  lead: [element("p", { class: "soft" }, `You are ${frame.visitor}.`), status],
  parts: drawn(page),
})

const links = [
  linkTo("connections", "Connections"),
  ...(frame.may.includes("add") ? [linkTo("add", "Add a connection")] : []),
]
const bar = element(
  "nav",
  { class: "places", "aria-label": "Pages of the console" },
  element(
    "ul",
    {},
    ...links.map((link) => {
      if (link.pathname === location.pathname) link.ariaCurrent = "page"
      return element("li", {}, link)
    }),
  ),
)
document.querySelector("header")?.prepend(bar)
if (page.shown.kind === "connections") keepCurrent(page, "connections", drawn, status)
