// What is to be said of a sync that does not show all that it should: a list of an unfinished sync looks like any other.
import type { Incompleteness, SyncInfo } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { AccessReader } from "./AccessReader.ts"

/** Whether a view works out what is inherited and not stored, as `access` does for one principal, or leaves it out. */
export type InheritedIs = "listed" | "missing"

/** What JSON says next to the records, in the member `rollcall`, of a sync that does not show all; empty for others. */
export type IncompleteJson = Readonly<Record<string, { readonly sync: string | null } & Partial<Incompleteness>>>

/** What the sync lacks: sentences for people, and the members that go next to the records in JSON. */
export const incompletenessOf = Effect.fnUntraced(function* (
  access: AccessReader,
  inherited: InheritedIs,
): Effect.fn.Return<{ readonly notes: ReadonlyArray<string>; readonly members: IncompleteJson }, StoreError> {
  const { sync } = access
  if (sync === undefined) {
    return { notes: ["The file holds no sync, so there is nothing to show."], members: { rollcall: { sync: null } } }
  }
  const incompleteness = yield* access.incompleteness
  const notes = notesOn(sync, incompleteness, inherited)
  return { notes, members: notes.length === 0 ? {} : { rollcall: { sync: sync.id, ...incompleteness } } }
})

/** What is to be said of an incomplete sync, a sentence or two each. */
export const notesOn = (
  sync: Pick<SyncInfo, "id">,
  { unfinished, unexpandedGrants }: Incompleteness,
  inherited: InheritedIs,
): ReadonlyArray<string> => [
  ...(unfinished
    ? [
        `The sync ${sync.id} has not finished, so records may be missing. \`rollcall syncs\` lists the syncs of the file.`,
      ]
    : []),
  ...(unexpandedGrants === 0
    ? []
    : [
        `${unexpandedGrants} expandable grants of the sync ${sync.id} are not expanded: ` +
          (inherited === "listed"
            ? "what is inherited through them is worked out here."
            : "who inherits through them is not listed. `rollcall access` works it out for one principal."),
      ]),
]
