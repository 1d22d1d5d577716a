// The search of a page: a field with a list of what is found, as the pattern of a combobox has it
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). The data comes as a classic script, when the field is first used: a page from
// disk may load nothing else.
import { element } from "@rollcall/pages/browser"
import { excerpt } from "./excerpt.ts"
import { type Found, type SearchData, searchIn } from "./searchIndex.ts"

declare global {
  interface Window {
    rollcallSearch?: SearchData
    trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(address: string): string }): TrustedPolicy }
  }
}

interface TrustedPolicy {
  createScriptURL(address: string): string
}

/** How many are listed. */
const most = 12

const root = document.documentElement.dataset["root"] ?? ""

/** Loads the data, once. */
const loadData = (then: () => void): void => {
  const address = `${root}search.js`
  const rules = { createScriptURL: (it: string) => it }
  const policy = window.trustedTypes?.createPolicy("rollcall-search", rules) ?? rules
  const script = document.createElement("script")
  // oxlint-disable-next-line no-restricted-properties -- It is made of what the page itself says.
  script.src = policy.createScriptURL(address)
  script.addEventListener("load", then)
  document.head.append(script)
}

const optionOf = ({ section, words }: Found, place: number): HTMLAnchorElement => {
  const link = element("a", { role: "option", id: `found-${place}`, "aria-selected": "false", tabindex: "-1" })
  // oxlint-disable-next-line no-restricted-properties -- Pages of this site, by their files' names.
  link.href = `${root}${section.page}${section.id === "" ? "" : `#${section.id}`}`
  link.append(
    element("span", { class: "where" }, section.group),
    element("strong", {}, section.heading === "" ? section.title : `${section.title} › ${section.heading}`),
    element("span", { class: "excerpt" }, ...excerpt(section.text, words)),
  )
  return link
}

/** Makes the field of a form search. */
export const startSearch = (form: HTMLFormElement): void => {
  const field = form.querySelector("input")
  const panel = form.querySelector<HTMLElement>(".found")
  const list = form.querySelector<HTMLElement>("[role=listbox]")
  const nothing = panel?.querySelector("p")
  const status = form.querySelector("[role=status]")
  if (field === null || panel === null || list === null || nothing == null || status === null) return
  let search: ReturnType<typeof searchIn> | undefined
  let selected = 0

  const select = (place: number): void => {
    const options = [...list.children]
    selected = options.length === 0 ? 0 : (place + options.length) % options.length
    for (const [at, option] of options.entries()) option.ariaSelected = String(at === selected)
    const option = options[selected]
    const active = option?.id ?? ""
    // oxlint-disable-next-line no-restricted-properties -- An id that this script made.
    field.setAttribute("aria-activedescendant", active)
    option?.scrollIntoView({ block: "nearest" })
  }
  const show = (isShown: boolean): void => {
    panel.hidden = !isShown
    field.ariaExpanded = String(isShown)
  }
  const find = (): void => {
    const words = field.value.trim()
    if (search === undefined || words === "") return show(false)
    const found = search(words, most)
    list.replaceChildren(...found.map(optionOf))
    list.hidden = found.length === 0
    nothing.hidden = found.length > 0
    nothing.textContent = `Nothing is found for “${words}”.`
    // What a screen reader says: it stands outside of the panel, since what appears with its text is not announced everywhere.
    status.textContent = found.length === 1 ? "1 result" : `${found.length} results`
    show(true)
    select(0)
  }
  const load = (): void =>
    loadData(() => {
      if (window.rollcallSearch !== undefined) search = searchIn(window.rollcallSearch)
      find()
    })

  field.addEventListener("focus", load, { once: true })
  field.addEventListener("input", find)
  field.addEventListener("focus", find)
  field.addEventListener("keydown", (event) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    if (event.key === "Escape") show(false)
    if (step !== undefined && !panel.hidden) {
      event.preventDefault()
      select(selected + step)
    }
  })
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const link = list.children[selected]
    if (panel.hidden || !(link instanceof HTMLAnchorElement)) return
    show(false)
    link.click()
  })
  form.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && form.contains(relatedTarget))) show(false)
  })
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLElement && event.target.closest("input, textarea, select") !== null
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    field.focus()
  })
  form.hidden = false
}
