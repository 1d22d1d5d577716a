// The copies of an archive, by the names of files and the summaries beside them. No copy is opened.
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { attempt } from "./archiveFailure.ts"
import type { ArchiveSummary } from "./ArchiveSummary.ts"
import { decodeSummary } from "./ArchiveSummary.ts"

/** A copy in an archive. */
export interface ArchivedSync {
  /** The path of the copy. */
  readonly file: string
  readonly id: string
  readonly type: string
  readonly startedAt: string | undefined
  readonly endedAt: string
  /** Whether it stays whatever the retention. */
  readonly kept: boolean
  /** Absent where the summary is lost or damaged. */
  readonly summary: ArchiveSummary | undefined
  /** The name of the folder of its workspace. */
  readonly workspaceFolder: string
}

/** Where copies of narrowed syncs are, which say less than all that there is. */
export const narrowFolder = "narrowed"

export const copyEnding = ".c1z"
export const summaryEnding = ".json"
export const keepEnding = ".keep"

/** The copies of an archive by workspace, the oldest first. An archive that is not there yet is empty. */
export const listArchive = Effect.fn("Archive.list")(function* (
  folder: string,
): Effect.fn.Return<ReadonlyArray<ArchivedSync>, StoreError> {
  const found: Array<ArchivedSync> = []
  for (const workspaceFolder of yield* folders(folder)) {
    for (const place of [join(folder, workspaceFolder), join(folder, workspaceFolder, narrowFolder)]) {
      found.push(...(yield* copiesIn(place, workspaceFolder)))
    }
  }
  return found.toSorted(byTime)
})

const byTime = (a: ArchivedSync, b: ArchivedSync): number =>
  Date.parse(a.endedAt) - Date.parse(b.endedAt) || (a.file < b.file ? -1 : 1)

/** The name of what stands beside a copy. */
export const withEnding = (file: string, ending: string): string => file.slice(0, -copyEnding.length) + ending

const folders = (folder: string): Effect.Effect<ReadonlyArray<string>, StoreError> =>
  attempt(folder, () => readdir(folder, { withFileTypes: true })).pipe(
    Effect.map((entries) => entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted()),
    Effect.catchIf(
      ({ reason }) => reason === "NotFound",
      () => Effect.succeed<ReadonlyArray<string>>([]),
    ),
  )

/** The copies in one folder. */
export const copiesIn = Effect.fnUntraced(function* (
  place: string,
  workspaceFolder: string,
): Effect.fn.Return<ReadonlyArray<ArchivedSync>, StoreError> {
  const names: ReadonlyArray<string> = yield* attempt(place, () => readdir(place)).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "NotFound",
      () => Effect.succeed<ReadonlyArray<string>>([]),
    ),
  )
  const copies = names.flatMap((name) => {
    const groups = copyName.exec(name)?.groups
    return groups === undefined ? [] : [groups]
  })
  return yield* Effect.forEach(copies, ({ day = "", hours = "", minutes = "", seconds = "", id = "" }) =>
    Effect.gen(function* () {
      const name = `${day}T${hours}${minutes}${seconds}Z_${id}`
      const file = join(place, name + copyEnding)
      const summary = yield* readSummary(withEnding(file, summaryEnding), id)
      return {
        file,
        id,
        type: place.endsWith(narrowFolder) ? (summary?.sync.type ?? "partial") : "full",
        startedAt: summary?.sync.startedAt,
        endedAt: `${day}T${hours}:${minutes}:${seconds}Z`,
        kept: names.includes(name + keepEnding),
        summary,
        workspaceFolder,
      }
    }),
  )
})

const copyName =
  /^(?<day>\d{4}-\d{2}-\d{2})T(?<hours>\d{2})(?<minutes>\d{2})(?<seconds>\d{2}\.\d{3})Z_(?<id>[A-Za-z0-9]+)\.c1z$/u

/** No colons, which some file systems do not take. The id keeps apart what ended at the same time. */
export const nameOf = (id: string, endedAt: string): string =>
  `${new Date(endedAt).toISOString().replaceAll(":", "")}_${id.replaceAll(/[^A-Za-z0-9]/gu, "")}`

const mostSummaryBytes = 1024 * 1024

const readSummary = (path: string, id: string): Effect.Effect<ArchiveSummary | undefined> =>
  attempt(path, async () => ((await stat(path)).size > mostSummaryBytes ? "" : readFile(path, "utf8"))).pipe(
    Effect.flatMap(decodeSummary),
    Effect.map((summary) => (nameOf(summary.sync.id, summary.sync.endedAt).endsWith(`_${id}`) ? summary : undefined)),
    Effect.orElseSucceed(() => undefined),
  )
