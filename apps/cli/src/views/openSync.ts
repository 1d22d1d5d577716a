// Opens the file that a view reads, and the sync in it.
import type { SyncReader } from "@rollcall/c1z"
import { C1zFile } from "@rollcall/c1z"
import type { Settings } from "@rollcall/config"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Stream } from "effect"
import type { viewFields } from "../commands/viewFlags.ts"
import { UsageError } from "../UsageError.ts"
import { suggestion } from "./closest.ts"

/** The settings of a command that reads a file. */
export type ViewSettings = Settings<typeof viewFields>

/** How the settings want files to be read. */
export const fileOptions = (settings: ViewSettings) => ({
  decodedLimit: settings["decoder-max-decoded-size-mb"] * 1024 * 1024,
  ...(settings["c1z-temp-dir"] === undefined ? {} : { tempDirectory: settings["c1z-temp-dir"] }),
})

/** The sync with this id, else the latest one of the file, open for as long as the scope lives. */
export const openSync = Effect.fnUntraced(function* (
  settings: ViewSettings,
  syncId: string | undefined,
): Effect.fn.Return<SyncReader, StoreError | UsageError, Scope.Scope> {
  const file = yield* C1zFile.open(settings.file, fileOptions(settings))
  return yield* file.sync(syncId).pipe(
    Effect.catchIf(
      (error) => error.reason === "NotFound" && syncId !== undefined,
      () =>
        Effect.flatMap(Stream.runCollect(file.syncs), (syncs) =>
          Effect.fail(noSuchSync(settings.file, syncId ?? "", syncs)),
        ),
    ),
  )
})

/** `--sync-id` names none of the file's syncs. */
export const noSuchSync = (file: string, syncId: string, syncs: ReadonlyArray<{ readonly id: string }>): UsageError => {
  const meant = suggestion(
    syncId,
    syncs.map(({ id }) => id),
  )
  return new UsageError({
    message: `${file} holds no sync ${syncId}.${meant === "" ? "" : ` ${meant}`}`,
    hint: "`rollcall syncs` lists those that it holds.",
  })
}
