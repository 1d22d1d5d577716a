// What pages are drawn from, as both the program and the script of the page know it. People and changes are short arrays, since there
// can be a hundred thousand.

/** A number that the sync may not show: what was seen of it, and why there may be more. */
export interface Figure {
  readonly seen: number
  /** `null` where it is known. */
  readonly why: string | null
  /** The most that it can be, where it is only not known of so many accounts; else `null`. */
  readonly most: number | null
}

/** The figures of a report. */
export interface ReportFigures {
  readonly accounts: Figure
  readonly enabled: Figure
  /** Disabled or deleted. */
  readonly disabled: Figure
  /** Owners, admins and whoever else holds a privileged entitlement. */
  readonly privileged: Figure
  readonly guests: Figure
  /** Bots, service and system accounts. */
  readonly bots: Figure
  readonly invited: Figure
  /** Invitations that are open for `longOpenDays` or more. */
  readonly invitedLong: Figure
  /** Disabled accounts that hold something beyond what they are and where they belong. */
  readonly disabledHolding: Figure
  /** Accounts of people in use that have no second factor. */
  readonly withoutMfa: Figure
  readonly groups: Figure
}

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

/**
 * A text that many rows share: itself where it comes first, and its number where it comes again. Both sides number the first
 * `mostWords` of them as they come.
 */
export type Word = string | number

/** Words that are numbered. */
export type MostWords = 10_000

/** What is true of a person, as the bits of a number. */
export interface PersonBits {
  readonly privileged: 1
  readonly guest: 2
  readonly bot: 4
  readonly invited: 8
  readonly disabled: 16
}

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
  open?: readonly [since: string, days: number, atLeast: boolean],
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
  readonly longOpenDays: number
  readonly changes: (ChangesData & { readonly since: string }) | { readonly none: string }
  readonly people: ReadonlyArray<PersonRow>
}

/** The page of a comparison. */
export interface DiffPageData extends AnyPageData {
  readonly page: "diff"
  readonly changes: ChangesData
}

export type PageData = ReportPageData | DiffPageData
