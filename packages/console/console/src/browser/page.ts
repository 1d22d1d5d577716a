// Draws a page of the console, and keeps it as things are.
import { button, dataText, element, layOut } from "@rollcall/pages/browser"
import type { ConsolePage } from "../pageData.ts"
import { dataPaths } from "../pageData.ts"
import { addParts } from "./addForm.ts"
import { connectionParts } from "./connection.ts"
import { connectionsPart } from "./connections.ts"
import type { Doing } from "./doing.ts"
import { makeDoing } from "./doing.ts"
import { keepCurrent } from "./keepCurrent.ts"
import { linkTo } from "./links.ts"
import { rotateParts } from "./rotateForm.ts"
import { signOut } from "./server.ts"

const page: ConsolePage = JSON.parse(dataText())
const { frame } = page

const drawn = ({ shown }: ConsolePage, doing: Doing): ReadonlyArray<HTMLElement> => {
  switch (shown.kind) {
    case "connections":
      return [connectionsPart(shown.rows)]
    case "connection":
      return connectionParts(shown.connection, doing)
    case "add":
      return addParts(shown, doing)
    case "rotate":
      return rotateParts(shown, doing)
    case "trouble":
      return [element("section", { id: "trouble" }, element("h2", {}, shown.heading), element("p", {}, shown.text))]
  }
}

const status = element("p", { role: "status", class: "soft", id: "status" })
const doing = makeDoing(frame, status)
layOut({
  title: frame.title,
  lead: [status],
  parts: drawn(page, doing),
  foot: [
    element("p", {}, `You are ${frame.visitor}.`),
    ...(frame.canSignOut
      ? [
          element(
            "p",
            {},
            button("Sign out", () => void signOut(frame.csrfToken)),
          ),
        ]
      : []),
  ],
})

const links = [
  linkTo("connections", "Connections"),
  ...(frame.may.includes("add") ? [linkTo("add", "Add a connection")] : []),
]
const items = links.map((link) => {
  if (link.pathname === location.pathname) link.ariaCurrent = "page"
  return element("li", {}, link)
})
const bar = element("nav", { class: "places", "aria-label": "Pages of the console" }, element("ul", {}, ...items))
document.querySelector("header")?.prepend(bar)

const { kind } = page.shown
if (kind === "connections" || kind === "connection") {
  doing.look = keepCurrent(page, dataPaths[kind], (now) => drawn(now, doing), status)
}
