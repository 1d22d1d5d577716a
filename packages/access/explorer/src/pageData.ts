// What a page is given. Both sides import these types: the server that fills them, and the script that draws them.

/** The paths of the explorer, by what stands there. */
export const places = {
  overview: "/",
  people: "/people",
  groups: "/groups",
  roles: "/roles",
  others: "/others",
  search: "/search",
  resource: "/resource",
  differences: "/differences",
  gaps: "/gaps",
} as const
export type Place = keyof typeof places

/** A link: where to, and with which query. The server has encoded the query, so it is ASCII and names ids to the character. */
export interface PageLink {
  readonly place: Place
  readonly query: string
}

/** What every page shows around its own. */
export interface Frame {
  readonly title: string
  /** Whose data it is, and as of when. */
  readonly source: string
  /** What is to be said of the sync as a whole, such as that it has not finished. */
  readonly notes: ReadonlyArray<string>
  /** The lists that there are, with their names. */
  readonly places: ReadonlyArray<readonly [place: Place, name: string]>
  /** Which of them this page is, or belongs to. */
  readonly current: Place | undefined
}

/** A cell of a table: a text, or one that leads to a page. */
export type Cell = string | number | { readonly text: string; readonly link: PageLink }

/** A table of which the server has chosen the rows. */
export interface ServedTable {
  readonly caption: string
  readonly columns: ReadonlyArray<{ readonly title: string; readonly kind?: "id" | "number" | undefined }>
  readonly rows: ReadonlyArray<ReadonlyArray<Cell>>
  /** What is to be said of the rows, such as how many there are on all pages. */
  readonly status: string
  /** The first page, from any other, and the next one. */
  readonly first?: PageLink | undefined
  readonly next?: PageLink | undefined
}

/** A field of a form that narrows a list. Its value is sent as it is. */
export type FormField =
  | { readonly kind: "hidden"; readonly name: string; readonly value: string }
  | { readonly kind: "search"; readonly name: string; readonly label: string; readonly value: string }
  | {
      readonly kind: "choice"
      readonly name: string
      readonly label: string
      readonly value: string
      readonly choices: ReadonlyArray<readonly [value: string, text: string]>
    }

/** A form and what it sends its fields for. It stays on its page. */
export interface NarrowingForm {
  readonly label: string
  readonly button: string
  readonly fields: ReadonlyArray<FormField>
}

/** A part of a page under a heading of its own. */
export interface PagePart {
  readonly id: string
  readonly heading: string
  readonly paragraphs?: ReadonlyArray<string> | undefined
  readonly cards?: ReadonlyArray<{
    readonly figure: number | string
    readonly word: string
    readonly link?: PageLink | undefined
  }>
  readonly facts?: ReadonlyArray<readonly [term: string, value: Cell]> | undefined
  readonly form?: NarrowingForm | undefined
  readonly bars?: ReadonlyArray<{ readonly name: string; readonly count: number }> | undefined
  readonly table?: ServedTable | undefined
}

/** A page. */
export interface ExplorerPage {
  readonly frame: Frame
  readonly parts: ReadonlyArray<PagePart>
}
