// Runs before the page is drawn, so that it is drawn in the colours that its reader chose before.
import { chosenTheme, showTheme } from "./themeChoice.ts"

showTheme(chosenTheme())
