// The draft: kept in the browser's storage after each change, where the browser allows that for the page, and saved as a file and
// loaded from one wherever it is opened. Whoever closes the page before the draft is kept is warned.
import { button, element, labelled, part } from "@rollcall/pages/browser"
import type { ReviewerPageData, SavedDecisions } from "../reviewerPageData.ts"
import { changesOf, isRecord, savedOf, type Change, type Work } from "./Work.ts"
import { parsed, placeInStorage } from "./placeInStorage.ts"
import { saveFile } from "./saveFile.ts"

/** How long changes may wait until they are kept, in milliseconds. */
const keepAfter = 300
/** Bytes of a file that is loaded: no draft is larger. */
const mostBytes = 64 * 1024 ** 2

/** The draft in the page. */
export interface Draft {
  readonly node: HTMLElement
  /** All that was decided stands in a file. */
  readonly saved: () => void
}

export const draftOf = (data: ReviewerPageData, work: Work): Draft => {
  const { campaign, reviewer } = data
  const place = placeInStorage(`rollcall review ${campaign.id} ${reviewer.email} ${data.part}`)
  // Whether something waits to be kept, whether the browser has kept all, whether a file holds all, and whether a draft is being read.
  const state = { waiting: false, stored: true, filed: false, taking: false, timer: 0 }
  const told = element("p", { class: "soft" })
  const lost = element("div", { class: "notice", role: "alert", hidden: "" })
  const result = element("p", { role: "status" })

  const keep = (): void => {
    clearTimeout(state.timer)
    if (!state.waiting) return
    const { items } = savedOf(data, work, "rollcall-draft")
    state.stored = place.keep(items.map(({ item, decision, comment }) => ({ item, decision, comment })))
    state.waiting = !state.stored
    tellKept(state.stored)
  }
  const tellKept = (kept: boolean): void => {
    told.textContent = kept
      ? "What you decide is kept in this browser, on this computer. Save a draft to go on elsewhere."
      : "Save a draft to go on later, here or elsewhere."
    lost.hidden = kept
    forget.hidden = !kept
    lost.replaceChildren(
      ...(kept ? [] : ["This browser keeps nothing for this page. Save a draft before you close the page."]),
    )
  }
  const take = (changes: ReadonlyArray<Change>): void => {
    state.taking = true
    work.change(changes, true)
    state.taking = false
  }

  work.watch(() => {
    if (state.taking) return
    state.waiting = true
    state.stored = false
    state.filed = false
    clearTimeout(state.timer)
    state.timer = setTimeout(keep, keepAfter)
  })
  addEventListener("beforeunload", (event) => {
    keep()
    if (!state.stored && !state.filed) event.preventDefault()
  })
  addEventListener("pagehide", keep)
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) keep()
  })
  // The same page in another tab: what it no longer has is as it was when the page was made.
  place.watch((items) => {
    if (state.waiting) return
    const open = work.rows.map((row) => ({ row, ...row.given }))
    take([...open, ...changesOf(data, work, items)])
  })

  const load = element("input", { type: "file", id: "draft-file" })
  load.accept = ".json,application/json"
  load.addEventListener("change", () => {
    const [file] = load.files ?? []
    if (file === undefined) return
    void loadFile(file)
  })
  const loadFile = async (file: File): Promise<void> => {
    result.textContent = loadInto(data, work, await textOf(file))
    load.value = ""
  }
  const saveDraft = button("Save a draft", () => {
    saveFile(`draft-${data.fileName}.json`, savedOf(data, work, "rollcall-draft"))
    saved()
    result.textContent = `Saved as draft-${data.fileName}.json. It is not your answer yet.`
  })
  const saved = (): void => {
    state.filed = true
  }
  const forget = button("Delete it from this browser", () => {
    clearTimeout(state.timer)
    place.remove()
    state.waiting = false
    state.stored = false
    result.textContent = "This browser keeps nothing of it any more, until you change something."
  })

  const before = place.read()
  tellKept(before !== undefined)
  take(changesOf(data, work, before ?? []))
  const node = part(
    "draft",
    "Draft",
    lost,
    told,
    element("div", { class: "controls" }, saveDraft, labelled("Load a draft or decisions", load), forget),
    result,
  )
  return { node, saved }
}

/** What a file makes of the rows, and what is said about it. */
const loadInto = (data: ReviewerPageData, work: Work, text: string): string => {
  const read = parsed(text)
  if (!isRecord(read) || !isFormat(read["format"]) || read["version"] !== 1 || !Array.isArray(read["items"])) {
    return "This file cannot be used: it is not one that a page such as this has saved."
  }
  const changes = changesOf(data, work, read["items"], ({ code }, row) => code === row.code)
  const others = read["items"].length - changes.length
  if (changes.length === 0 && others > 0) {
    return "This file cannot be used: it belongs to another campaign, another reviewer or another page."
  }
  work.change(changes, true)
  return `Loaded ${changes.length} ${changes.length === 1 ? "item" : "items"}.${others === 0 ? "" : ` ${others} more are not of this page.`}`
}

const isFormat = (value: unknown): value is SavedDecisions["format"] =>
  value === "rollcall-decisions" || value === "rollcall-draft"

const textOf = async (file: File): Promise<string> => {
  try {
    return file.size > mostBytes ? "" : await file.text()
  } catch {
    // It is gone, or may not be read: then it is no file that can be used.
    return ""
  }
}
