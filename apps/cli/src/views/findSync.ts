// Which sync a reference names: one of the file, or, by date, of the archive; and what is said of that.
import type { SyncPlace } from "@rollcall/access"
import { chooseSync, isDate, noteOnDate } from "@rollcall/access"
import { listArchive } from "@rollcall/archive/list"
import { systemCodeOf } from "@rollcall/connector"
import { Effect } from "effect"
import { statSync } from "node:fs"
import { UsageError } from "../errors.ts"
import { errLines } from "../Screen.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import type { ArchiveSettings } from "./archivedSyncs.ts"
import { archivedSyncs } from "./archivedSyncs.ts"

/**
 * The sync of a file or of the archive. Where an archive is set, a date is looked up in it, and so is an id that only it has; else all
 * is looked up in the file.
 */
export const findSync = Effect.fnUntraced(function* (
  settings: Pick<ViewSettings, "file"> & ArchiveSettings,
  reference: string | undefined,
) {
  const here: SyncPlace = { file: settings.file, sync: reference }
  if (settings.archive === undefined || reference === undefined || ["latest", "previous", ""].includes(reference)) {
    return here
  }
  if (!isDate(reference)) {
    const copies = (yield* listArchive(settings.archive)).filter(({ id }) => id.startsWith(reference))
    const [copy] = copies
    return copy === undefined || copies.length > 1 ? here : { file: copy.file, sync: copy.id }
  }
  const found = yield* chooseSync(settings.archive, yield* archivedSyncs(settings), reference)
  return { file: found.file, sync: found.id }
})

/** The file and the sync that a text names: a file, `FILE@SYNC`, or a sync of the file of the settings or of the archive. */
export const placeOf = Effect.fnUntraced(function* (text: string, settings: ViewSettings) {
  if (text === "") {
    return yield* new UsageError({
      message: "A sync is named by an empty text.",
      hint: "Name its id, latest, previous, a date, a file, or FILE@SYNC.",
    })
  }
  if (isThere(text)) return { file: text }
  const at = text.lastIndexOf("@")
  if (at > 0 && at < text.length - 1) return { file: text.slice(0, at), sync: text.slice(at + 1) }
  // Ids of syncs and dates have neither.
  return /[/\\]|\.c1z$/iu.test(text) ? { file: text } : yield* findSync(settings, text)
})

const isThere = (path: string): boolean => {
  try {
    return statSync(path).isFile()
  } catch (cause) {
    // What is there and cannot be looked at is for the reader to tell.
    return systemCodeOf(cause) === "EACCES"
  }
}

/** Says which sync was found by a date, with a warning where it is some days older. */
export const noteDate = Effect.fnUntraced(function* (
  reference: string | undefined,
  sync: Parameters<typeof noteOnDate>[1] | undefined,
) {
  const note = reference === undefined || sync === undefined ? undefined : noteOnDate(reference, sync)
  if (note !== undefined) yield* errLines([`${note.isWarning ? "warning" : "note"}: ${note.text}`])
})
