// Light or dark: what the system says, until a reader chooses. The choice is kept by the browser, for all pages.

/** What can be chosen. */
export type Theme = "light" | "dark"

const key = "rollcall-theme"

/** What was chosen before. Where the browser keeps nothing, nothing was. */
export const chosenTheme = (): Theme | undefined => {
  try {
    const kept = localStorage.getItem(key)
    return kept === "light" || kept === "dark" ? kept : undefined
  } catch {
    return undefined
  }
}

/** Shows a theme; without one, that of the system. */
export const showTheme = (theme: Theme | undefined): void => {
  if (theme !== undefined) document.documentElement.dataset["theme"] = theme
}

/** Shows a theme and keeps it, if the browser keeps anything. */
export const chooseTheme = (theme: Theme): void => {
  showTheme(theme)
  try {
    localStorage.setItem(key, theme)
  } catch {
    // It holds for this page.
  }
}

const systemIsDark = matchMedia("(prefers-color-scheme: dark)")

/** What is shown now. */
export const shownTheme = (): Theme => {
  const theme = document.documentElement.dataset["theme"]
  return theme === "light" || theme === "dark" ? theme : systemIsDark.matches ? "dark" : "light"
}

/** Calls when the system changes its mind. */
export const whenSystemChanges = (then: () => void): void => systemIsDark.addEventListener("change", then)
