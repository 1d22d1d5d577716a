// Which sync a reference names: one of the file, or, by date, of the archive; and what is said of that.
import type { SyncPlace } from "@rollcall/access"
import { chooseSync, isDate, noteOnDate } from "@rollcall/access"
import type { ArchivedSync } from "@rollcall/archive"
import { listArchive } from "@rollcall/archive"
import type { Settings } from "@rollcall/config"
import { systemCodeOf } from "@rollcall/connector"
import { Effect } from "effect"
import { statSync } from "node:fs"
import { UsageError } from "../errors.ts"
import { errLines } from "../Screen.ts"
import type { archivedFields, ViewSettings } from "../settings/commandFields.ts"

type ArchiveSettings = Settings<typeof archivedFields>

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

/** The copies of one workspace in the archive. It fails where there are several workspaces and none is named. */
export const archivedSyncs = Effect.fnUntraced(function* ({ archive, workspace }: ArchiveSettings) {
  if (archive === undefined) {
    return yield* new UsageError({
      message: "No archive is named.",
      hint: "Name its folder with --archive or BATON_ARCHIVE. `rollcall sync` with the same setting puts copies there.",
    })
  }
  const all = yield* listArchive(archive)
  const ids = [...new Set(all.map(workspaceOfCopy))]
  if (workspace === undefined && ids.length > 1) {
    return yield* new UsageError({
      message: `${archive} has several workspaces: ${ids.join(", ")}.`,
      hint: "Name one with --workspace.",
    })
  }
  if (workspace !== undefined && !ids.includes(workspace)) {
    return yield* new UsageError({
      message: `${archive} has no workspace ${workspace}.`,
      hint: ids.length === 0 ? "It is empty." : `It has ${ids.join(", ")}.`,
    })
  }
  return all.filter((copy) => workspace === undefined || workspaceOfCopy(copy) === workspace)
})

/** The id of the workspace of a copy; where the summary is lost, its folder. */
export const workspaceOfCopy = ({ summary, workspaceFolder }: ArchivedSync): string =>
  summary?.workspace.id ?? workspaceFolder
