// A Markdown file of the project, read into what a page, the navigation, the search and the checks are made of.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Token } from "markdown-it"
import { anchoredTokens, type Heading, headingsOf, plainText } from "./markdown.ts"

/** One file. */
export interface Document {
  /** From the root of the project, such as `docs/views.md`. */
  readonly path: string
  readonly source: string
  readonly tokens: ReadonlyArray<Token>
  /** In the order in which they stand. */
  readonly headings: ReadonlyArray<Heading>
  readonly title: string
  /** The first paragraph as text. */
  readonly summary: string
}

/** Reads a file; `path` is from the root of the project. */
export const readDocument = (root: string, path: string): Document => {
  const source = readFileSync(join(root, path), "utf8")
  const tokens = anchoredTokens(source)
  const headings = headingsOf(tokens)
  const paragraph = tokens.findIndex(({ type, level }) => type === "paragraph_open" && level === 0)
  return {
    path,
    source,
    tokens,
    headings,
    title: headings.find(({ level }) => level === 1)?.text ?? path,
    summary: plainText(tokens[paragraph + 1]),
  }
}
