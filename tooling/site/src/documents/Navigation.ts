// The order of the pages. Its only source is docs/README.md: each heading of the second level is a group, and each row of a table and
// each item of a list below it that begins with a link is a page. So GitHub and the site show the same.
import type { Token } from "markdown-it"
import { posix } from "node:path"
import { headingsOf, linksOf } from "./markdown.ts"
import { indexPath } from "./projectDocuments.ts"
import { type Project, resolveLink } from "./resolveLink.ts"

/** A page in the navigation. */
export interface Entry {
  readonly title: string
  /** Its document, such as `docs/views.md`. */
  readonly path: string
}

/** The pages under a heading. */
export interface Group {
  readonly title: string
  /** The anchor of its heading on the start page. */
  readonly id: string
  readonly entries: ReadonlyArray<Entry>
}

/** The longest group whose pages are listed on every page. Longer ones are background: they are listed on the start page and their own. */
export const longestGroup = 20

/** Reads the groups. A link that leads to no document of the project is no page. */
export const readNavigation = (project: Project): ReadonlyArray<Group> => {
  const index = project.documents.get(indexPath)
  if (index === undefined) throw new Error(`${indexPath} does not exist: the navigation is made of it.`)
  return groupTokens(index.tokens).map((tokens) => {
    const [heading] = headingsOf(tokens)
    const entries = tokens.flatMap((token, at): ReadonlyArray<Entry> => {
      if (token.type !== "inline" || !beginsEntry(tokens, at)) return []
      const [link] = linksOf([token])
      if (link === undefined) return []
      const target = resolveLink(project, index, link.address)
      return target.kind === "document" ? [{ title: link.text, path: target.path }] : []
    })
    return { title: heading?.text ?? "", id: heading?.id ?? "", entries }
  })
}

/** The group whose documents stand in a folder, such as that of `docs/decisions`. */
export const groupOfFolder = (groups: ReadonlyArray<Group>, folder: string): Group | undefined =>
  groups.find(({ entries: [first] }) => first !== undefined && posix.dirname(first.path) === folder)

const groupTokens = (tokens: ReadonlyArray<Token>): ReadonlyArray<ReadonlyArray<Token>> => {
  const starts = tokens.flatMap(({ type, tag }, at) => (type === "heading_open" && tag === "h2" ? [at] : []))
  return starts.map((start, place) => tokens.slice(start, starts[place + 1]))
}

/** Whether a text is the first cell of a row, or the beginning of an item. */
const beginsEntry = (tokens: ReadonlyArray<Token>, at: number): boolean => {
  const [two, one] = [tokens[at - 2]?.type, tokens[at - 1]?.type]
  return (one === "td_open" && two === "tr_open") || (one === "paragraph_open" && two === "list_item_open")
}
