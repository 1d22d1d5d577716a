// A button beside each block of commands that copies it.
import { button } from "@rollcall/pages/browser"

/** Languages of what a reader pastes. */
const pasted = new Set(["sh", "yaml", "json", "ts", "sql"])

/** Adds the buttons, where the browser lets a page write to the clipboard. */
export const addCopyButtons = (): void => {
  if (navigator.clipboard === undefined) return
  for (const block of document.querySelectorAll<HTMLElement>(".code")) {
    const code = block.querySelector("code")
    if (code === null || !pasted.has(block.dataset["language"] ?? "")) continue
    const copy = button("Copy", () => {
      navigator.clipboard.writeText(code.textContent ?? "").then(
        () => show("Copied"),
        () => show("Not copied"),
      )
    })
    const show = (word: string) => {
      copy.textContent = word
      setTimeout(() => (copy.textContent = "Copy"), 2_000)
    }
    block.append(copy)
  }
}
