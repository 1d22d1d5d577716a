// Draws a page of the explorer. What is on it was chosen by the server; here it becomes elements.
import { bars, cards, dataText, element, facts, labelled, layOut, part } from "@rollcall/pages/browser"
import type { Cell, ExplorerPage, FormField, NarrowingForm, PageLink, PagePart, ServedTable } from "../pageData.ts"
import { places } from "../pageData.ts"

/** The only place where links between pages are made: a fixed path, and a query in which the server has encoded whatever is data. */
const linkTo = ({ place, query }: PageLink, text: string): HTMLAnchorElement => {
  const link = element("a", {}, text)
  // What the server encodes has no other characters; text that has some was never a query of ours.
  if (!/^[\w.%&=*+-]*$/u.test(query)) return link
  // oxlint-disable-next-line no-restricted-properties -- It begins with a path of ours, so no scheme and no host is made of data.
  link.href = `${places[place]}${query === "" ? "" : `?${query}`}`
  return link
}

const shown = (cell: Cell): HTMLAnchorElement | string =>
  typeof cell === "object" ? linkTo(cell.link, cell.text) : typeof cell === "number" ? cell.toLocaleString("en") : cell

const tableOf = ({ caption, columns, rows, status, first, next }: ServedTable): ReadonlyArray<HTMLElement> => {
  const classOf = (at: number) => columns[at]?.kind
  const heads = columns.map(({ title, kind }) => element("th", { scope: "col", class: kind }, title))
  const empty = element("td", { class: "none" }, "Nothing to show.")
  empty.colSpan = columns.length
  const body = rows.map((row) =>
    element("tr", {}, ...row.map((cell, at) => element("td", { class: classOf(at) }, shown(cell)))),
  )
  const pages = [
    ...(first === undefined ? [] : [linkTo(first, "First page")]),
    ...(next === undefined ? [] : [linkTo(next, "Next page")]),
  ]
  return [
    element(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
      element(
        "table",
        {},
        element("caption", {}, caption),
        element("thead", {}, element("tr", {}, ...heads)),
        element("tbody", {}, ...(body.length === 0 ? [element("tr", {}, empty)] : body)),
      ),
    ),
    element("p", { class: "soft" }, status),
    ...(pages.length === 0 ? [] : [listOf(`Pages of ${caption}`, pages)]),
  ]
}

const listOf = (name: string, links: ReadonlyArray<HTMLElement>): HTMLElement =>
  element("nav", { "aria-label": name }, element("ul", {}, ...links.map((link) => element("li", {}, link))))

const fieldOf = (field: FormField): HTMLElement => {
  const { name, value } = field
  if (field.kind === "hidden") return element("input", { type: "hidden", name, value })
  if (field.kind === "search") {
    return labelled(field.label, element("input", { type: "search", name, value, maxlength: "200" }))
  }
  const choices = field.choices.map(([choice, text]) =>
    element("option", { value: choice, selected: choice === value ? "" : undefined }, text),
  )
  return labelled(field.label, element("select", { name }, ...choices))
}

/** It sends its fields to the page that it is on. */
const formOf = ({ label, button, fields }: NarrowingForm): HTMLElement =>
  element(
    "form",
    { class: "controls", role: "search", "aria-label": label },
    ...fields.map(fieldOf),
    element("button", { type: "submit", class: "main" }, button),
  )

const partOf = (given: PagePart): HTMLElement => {
  const { id, heading, paragraphs = [], form, table, facts: pairs, bars: counts } = given
  return part(
    id,
    heading,
    ...paragraphs.map((text) => element("p", {}, text)),
    ...(given.cards === undefined
      ? []
      : [cards(given.cards.map(({ figure, word, link }) => [figure, link === undefined ? word : linkTo(link, word)]))]),
    ...(pairs === undefined ? [] : [facts(pairs.map(([term, value]) => [term, shown(value)]))]),
    ...(counts === undefined ? [] : [bars(heading, counts)]),
    ...(form === undefined ? [] : [formOf(form)]),
    ...(table === undefined ? [] : tableOf(table)),
  )
}

const { frame, parts }: ExplorerPage = JSON.parse(dataText())
const placeLinks = frame.places.map(([place, name]) => {
  const link = linkTo({ place, query: "" }, name)
  if (place === frame.current) link.ariaCurrent = "page"
  return link
})
const bar = listOf("Pages of the explorer", placeLinks)
bar.classList.add("places")
layOut({
  title: frame.title,
  lead: [
    element("p", { class: "soft" }, frame.source),
    ...frame.notes.map((note) => element("p", { class: "notice" }, note)),
  ],
  parts: parts.map(partOf),
})
document.querySelector("header")?.prepend(bar)
