// Fetches the data of the page again every few seconds, and draws what changed. Whoever uses a keyboard stays where they are.
import type { ConnectionRow, ConsolePage, dataPaths, Shown } from "../pageData.ts"
import { fetchPage } from "./server.ts"

/** How often, in milliseconds. */
const every = 3_000

/** Keeps a page as things are, says in `status` how states have changed, or why nothing is known. Gives what looks at once. */
export const keepCurrent = (
  first: ConsolePage,
  from: (typeof dataPaths)[keyof typeof dataPaths],
  drawn: (page: ConsolePage) => ReadonlyArray<HTMLElement>,
  status: HTMLElement,
): ((isForced: boolean) => Promise<void>) => {
  let { shown } = first
  let problem = ""
  const look = async (isForced: boolean): Promise<void> => {
    const page = await fetchPage(from)
    if (typeof page === "string") {
      problem = page
      status.textContent = page
      return
    }
    if (problem !== "" && status.textContent === problem) status.textContent = ""
    problem = ""
    const changes = changedStates(shown, page.shown)
    // After an act the status says what came of it.
    if (changes !== "" && !isForced) status.textContent = changes
    shown = page.shown
    const parts = drawn(page)
    for (const part of parts) replacePart(part, isForced)
    for (const old of document.querySelectorAll("main > section")) {
      if (!parts.some(({ id }) => id === old.id)) old.remove()
    }
  }
  const again = (): void => {
    setTimeout(() => void look(false).finally(again), every)
  }
  again()
  return look
}

const rowsOf = (shown: Shown): ReadonlyArray<ConnectionRow> =>
  shown.kind === "connections" ? shown.rows : shown.kind === "connection" ? [shown.connection.row] : []

/** For whoever hears the page and does not see it. */
const changedStates = (before: Shown, now: Shown): string =>
  rowsOf(now)
    .filter(({ name, state }) => rowsOf(before).some((one) => one.name === name && one.state !== state))
    .map(({ name, state }) => `${name}: ${state}.`)
    .join(" ")

/**
 * Puts a part in the place of the one with its id. What had the focus is found again by its place among what can have it; where somebody is
 * about to do something, the part stays until it is done.
 */
const replacePart = (part: HTMLElement, isForced: boolean): void => {
  const old = document.querySelector(`main > section[id="${part.id}"]`)
  if (old === null) return document.querySelector("main")?.append(part)
  if (old.isEqualNode(part)) return undefined
  const at = focusable(old).indexOf(document.activeElement ?? old)
  if (at >= 0 && part.id === "acts" && !isForced) return undefined
  old.replaceWith(part)
  const all = focusable(part)
  const next = all[Math.min(at, all.length - 1)]
  if (at >= 0 && next instanceof HTMLElement) next.focus({ preventScroll: true })
  return undefined
}

const focusable = (part: Element): ReadonlyArray<Element> => [
  ...part.querySelectorAll("a, button, input, select, textarea, [tabindex]"),
]
