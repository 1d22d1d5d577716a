// Tables in GitHub's Markdown.
import { escapeControls } from "./escapeControls.ts"

/** The lines that begin a table. */
export const markdownHead = (titles: ReadonlyArray<string>): ReadonlyArray<string> => [
  markdownLine(titles),
  `|${titles.map(() => "---").join("|")}|`,
]

/** One row of a table. */
export const markdownLine = (cells: ReadonlyArray<string>): string => `| ${cells.map(markdownCell).join(" | ")} |`

// A backslash before each character that could end the cell or begin markup.
const markdownCell = (text: string): string => escapeControls(text).replace(/[\\|`*[\]<>&]/g, (found) => `\\${found}`)
