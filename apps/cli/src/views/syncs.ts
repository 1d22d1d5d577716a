// The syncs of a file, v3 files included: their head says which they hold.
import type { ManifestSync, SyncInfo } from "@rollcall/c1z"
import { C1zFile } from "@rollcall/c1z"
import { Effect, Stream } from "effect"
import { escapeControls } from "../render/escapeControls.ts"
import { printListing } from "../render/printListing.ts"
import { Screen } from "../Screen.ts"
import type { OutputFormat } from "../settings/commandFields.ts"
import { syncListing } from "./listings.ts"
import type { ViewSettings } from "./openSync.ts"
import { fileOptions } from "./openSync.ts"

/** Prints the syncs of a file. */
export const showSyncs = Effect.fnUntraced(function* (settings: ViewSettings, format: OutputFormat) {
  const screen = yield* Screen
  const description = yield* C1zFile.describe(settings.file)
  if (description.format !== "v3") {
    const file = yield* C1zFile.open(settings.file, fileOptions(settings))
    return yield* printListing(syncListing, file.syncs, format)
  }
  const engine = escapeControls(description.engine)
  yield* screen.err(
    `${escapeControls(settings.file)} is a v3 file (engine ${engine}); its records cannot be read, only its head.\n`,
  )
  return yield* printListing(syncListing, Stream.fromIterable(description.syncs.map(syncOfManifest)), format)
}, Effect.scoped)

const syncOfManifest = ({ id, type, startedAt, endedAt }: ManifestSync): SyncInfo => ({
  id,
  type,
  startedAt: startedAt ?? "",
  ...(endedAt === undefined ? {} : { endedAt }),
  parentId: "",
  token: "",
})
