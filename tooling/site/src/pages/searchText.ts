// What the search looks through: the text under each heading, as a classic script, which a page from disk may load too.
import type { Token } from "markdown-it"
import type { Section } from "../browser/Section.ts"
import { makeIndex, type SearchData } from "../browser/searchIndex.ts"
import type { Document } from "../documents/Document.ts"
import { attributeOf, plainText } from "../documents/markdown.ts"
import { type Group, longestGroup } from "../documents/Navigation.ts"
import { indexPath, pageOf } from "../documents/projectDocuments.ts"

/** The headings up to this level begin a section; a deeper one belongs to the section that it stands in. */
const deepest = 3

/** The sections of all documents but the index, which only leads to them, in the order of the navigation. */
export const sectionsOf = (
  documents: ReadonlyMap<string, Document>,
  groups: ReadonlyArray<Group>,
): ReadonlyArray<Section> =>
  groups.flatMap(({ title, entries }) =>
    entries.flatMap(({ path }) => {
      const document = documents.get(path)
      return document === undefined || path === indexPath
        ? []
        : documentSections(document, title, entries.length > longestGroup)
    }),
  )

const documentSections = (document: Document, group: string, isBackground: boolean): ReadonlyArray<Section> => {
  const { tokens, title } = document
  const starts = tokens.flatMap(({ type, tag }, at) =>
    type === "heading_open" && Number(tag.slice(1)) <= deepest ? [at] : [],
  )
  return starts.map((start, place) => ({
    page: pageOf(document.path),
    id: tokens[start]?.tag === "h1" ? "" : attributeOf(tokens[start], "id"),
    title,
    heading: tokens[start]?.tag === "h1" ? "" : plainText(tokens[start + 1]),
    text: tokens
      .slice(start + 2, starts[place + 1])
      .map(tokenText)
      .filter(Boolean)
      .join(" "),
    group,
    isBackground,
  }))
}

const tokenText = (token: Token): string =>
  (token.type === "inline" ? plainText(token) : token.type === "fence" ? token.content : "")
    .replaceAll(/\s+/gu, " ")
    .trim()

/** The script, which leaves sections and index where `search.ts` looks for them. */
export const searchScript = (sections: ReadonlyArray<Section>): string => {
  const data: SearchData = { sections, index: makeIndex(sections) }
  return `globalThis.rollcallSearch = ${JSON.stringify(data)}\n`
}
