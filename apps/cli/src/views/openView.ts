// The sync that a view reads, and what is said of it on the standard error.
import type { AccessReader, InheritedIs } from "@rollcall/access"
import { incompletenessOf, openAccess } from "@rollcall/access"
import { keepHeapTight } from "@rollcall/host/sync"
import { Effect } from "effect"
import { errLines, grouped, Screen } from "../Screen.ts"
import type { OutputFormat } from "../render/printListing.ts"
import type { CacheSettings, ViewSettings } from "../settings/commandFields.ts"
import { cacheOf, readOptions } from "../settings/commandFields.ts"
import { KnownModules } from "../settings/knownModules.ts"
import type { AskedColumns } from "./columnsFor.ts"
import { findSync, noteDate } from "./findSync.ts"

/** What a view reads, and how it prints. */
export interface ViewRequest {
  readonly settings: ViewSettings & Partial<CacheSettings> & { readonly leases?: string | undefined }
  readonly syncId: string | undefined
  readonly format: OutputFormat
  /** `--columns`, `--wide` and `--bom`. */
  readonly columns?: AskedColumns | undefined
}

/** The patterns of `--privileged`. */
export const patternsOf = (text: string | undefined): ReadonlyArray<string> =>
  (text ?? "").split(",").flatMap((pattern) => pattern.trim() || [])

/** Unpacked bytes from which on it is said that a file is unpacked first: a few seconds in which nothing is printed. */
const large = 1e9

/** How the files of a view are read, which says of a large one that it is unpacked first, and how much that takes. */
export const readOptionsOf = (settings: ViewSettings) =>
  Effect.map(Screen, (screen) => ({
    ...readOptions(settings),
    beforeUnpacking: (path: string, bytes: number) =>
      bytes < large
        ? Effect.void
        : Effect.provideService(
            writeNotes([
              `${path} is unpacked first, which takes ${grouped(Math.round(bytes / 1e6))} MB in ${settings["c1z-temp-dir"] ?? "the folder for temporary files"}.`,
            ]),
            Screen,
            screen,
          ),
  }))

/** Opens the sync that a view reads. */
export const openView = Effect.fnUntraced(function* ({ settings, syncId }: ViewRequest, privileged?: string) {
  keepHeapTight()
  const { all } = yield* KnownModules
  const { file, sync } = yield* findSync(settings, syncId)
  const access = yield* openAccess(file, {
    ...(yield* readOptionsOf(settings)),
    cache: cacheOf(settings),
    syncId: sync,
    meanings: all,
    privileged: privileged === undefined ? [] : [privileged],
  })
  yield* noteDate(syncId, access.sync)
  return access
})

/**
 * Says on the standard error what the sync lacks, and returns that for JSON. It is part of the answer, and so no matter of
 * `--quiet`.
 */
export const noteIncomplete = Effect.fnUntraced(function* (access: AccessReader, inherited: InheritedIs) {
  const { notes, members } = yield* incompletenessOf(access, inherited)
  yield* writeNotes([...(yield* notFull(access)), ...notes])
  return members
})

/** A sync that left out what there may be is shown where it was asked for, or where the file has no full one. */
const notFull = Effect.fnUntraced(function* ({ sync, coverage }: AccessReader) {
  if (sync?.endedAt === undefined || sync.type === "full" || sync.type === "") return []
  const gaps = (yield* coverage).flatMap((it) => it.gaps)
  const type = gaps.some(({ reason }) => reason === "quick") ? "quick" : sync.type
  return [
    `The sync ${sync.id} is not a full one (${type}), so it shows a part of what there is. \`rollcall stats\` names what it left out.`,
  ]
})

/** Writes notes to the standard error, a line each. */
export const writeNotes = (notes: ReadonlyArray<string>) => errLines(notes.map((note) => `note: ${note}`))
