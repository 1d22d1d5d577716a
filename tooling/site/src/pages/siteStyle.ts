// The style of the site: the colours of all pages of Rollcall, chosen by the system or by the reader.
import { colours } from "@rollcall/pages"

/** The whole CSS, from the rules in `site.css`. */
export const siteStyle = (rules: string): string =>
  [
    `:root{color-scheme:light;${colours.light}}`,
    `@media(prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${colours.dark}}}`,
    `:root[data-theme=dark]{color-scheme:dark;${colours.dark}}`,
    `@media print{:root:root{color-scheme:light;${colours.print}}}`,
    rules,
  ].join("\n")
