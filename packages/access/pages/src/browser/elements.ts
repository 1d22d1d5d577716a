// The only place where pages make elements. Whatever is data goes in as a text node; attributes are those of a list in which nothing is
// an address, a script or a style.

/** What may stand inside an element. */
export type Child = Node | string | number | undefined

/** The attributes that an element may be given. */
export type Attributes = {
  readonly [
    name in
      | "autocomplete"
      | "checked"
      | "class"
      | "disabled"
      | "for"
      | "hidden"
      | "id"
      | "lang"
      | "max"
      | "maxlength"
      | "min"
      | "name"
      | "placeholder"
      | "required"
      | "role"
      | "rows"
      | "scope"
      | "selected"
      | "spellcheck"
      | "tabindex"
      | "type"
      | "value"
      | `aria-${string}`
  ]?: string | undefined
}

/** An element with attributes and with children, of which text is text whatever is in it. */
export const element = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: ReadonlyArray<Child>
): HTMLElementTagNameMap[Name] => {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) {
    // oxlint-disable-next-line no-restricted-properties -- The list of attributes is above.
    if (value !== undefined) made.setAttribute(attribute, value)
  }
  made.append(
    ...children.flatMap((child) => (child === undefined ? [] : [typeof child === "number" ? String(child) : child])),
  )
  return made
}

/** A link to a place in this page, which is one that the page itself has named. */
export const linkWithin = (id: string, text: string): HTMLAnchorElement => {
  const link = element("a", {}, text)
  // oxlint-disable-next-line no-restricted-properties -- It begins with `#`, so it leads nowhere else.
  link.href = `#${encodeURIComponent(id)}`
  return link
}

/** A button and what it does. */
export const button = (text: string, whenPressed: () => void, attributes: Attributes = {}): HTMLButtonElement => {
  const made = element("button", { type: "button", ...attributes }, text)
  made.addEventListener("click", whenPressed)
  return made
}

/** A field with its label around it. */
export const labelled = (text: string, field: HTMLElement): HTMLLabelElement => element("label", {}, text, field)

/** Terms and what they are, side by side. */
export const facts = (pairs: ReadonlyArray<readonly [term: string, value: Child]>): HTMLDListElement =>
  element(
    "dl",
    { class: "facts" },
    ...pairs.flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, value)]),
  )

/** Figures that stand out, each with a word for it. */
export const cards = (figures: ReadonlyArray<readonly [figure: number | string, word: Child]>): HTMLUListElement =>
  element(
    "ul",
    { class: "cards" },
    ...figures.map(([figure, word]) =>
      element("li", {}, element("strong", {}, typeof figure === "number" ? grouped(figure) : figure), word),
    ),
  )

/** A part of a page under its heading, which links can lead to. */
export const part = (id: string, heading: string, ...children: ReadonlyArray<Child>): HTMLElement =>
  element(
    "section",
    { id, "aria-labelledby": `${id}-heading` },
    element("h2", { id: `${id}-heading` }, heading),
    ...children,
  )

/** A number with its thousands parted. */
export const grouped = (value: number): string => value.toLocaleString("en")

/** The data of the page as JSON. It is the server's, of the type that both agreed on; its texts are anybody's. */
export const dataText = (): string => document.querySelector("#data")?.textContent ?? "null"

/** What a page is made of. */
export interface Layout {
  readonly title: string
  /** What stands under the title. */
  readonly lead: ReadonlyArray<Child>
  /** The parts, made by `part`, of which the page begins with a list. */
  readonly parts: ReadonlyArray<HTMLElement>
  readonly foot?: ReadonlyArray<Child> | undefined
}

/** Puts a page together: a header, links to its parts, the parts, a footer. */
export const layOut = ({ title, lead, parts, foot = [] }: Layout): void => {
  const links = parts.map((it) => element("li", {}, linkWithin(it.id, it.querySelector("h2")?.textContent ?? "")))
  document.body.prepend(
    linkWithin("content", "Skip to the content"),
    element("header", { class: "page" }, element("h1", {}, title), ...lead),
    element(
      "main",
      { id: "content", tabindex: "-1" },
      links.length < 2
        ? undefined
        : element("nav", { "aria-label": "Parts of this page" }, element("ul", {}, ...links)),
      ...parts,
    ),
    element("footer", { class: "page" }, ...foot),
  )
  document.body.firstElementChild?.classList.add("skip")
}
