// Fetches the data of the page again every few seconds, and draws what changed. Whoever uses a keyboard stays where they are.
import type { ConsolePage, dataPaths } from "../pageData.ts"
import { fetchPage } from "./server.ts"

/** How often, in milliseconds. */
const every = 3_000

/** Keeps a page as things are, and says in `status` where it cannot. Gives what has it done at once. */
export const keepCurrent = (
  first: ConsolePage,
  from: keyof typeof dataPaths,
  drawn: (page: ConsolePage) => ReadonlyArray<HTMLElement>,
  status: HTMLElement,
): (() => Promise<void>) => {
  let shown = JSON.stringify(first.shown)
  let problem = ""
  const look = async (): Promise<void> => {
    const page = await fetchPage(from)
    if (typeof page === "string") {
      problem = page
      status.textContent = page
      return
    }
    if (problem !== "" && status.textContent === problem) status.textContent = ""
    problem = ""
    const now = JSON.stringify(page.shown)
    if (now === shown) return
    shown = now
    for (const part of drawn(page)) replacePart(part)
  }
  const again = (): void => {
    setTimeout(() => void look().finally(again), every)
  }
  again()
  return look
}

/** Puts a part in the place of the one with its id. What had the focus is found again by its id, or its place among what can have it. */
const replacePart = (part: HTMLElement): void => {
  const old = document.querySelector(`section[id="${part.id}"]`)
  if (old === null || old.isEqualNode(part)) return
  const at = focusable(old).indexOf(document.activeElement ?? old)
  old.replaceWith(part)
  const next = focusable(part)[at]
  if (at >= 0 && next instanceof HTMLElement) next.focus({ preventScroll: true })
}

const focusable = (part: Element): ReadonlyArray<Element> => [
  ...part.querySelectorAll("a, button, input, select, textarea, [tabindex]"),
]
