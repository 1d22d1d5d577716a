// What a view is asked for, and how it reads files. It loads nothing that reads them.
import { Effect } from "effect"
import { errLines, grouped, Screen } from "../Screen.ts"
import type { OutputFormat } from "../render/printListing.ts"
import type { CacheSettings, ViewSettings } from "../settings/commandFields.ts"
import { readOptions } from "../settings/commandFields.ts"
import type { AskedColumns } from "./columnsFor.ts"

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

/** Writes notes to the standard error, a line each. */
export const writeNotes = (notes: ReadonlyArray<string>) => errLines(notes.map((note) => `note: ${note}`))
