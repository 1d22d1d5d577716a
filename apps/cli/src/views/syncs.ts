// The syncs of a file, v3 files included: their head says which they hold.
import { C1zFile } from "@rollcall/c1z"
import { Effect, Stream } from "effect"
import { errLines } from "../render/errLines.ts"
import { safeJson } from "../render/escapeControls.ts"
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
  const { engine, syncs } = description
  const known =
    syncs.length === 0 ? "it names no sync, so what the file holds is unknown" : "its records cannot be read"
  yield* errLines([`${settings.file} is a v3 file (engine ${engine}), of which only the head is read: ${known}.`])
  // An empty list would say that there is none.
  if (syncs.length === 0 && format === "json") return yield* screen.out(`${safeJson({ [syncListing.name]: null })}\n`)
  return yield* printListing(syncListing, Stream.fromIterable(syncs), format)
}, Effect.scoped)
