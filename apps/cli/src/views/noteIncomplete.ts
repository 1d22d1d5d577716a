// Says that a sync does not show all that it should: a list of an unfinished sync looks like any other.
import type { Incompleteness, SyncInfo, SyncReader } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { errLines } from "../render/errLines.ts"
import type { Screen } from "../Screen.ts"

/** What JSON says next to the records, in the member `rollcall`, of a sync that does not show all; empty for others. */
export type IncompleteJson = Readonly<Record<string, { readonly sync: string | null } & Partial<Incompleteness>>>

/**
 * Says on the standard error what the sync lacks, and returns that for JSON. It is part of the answer, and so no matter of
 * `--quiet`.
 * @param inherits What the view does about entitlements that are inherited and not stored.
 */
export const noteIncomplete = Effect.fnUntraced(function* (
  reader: SyncReader,
  inherits: "listed" | "missing",
): Effect.fn.Return<IncompleteJson, StoreError, Screen> {
  const { sync } = reader
  const { unfinished, unexpandedGrants } = yield* reader.incompleteness
  const notes =
    sync === undefined
      ? ["The file holds no sync, so there is nothing to show."]
      : notesOn(sync, { unfinished, unexpandedGrants }, inherits)
  yield* writeNotes(notes)
  if (notes.length === 0) return {}
  return { rollcall: sync === undefined ? { sync: null } : { sync: sync.id, unfinished, unexpandedGrants } }
})

/** Writes notes to the standard error, a line each. */
export const writeNotes = (notes: ReadonlyArray<string>) => errLines(notes.map((note) => `note: ${note}`))

/** What is to be said of an incomplete sync, a sentence or two each. */
export const notesOn = (
  sync: Pick<SyncInfo, "id">,
  { unfinished, unexpandedGrants }: Incompleteness,
  inherits: "listed" | "missing",
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
          (inherits === "listed"
            ? "what is inherited through them is worked out here."
            : "who inherits through them is not listed. `rollcall access` works it out for one principal."),
      ]),
]
