// What a page can do where scripts run: search, choose dark colours, copy code. Without, everything is there to be read and followed.
import { addCopyButtons } from "./codeBlocks.ts"
import { startSearch } from "./search.ts"
import { chooseTheme, shownTheme, whenSystemChanges } from "./themeChoice.ts"

const startThemeButton = (button: HTMLButtonElement): void => {
  const show = () => {
    // oxlint-disable-next-line no-restricted-properties -- One of two words.
    button.setAttribute("aria-pressed", String(shownTheme() === "dark"))
  }
  button.addEventListener("click", () => {
    chooseTheme(shownTheme() === "dark" ? "light" : "dark")
    show()
  })
  whenSystemChanges(show)
  show()
  button.hidden = false
}

const themeButton = document.querySelector<HTMLButtonElement>("button.theme")
if (themeButton !== null) startThemeButton(themeButton)
const form = document.querySelector<HTMLFormElement>("form[role=search]")
if (form !== null) startSearch(form)
addCopyButtons()
// What scrolls sideways can be scrolled by keyboard.
for (const it of document.querySelectorAll<HTMLElement>(".wide, pre"))
  if (it.scrollWidth > it.clientWidth) it.tabIndex = 0
// The navigation shows where one is. `scrollIntoView` would have the keyboard begin there.
const navigation = document.querySelector<HTMLElement>("#navigation")
const current = navigation?.querySelector<HTMLElement>("[aria-current]")
if (navigation != null && current != null) navigation.scrollTop = current.offsetTop - navigation.clientHeight / 2
