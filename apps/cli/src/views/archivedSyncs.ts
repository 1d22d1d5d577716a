// The copies of an archive that the settings name. It loads nothing that reads files of syncs.
import type { ArchivedSync } from "@rollcall/archive"
import { listArchive } from "@rollcall/archive/list"
import type { Settings } from "@rollcall/config"
import { Effect } from "effect"
import { UsageError } from "../errors.ts"
import type { archivedFields } from "../settings/commandFields.ts"

/** The settings that name an archive, and which workspace in it. */
export type ArchiveSettings = Settings<typeof archivedFields>

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
