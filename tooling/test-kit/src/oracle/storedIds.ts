// The ids of all records in a file, and those that should be there.
import { storedRows } from "./storedRows.ts"

/** Kind and id of every resource, entitlement and grant in a .c1z file, or in its newest sync, sorted. */
export const storedIds = (file: string, syncs?: "all" | "newest"): ReadonlyArray<string> =>
  idTexts(storedRows(file, syncs).filter(({ kind }) => kind !== "resourceType"))

/** The same of a whole sync of this simulated workspace as it is now. */
export const expectedIds = (slack: { readonly expected: () => Iterable<Identified> }): ReadonlyArray<string> =>
  idTexts(slack.expected())

interface Identified {
  readonly kind: string
  readonly id: string
}

const idTexts = (records: Iterable<Identified>): ReadonlyArray<string> =>
  Array.from(records, ({ kind, id }) => `${kind} ${id}`).toSorted()
