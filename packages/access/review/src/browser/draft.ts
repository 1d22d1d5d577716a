// The draft: kept in the browser's storage after each change, where the browser allows that for the page, and saved as a file and
// loaded from one wherever it is opened. Whoever closes the page before the draft is kept is warned.
import { button, element, part } from "@rollcall/pages/browser"
import type { ReviewerPageData, SavedDecisions } from "../reviewerPageData.ts"
import { changesOf, isRecord, savedOf, type Work } from "./Work.ts"
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
  const key = `rollcall review ${campaign.id} ${reviewer.email} ${data.part}`
  // Whether all that was decided stands in the browser's storage, and whether it does in a file.
  const state = { stored: true, filed: false, timer: 0, taking: false }
  const told = element("p", { class: "soft" })
  const lost = element("div", { class: "notice", role: "alert", hidden: "" })
  const result = element("p", { role: "status" })

  const keep = (): void => {
    clearTimeout(state.timer)
    if (state.stored) return
    const { items } = savedOf(data, work, "rollcall-draft")
    state.stored = writeStored(
      key,
      items.map(({ item, decision, comment }) => ({ item, decision, comment })),
    )
    tellKept(state.stored)
  }
  const tellKept = (kept: boolean): void => {
    told.textContent = kept
      ? "What you decide is kept in this browser, on this computer. Save a draft to go on elsewhere."
      : "Save a draft to go on later, here or elsewhere."
    lost.hidden = kept
    lost.replaceChildren(
      ...(kept ? [] : ["This browser keeps nothing for this page. Save a draft before you close the page."]),
    )
  }
  const take = (saved: unknown): void => {
    const changes = changesOf(data, work, Array.isArray(saved) ? saved : [])
    state.taking = true
    work.change(changes, true)
    state.taking = false
  }

  work.watch(() => {
    if (state.taking) return
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
  // The same page in another tab.
  addEventListener("storage", (event) => {
    if (event.key === key && state.stored) take(parsed(event.newValue ?? ""))
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

  const before = readStored(key)
  tellKept(before.allowed)
  take(before.items)
  const node = part(
    "draft",
    "Draft",
    lost,
    told,
    element("div", { class: "controls" }, saveDraft, element("label", {}, "Load a draft or decisions", load)),
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

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the browser has kept, and whether it keeps anything: it may refuse storage for files, or for all. */
const readStored = (key: string): { readonly allowed: boolean; readonly items: unknown } => {
  try {
    const text = localStorage.getItem(key)
    localStorage.setItem(key, text ?? "[]")
    return { allowed: true, items: parsed(text ?? "[]") }
  } catch {
    return { allowed: false, items: [] }
  }
}

const writeStored = (key: string, items: ReadonlyArray<object>): boolean => {
  try {
    localStorage.setItem(key, JSON.stringify(items))
    return true
  } catch {
    return false
  }
}
