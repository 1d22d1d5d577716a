// How texts are indexed and found. The index is made with the site and loaded by the page, so both use this.
import type { Options, SearchOptions } from "minisearch"
import MiniSearch from "minisearch"
import type { Section } from "./Section.ts"

/** What the script of the search puts into the page. */
export interface SearchData {
  readonly sections: ReadonlyArray<Section>
  /** The index as MiniSearch writes it, in which a section is known by its place. */
  readonly index: string
}

/** Words are letters and figures, whatever stands between them: `--keep-sync-count` is three. */
const options: Options = {
  fields: ["title", "heading", "text"],
  tokenize: (text) => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ""),
}

// A reader looks for a page first, and for why something was decided, or for a package, last.
const searchOptions: SearchOptions = {
  boost: { title: 4, heading: 3 },
  prefix: true,
  fuzzy: (term) => (term.length > 4 ? 0.2 : false),
  maxFuzzy: 2,
  // The word itself counts far more than one that begins so, or one that is like it.
  weights: { prefix: 0.3, fuzzy: 0.1 },
}

/** How many sections of one page are listed, so that others are seen too. */
const mostOfPage = 2

/** The index of sections. */
export const makeIndex = (sections: ReadonlyArray<Section>): string => {
  const search = new MiniSearch(options)
  search.addAll(sections.map(({ title, heading, text }, id) => ({ id, title, heading, text })))
  return JSON.stringify(search)
}

/** A section that was found. */
export interface Found {
  readonly section: Section
  /** The words of it that made it found. */
  readonly words: ReadonlyArray<string>
}

/** Finds sections, the best first: those that have every word, or else those that have any. */
export const searchIn = ({ sections, index }: SearchData): ((words: string, most: number) => ReadonlyArray<Found>) => {
  const search = MiniSearch.loadJSON(index, options)
  const boostDocument = (id: number) => (sections[id]?.isBackground === true ? 0.25 : 1)
  return (words, most) => {
    const find = (combineWith: "AND" | "OR") => search.search(words, { ...searchOptions, boostDocument, combineWith })
    const all = find("AND")
    const ofPage = new Map<string, number>()
    const found = (all.length > 0 ? all : find("OR")).flatMap(({ id, terms }): ReadonlyArray<Found> => {
      const section = sections[Number(id)]
      if (section === undefined) return []
      const before = ofPage.get(section.page) ?? 0
      ofPage.set(section.page, before + 1)
      return before < mostOfPage ? [{ section, words: terms }] : []
    })
    return found.slice(0, most)
  }
}
