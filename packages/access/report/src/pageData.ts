// What pages are drawn from, as both the program and the script of the page know it. People and changes are short arrays, since there
// can be a hundred thousand.
import type { Figure, ReportFigures } from "./figures.ts"
import type { Word } from "./words.ts"

/** How many accounts share a word, such as a status. */
export interface Tally {
  readonly word: string
  readonly count: number
}

/** Something that could not be seen. */
export interface Unseen {
  readonly what: string
  readonly why: string
  /** What no sync promises, such as an attribute that few credentials see. */
  readonly expected: boolean
}

/** What is true of a person, as the bits of a number. */
export const personBits = { privileged: 1, guest: 2, bot: 4, invited: 8, disabled: 16 } as const

/** A person: an e-mail address that is not known is `null`, and none is empty. */
export type PersonRow = readonly [
  name: string,
  email: string | null,
  status: Word,
  kind: Word,
  mfa: Word,
  bits: number,
  id: string,
  roles: ReadonlyArray<Word>,
  /** How many groups, and those of them that the page names, by their places. */
  groups: number,
  inGroups: ReadonlyArray<number>,
  /** How many resources it holds something on, where it is disabled; else 0. */
  holds: number,
  /** The names of what makes it privileged. */
  privilegedBy?: ReadonlyArray<Word>,
  open?: readonly [since: string, days: number, atLeast: boolean] | null,
  /** What it holds that ends, and when, as people read it. */
  ends?: ReadonlyArray<string>,
]

/** A group. */
export type GroupRow = readonly [name: string, typeName: string, id: string, members: Figure, listed: number]

/** A resource type. */
export type TypeRow = readonly [name: string, id: string, resources: Figure, entitlements: Figure, grants: Figure]

/** A change: the place of its section, what happened, to whom, and on what. */
export type ChangeRow = readonly [
  section: number,
  change: "added" | "removed" | "changed",
  what: string,
  name: string,
  email: string | null,
  id: string,
  kind: string | null,
  on: string | null,
  details: string,
]

/** What changed: sections with how many changes each has, and how many of these the page has. */
export interface ChangesData {
  readonly total: number
  readonly sections: ReadonlyArray<readonly [title: string, count: number, shown: number]>
  readonly unknown: ReadonlyArray<string>
}

/** What every page of this package has. */
interface AnyPageData {
  readonly title: string
  /** Terms and values, such as the workspace and the sync. */
  readonly facts: ReadonlyArray<readonly [term: string, value: string]>
  readonly changeRows: ReadonlyArray<ChangeRow>
  /** What the page ends with. */
  readonly foot: string
}

/** The page of a report. */
export interface ReportPageData extends AnyPageData {
  readonly page: "report"
  readonly lead: string
  readonly figures: ReportFigures
  readonly statuses: ReadonlyArray<Tally>
  readonly kinds: ReadonlyArray<Tally>
  readonly secondFactors: ReadonlyArray<Tally>
  readonly types: ReadonlyArray<TypeRow>
  readonly groups: ReadonlyArray<GroupRow>
  readonly unseen: ReadonlyArray<Unseen>
  readonly changes: (ChangesData & { readonly since: string }) | { readonly none: string }
  readonly people: ReadonlyArray<PersonRow>
}

/** The page of a comparison. */
export interface DiffPageData extends AnyPageData {
  readonly page: "diff"
  readonly changes: ChangesData
}

export type PageData = ReportPageData | DiffPageData
