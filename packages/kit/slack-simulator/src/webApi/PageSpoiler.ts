// What the faults of a call do to the page it answers with.
import type { FaultKind } from "../faults/Fault.ts"

export interface PageSpoiler {
  /** Most records on the page, whatever was asked for. */
  readonly records: number
  readonly duplicate: boolean
  /** How many pages back the next cursor leads; 0: it leads on. */
  readonly back: number
  /** Further, malformed records, as JSON. */
  readonly malformed: ReadonlyArray<string>
  /** How many records a SCIM page announces in all; as many as there are if absent. */
  readonly total?: number
  /** A SCIM page begins with the first record of the list. */
  readonly fromFirst?: boolean
}

/** The page as it would be: what a call without faults has. */
const unspoiled: PageSpoiler = { records: Number.POSITIVE_INFINITY, duplicate: false, back: 0, malformed: [] }

const defaultMalformed = { id: 42, deleted: "perhaps", profile: "none", users: [null] }

/** The page faults among these, together. */
export const spoilerFrom = (faults: ReadonlyArray<FaultKind>): PageSpoiler => {
  let spoiler = unspoiled
  for (const fault of faults) {
    if (fault.kind === "shortPage") spoiler = { ...spoiler, records: Math.min(spoiler.records, fault.records) }
    if (fault.kind === "duplicateRecord") spoiler = { ...spoiler, duplicate: true }
    if (fault.kind === "repeatCursor") spoiler = { ...spoiler, back: fault.back ?? 1 }
    if (fault.kind === "wrongTotal") spoiler = { ...spoiler, total: fault.total }
    if (fault.kind === "firstPageAgain") spoiler = { ...spoiler, fromFirst: true }
    if (fault.kind === "malformedRecord") {
      const record = fault.record === undefined ? defaultMalformed : fault.record
      spoiler = { ...spoiler, malformed: [...spoiler.malformed, JSON.stringify(record)] }
    }
  }
  return spoiler
}
